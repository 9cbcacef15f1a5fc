using System.Globalization;
using WeightedLoss.Trainer.Data;

namespace WeightedLoss.Trainer.Problems;

/// <summary>One number that says how well a model does.</summary>
/// <param name="Name">At the head of its column.</param>
/// <param name="Group">The table that it stands in.</param>
/// <param name="Of">Computes it.</param>
/// <param name="Format">Of the number.</param>
internal sealed record Figure(string Name, FigureGroup Group, Func<ScoredRows, double> Of, string Format = "F4")
{
    /// <summary>The format of sums of weights.</summary>
    public const string Amount = "amount";

    /// <summary>The name where there is room for it.</summary>
    public string LongName { get; init; } = Name;

    /// <summary>A value as text.</summary>
    public string Text(double value) => Text(value, Format);

    /// <summary>Mean and standard deviation of values as text, with a digit less; class by class the mean alone.</summary>
    public string Text(double[] values)
    {
        var mean = values.Average();
        var deviation = values.Length < 2 ? 0 : Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1));
        if (Group is FigureGroup.ClassRecall or FigureGroup.ClassPrecision)
        {
            return Text(mean);
        }

        var format = Format switch
        {
            "F5" => "F4",
            "F4" => "F3",
            _ => Format,
        };
        return $"{Text(mean, format)} ±{Text(deviation, format)}";
    }

    private static string Text(double value, string format) =>
        format == Amount ? SampleWeights.Text(value) : value.ToString(format, CultureInfo.InvariantCulture);
}

/// <summary>The tables of figures.</summary>
internal enum FigureGroup
{
    /// <summary>How many rows of each class are predicted as which.</summary>
    Counts,

    /// <summary>How good the decisions are.</summary>
    Decisions,

    /// <summary>How good the scores are, whatever is decided by them.</summary>
    Scores,

    /// <summary>Recall, class by class.</summary>
    ClassRecall,

    /// <summary>Precision, class by class.</summary>
    ClassPrecision,
}
