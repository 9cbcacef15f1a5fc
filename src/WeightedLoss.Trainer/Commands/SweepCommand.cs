using System.CommandLine;
using Spectre.Console;
using WeightedLoss.Trainer.CommandLine;
using WeightedLoss.Trainer.Experiments;
using static WeightedLoss.Trainer.CommandLine.OptionKinds;

namespace WeightedLoss.Trainer.Commands;

/// <summary>Trains over a grid of weights or of γ and chooses the best.</summary>
internal static class SweepCommand
{
    private static readonly float[] UsualGammas = [0, 0.5f, 1, 2, 5];

    /// <summary>The command line.</summary>
    public static Command Create(IAnsiConsole console)
    {
        var data = new DataOptions();
        var model = new ModelOptions();
        var experiment = new ExperimentOptions("sweep", "One fold is tested on, one chosen on, and the others are trained on.");
        var weights = Grid(
            "--positive-weights",
            1e-6f,
            1e6f,
            "The positive weights to try; auto is 1, 2, 4, … to beyond negatives ÷ positives, and that. [default: auto, or 1 with --loss focal]");
        var exponents = Grid(
            "--exponents",
            0,
            10,
            "For more than two classes, exponents of the weights to try: 0 is none, 1 balanced. [default: auto, or 0 with --loss focal]");
        var loss = new Option<string?>("--loss") { Description = "Tries γ of the focal loss." };
        loss.AcceptOnlyFromAmong(LossOptions.Focal);
        var gammas = Grid(
            "--gammas",
            0,
            LossOptions.LargestGamma,
            $"γ of the focal loss to try, 0 is cross-entropy; auto is {string.Join(", ", UsualGammas)}. [default: auto]");

        var command = new Command("sweep", "Trains over a grid of weights, or of γ, chooses on validation rows and tests on others.");
        data.AddTo(command);
        command.AddAll(weights, exponents, loss, gammas);

        experiment.AddTo(command);
        model.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.IsGiven(weights) && result.IsGiven(exponents))
            {
                result.AddError("--positive-weights is for two classes and --exponents for more; only one can be given.");
            }

            if (result.IsGiven(gammas) && !result.IsGiven(loss))
            {
                result.AddError("--gammas needs --loss focal.");
            }
        });
        command.SetAction(parsed =>
        {
            var setUp = Experiment.Load(console, data.Read(parsed), model.Read(parsed), experiment.Read(parsed));
            SweepOf(setUp, parsed, weights, exponents, loss, gammas).Run();
        });
        return command;
    }

    // Which of the grids can be given depends on the labels.
    private static Sweep SweepOf(
        Experiment setUp, ParseResult parsed, Option<float[]> weights, Option<float[]> exponents, Option<string?> loss, Option<float[]> gammas)
    {
        var isGiven = (Option option) => parsed.CommandResult.IsGiven(option);
        var (own, other) = setUp.Label.Classes is null ? (weights, exponents) : (exponents, weights);
        if (isGiven(other))
        {
            throw new InputException(
                $"{other.Name} is for {(setUp.Label.Classes is null ? "more than two" : "two")} classes, but {setUp.DataName} has "
                + $"{setUp.Label.Count}; give {own.Name}.");
        }

        var strengths = parsed.GetValue(own) is { Length: > 0 } given
            ? given
            : isGiven(loss) && !isGiven(own) ? [setUp.Problem.Unweighted] : null;
        var focus = !isGiven(loss) ? [0] : parsed.GetValue(gammas) is { Length: > 0 } several ? several : UsualGammas;
        return new(setUp, strengths, focus);
    }
}
