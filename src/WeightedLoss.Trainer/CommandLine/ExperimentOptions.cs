using System.CommandLine;
using WeightedLoss.Trainer.Experiments;
using static WeightedLoss.Trainer.CommandLine.OptionKinds;

namespace WeightedLoss.Trainer.CommandLine;

/// <summary>The options of what decisions cost, of folds and of the folder: those that all experiments share.</summary>
/// <param name="usualFolder">The folder unless given.</param>
/// <param name="foldsMean">What folds are for.</param>
internal sealed class ExperimentOptions(string usualFolder, string foldsMean)
{
    private const double LargestCost = 1e9;

    private readonly Option<Chosen<double>> _missed = Chosen(
        "--cost-false-negative", 0, LargestCost, "What a missed positive costs, of two classes. [default: negatives ÷ positives]");

    private readonly Option<double> _alarm = Number<double>(
        "--cost-false-positive", 1, 0, LargestCost, "What a false alarm costs, of two classes.");

    private readonly Option<string?> _costs = Text(
        "--costs",
        "FILE",
        "What a wrong decision costs, of more classes: a CSV file with a line ,label,label,… and for each class a line label,cost,cost,… "
        + "[default: macro F1 instead of costs]");

    private readonly Option<int> _folds = Number("--folds", 5, Data.StratifiedFolds.Fewest, 100, foldsMean);

    private readonly Option<string> _out = new("--out")
    {
        Description = "The folder of the report and of finished trainings; an interrupted run goes on from them.",
        HelpName = "FOLDER",
        DefaultValueFactory = _ => usualFolder,
    };

    /// <summary>Makes them options of a command.</summary>
    public void AddTo(Command command)
    {
        command.AddAll(_missed, _alarm, _costs, _folds, _out);

        command.Validators.Add(result =>
        {
            if (result.IsGivenAs(_missed, 0) && result.IsGivenAs(_alarm, 0))
            {
                result.AddError("--cost-false-negative and --cost-false-positive must not both be 0.");
            }

            if (result.IsGiven(_costs) && (result.IsGiven(_missed) || result.IsGiven(_alarm)))
            {
                result.AddError("--costs is for more than two classes, --cost-false-negative and --cost-false-positive are for two.");
            }
        });
    }

    /// <summary>What was given.</summary>
    public ExperimentRequest Read(ParseResult parsed) => new(
        parsed.GetValue(_missed).Number,
        parsed.CommandResult.IsGiven(_alarm) || parsed.CommandResult.IsGiven(_missed),
        parsed.GetValue(_alarm),
        parsed.GetValue(_costs),
        parsed.GetValue(_folds),
        parsed.GetValue(_out)!);
}
