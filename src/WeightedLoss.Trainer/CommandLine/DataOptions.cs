using System.CommandLine;
using WeightedLoss.Trainer.Data;
using static WeightedLoss.Trainer.CommandLine.OptionKinds;

namespace WeightedLoss.Trainer.CommandLine;

/// <summary>The options that say which rows to train on.</summary>
internal sealed class DataOptions
{
    private const string Drop = "drop", Class = "class";

    private readonly Option<string?> _data = Text(
        "--data", "FILE", "A CSV file, plain or gzip; - is standard input. Without it, card payments are generated.");

    private readonly Option<string?> _label = Text(
        "--label", "COLUMN", "The label column; its number if there is no header. [default: the last column that no other option names]");

    private readonly Option<string?> _header = Header("The file has no header line.");

    private readonly ColumnListOptions _columns = new(
        "The only columns that are features. [default: all other columns]", "Columns to leave out, such as ids.");

    private readonly Option<string?> _weight = Text(
        ColumnOptions.WeightOption, "COLUMN", "The column of the rows' own weights, 0 or 1e-25 to 1e25; used in the loss and in all figures.");

    private readonly FormatOptions _format = new();

    private readonly Option<string?> _missing = Word(
        "--missing-label",
        [Drop, Class],
        "What to do where the label is a usual spelling of a missing value: drop the row, or make it a class. [default: an error]");

    private readonly Option<string?> _positive = Text(
        "--positive", "VALUE", "The positive value; all others are negative. [default: of two values 1 or the rarer; more are classes]");

    private readonly Option<int> _maxClasses = Number(
        "--max-classes", ClassLabels.UsualMost, 3, ClassLabels.Most, "More different labels are an error.");

    /// <summary>Makes them options of a command.</summary>
    public void AddTo(Command command)
    {
        command.AddAll(_data, _label, _header);
        command.AddAll(_columns.Options);
        command.AddAll(_weight);
        _format.AddTo(command);
        command.AddAll(_missing, _positive, _maxClasses);
        foreach (var option in (Option[])[_label, _header, .. _columns.Options, _weight, _missing, _positive, _maxClasses])
        {
            option.Validators.Add(result =>
            {
                if (!result.Implicit && !result.IsGiven(_data))
                {
                    result.AddError($"{option.Name} needs --data.");
                }
            });
        }
    }

    /// <summary>What was given.</summary>
    public DataSource Read(ParseResult parsed) => new(
        parsed.GetValue(_data),
        _format.Read(parsed, hasHeader: parsed.GetValue(_header) is null),
        parsed.GetValue(_label),
        parsed.GetValue(_positive),
        parsed.GetValue(_maxClasses),
        parsed.GetValue(_missing) switch
        {
            Drop => MissingLabels.Drop,
            Class => MissingLabels.Class,
            _ => MissingLabels.Refuse,
        },
        _columns.Read(parsed, parsed.GetValue(_weight)));
}
