using System.CommandLine;
using WeightedLoss.Trainer.Data;

namespace WeightedLoss.Trainer.CommandLine;

/// <summary>The options that say which columns are features.</summary>
/// <param name="features">What <see cref="ColumnOptions.FeaturesOption"/> does.</param>
/// <param name="ignore">What <see cref="ColumnOptions.IgnoreOption"/> does.</param>
internal sealed class ColumnListOptions(string features, string ignore)
{
    private readonly Option<string[]> _features = OptionKinds.Columns(ColumnOptions.FeaturesOption, features);
    private readonly Option<string[]> _ignore = OptionKinds.Columns(ColumnOptions.IgnoreOption, ignore);

    /// <summary>The options.</summary>
    public Option[] Options => [_features, _ignore];

    /// <summary>What was given.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="weight">The column of the rows' own weights; null if there is none.</param>
    public ColumnOptions Read(ParseResult parsed, string? weight = null) =>
        new(parsed.GetValue(_features) ?? [], parsed.GetValue(_ignore) ?? [], weight);
}
