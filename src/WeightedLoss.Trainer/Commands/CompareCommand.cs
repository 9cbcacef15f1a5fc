using System.CommandLine;
using Spectre.Console;
using WeightedLoss.Trainer.CommandLine;
using WeightedLoss.Trainer.Experiments;
using static WeightedLoss.Trainer.CommandLine.OptionKinds;

namespace WeightedLoss.Trainer.Commands;

/// <summary>Compares methods for rare classes on the same folds.</summary>
internal static class CompareCommand
{
    /// <summary>The command line.</summary>
    public static Command Create(IAnsiConsole console)
    {
        var data = new DataOptions();
        var model = new ModelOptions();
        var experiment = new ExperimentOptions(
            "compare", "Each fold is tested on once; the next one is for choosing thresholds, the others are trained on.");
        var methods = Words("--methods", [.. Method.All.Select(method => method.Key)], "The methods to compare.");
        var beta = LossOptions.BetaOption();
        var gamma = LossOptions.GammaOption();
        var neighbors = Number("--neighbors", 5, 1, 1000, "The nearest neighbours of SMOTE.");

        var command = new Command("compare", "Compares weights, focal loss, sampling and thresholds by cross-validation.");
        data.AddTo(command);
        command.AddAll(methods, beta, gamma, neighbors);

        experiment.AddTo(command);
        model.AddTo(command);
        command.SetAction(parsed =>
        {
            var chosen = parsed.GetRequiredValue(methods);
            var options = new MethodOptions(
                [.. Method.All.Where(method => chosen.Contains(method.Key))],
                parsed.GetValue(beta),
                parsed.GetValue(gamma),
                parsed.GetValue(neighbors));
            new MethodComparison(Experiment.Load(console, data.Read(parsed), model.Read(parsed), experiment.Read(parsed)), options).Run();
        });
        return command;
    }
}
