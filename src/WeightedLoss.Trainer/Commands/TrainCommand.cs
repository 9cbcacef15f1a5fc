using System.CommandLine;
using Spectre.Console;
using WeightedLoss.Trainer.CommandLine;
using WeightedLoss.Trainer.Data;
using WeightedLoss.Trainer.Models;
using WeightedLoss.Trainer.Output;
using static WeightedLoss.Trainer.CommandLine.OptionKinds;

namespace WeightedLoss.Trainer.Commands;

/// <summary>Trains a model twice, without and with weights, and shows both side by side.</summary>
internal static class TrainCommand
{
    /// <summary>The command line.</summary>
    public static Command Create(IAnsiConsole console)
    {
        var data = new DataOptions();
        var model = new ModelOptions();
        var weight = Chosen(
            "--positive-weight",
            1e-6f,
            1e6f,
            "The weight of a positive in the weighted model; auto is negatives ÷ positives. [default: auto]",
            "auto");
        var classWeights = Text(
            "--class-weights",
            "balanced|effective|none|FILE",
            "The weights of more than two classes; the file has no header, and a line label,weight for each class. [default: balanced]");
        var beta = LossOptions.BetaOption();
        var loss = new Option<string?>("--loss")
        {
            Description = "Cross-entropy of two classes or of more, or the focal loss of either. [default: bce or ce, as the labels are]",
        };
        loss.AcceptOnlyFromAmong(LossOptions.Binary, LossOptions.Multiclass, LossOptions.Focal);
        var gamma = LossOptions.GammaOption();
        var outFolder = Text("--out", "FOLDER", "The folder to save both models in.");

        var command = new Command("train", "Trains a model without and with weights and compares them.");
        data.AddTo(command);
        command.AddAll(weight, classWeights, beta, loss, gamma);

        model.AddTo(command);
        command.Add(outFolder);
        command.Validators.Add(result =>
        {
            if (result.IsGiven(weight) && result.IsGiven(classWeights))
            {
                result.AddError("--positive-weight is for two classes and --class-weights for more; only one can be given.");
            }

            if (result.IsGiven(beta) && result.GetValue(classWeights) != LossOptions.Effective)
            {
                result.AddError("--beta needs --class-weights effective.");
            }

            if (result.IsGiven(gamma) && result.GetValue(loss) != LossOptions.Focal)
            {
                result.AddError("--gamma needs --loss focal.");
            }
        });
        command.SetAction(parsed => Run(
            console,
            data.Read(parsed),
            model.Read(parsed),
            new(
                parsed.GetValue(weight).Number,
                parsed.GetValue(classWeights),
                parsed.GetValue(beta),
                parsed.GetValue(loss),
                parsed.GetValue(gamma)),
            parsed.GetValue(outFolder)));
        return command;
    }

    private static void Run(IAnsiConsole console, DataSource source, TrainingRequest request, LossOptions loss, string? outFolder)
    {
        if (outFolder is not null)
        {
            OutputFiles.CheckFolder(outFolder, ModelFile.FileNames);
        }

        var data = source.Load(console, request.Seed);
        var parts = PreparedData.Create(data, request.Seed);
        loss.CheckSuits(data);
        new Comparison(data, parts, loss, source.Format).Run(console, request.For(data.Label, parts.Rows.Rows), outFolder);
    }
}
