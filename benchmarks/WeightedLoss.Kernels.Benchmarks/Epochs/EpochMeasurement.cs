using System.Globalization;
using Spectre.Console;
using WeightedLoss.Benchmarks.Compare;
using WeightedLoss.Benchmarks.Contenders;
using WeightedLoss.Trainer.Data;
using WeightedLoss.Trainer.Models;

namespace WeightedLoss.Benchmarks.Epochs;

/// <summary>What a training epoch took with a loss.</summary>
/// <param name="Data">The name of the file.</param>
/// <param name="Model">linear or mlp.</param>
/// <param name="Rows">Training rows.</param>
/// <param name="Classes">The number of classes.</param>
/// <param name="BatchSize">Rows of a step.</param>
/// <param name="Contender">Whose loss.</param>
/// <param name="Milliseconds">Of an epoch, the median of the rounds.</param>
/// <param name="LowerQuartile">A quarter of the rounds took at most this.</param>
/// <param name="UpperQuartile">A quarter of the rounds took at least this.</param>
/// <param name="LossMilliseconds">The part of it inside the loss.</param>
/// <param name="RatioToOurs">The epoch's time divided by that with ours; null where the spread is wider than the difference.</param>
/// <param name="LossRatioToOurs">The same of the part inside the loss.</param>
/// <param name="Kernel">The kernel of ours; null in files from before there was a numerics version.</param>
internal sealed record EpochTime(
    string Data,
    string Model,
    int Rows,
    int Classes,
    int BatchSize,
    string Contender,
    double Milliseconds,
    double LowerQuartile,
    double UpperQuartile,
    double LossMilliseconds,
    double? RatioToOurs,
    double? LossRatioToOurs,
    MeasuredKernel? Kernel);

/// <summary>
/// Times the trainer from end to end: the same rows, model, order and steps, with our loss, with plain loops and with the packages' losses.
/// One thread, balanced class weights.
/// </summary>
internal static class EpochMeasurement
{
    private const int Rounds = 9, BatchSize = 256, HiddenUnits = 32;

    // The losses differ in rounding only, but a step of the training builds on those before it.
    private const double Tolerance = 1e-3;

    /// <summary>Times epochs of both models; prints the table.</summary>
    public static IReadOnlyList<EpochTime> Run(string path, List<string> failures)
    {
        var data = new DataSource(path, new(HasHeader: true), Label: null, Positive: null, ClassLabels.UsualMost).Load(AnsiConsole.Console, seed: 1);
        if (data.Label.Classes is not { } classes)
        {
            failures.Add($"No training epoch is timed: {path} has no more than two classes.");
            return [];
        }

        var parts = PreparedData.Create(data, seed: 1);
        var ours = new MulticlassTrainingLoss(ClassWeights.Balanced<float>(new ClassCounts(classes.Length).Add(parts.Labels)));
        var losses = new List<(string Name, TrainingLoss Loss)>
        {
            (Ours.Name, ours),
            ("scalar", new ScalarTrainingLoss(ours)),
        };
        losses.AddRange(
            from package in Lineup.Packages
            where package.Message is null
            let loss = package.ForTraining(ours)
            where loss is not null
            select (package.Name, loss));
        EpochTime[] times = [.. new[] { ModelKind.Linear, ModelKind.Mlp }.SelectMany(kind => Time(path, parts, kind, losses, failures))];
        AnsiConsole.Write(ToTable(times, ResultTable.ConsoleBorder));
        return times;
    }

    public static Table ToTable(IEnumerable<EpochTime> times, TableBorder border)
    {
        var table = ResultTable.Of(border, ["data", "model", "loss by"], ["ms per epoch", "quartiles", "in the loss", "× ours", "× ours in the loss"]);

        foreach (var time in times)
        {
            table.AddRow(
                time.Data,
                time.Model,
                time.Contender,
                Format(time.Milliseconds, "0.0"),
                $"{Format(time.LowerQuartile, "0.0")}–{Format(time.UpperQuartile, "0.0")}",
                Format(time.LossMilliseconds, "0.0"),
                time.RatioToOurs is { } ratio ? Format(ratio, "0.00") : ResultTable.SaysNothing,
                time.LossRatioToOurs is { } lossRatio ? Format(lossRatio, "0.00") : ResultTable.SaysNothing);
        }

        return table;
    }

    private static IEnumerable<EpochTime> Time(
        string path, PreparedData parts, ModelKind kind, List<(string Name, TrainingLoss Loss)> losses, List<string> failures)
    {
        var options = new TrainingOptions(kind, Epochs: 1, BatchSize, LearningRate: 0.03f, HiddenUnits, Seed: 1, Threads: 1);
        var (totals, inLosses) = (losses.ConvertAll(_ => new double[Rounds]), losses.ConvertAll(_ => new double[Rounds]));
        var means = new double[losses.Count];
        for (var round = 0; round < Rounds; round++)
        {
            for (var i = 0; i < losses.Count; i++)
            {
                var turn = (round + i) % losses.Count;
                var (_, time) = TrainingRun.Train(
                    parts.Rows, parts.Labels, losses[turn].Loss, options, _ => new(0, 0), figures => means[turn] = figures.Loss);
                totals[turn][round] = time.Total.TotalNanoseconds;
                inLosses[turn][round] = time.Kernel.TotalNanoseconds;
            }
        }

        for (var i = 0; i < losses.Count; i++)
        {
            if (Agreement.FindSumError(means[i], means[0], Tolerance) is { } error)
            {
                failures.Add($"{losses[i].Name} is left out of the training epochs, because the mean loss is wrong: {error}.");
                continue;
            }

            var (total, inLoss) = (new RoundTimes(totals[i]), new RoundTimes(inLosses[i]));
            yield return new EpochTime(
                Path.GetFileName(path),
                kind.ToString().ToLowerInvariant(),
                parts.Rows.Rows,
                losses[i].Loss.Outputs,
                BatchSize,
                losses[i].Name,
                Milliseconds(total.Median),
                Milliseconds(total.Quartiles.Lower),
                Milliseconds(total.Quartiles.Upper),
                Milliseconds(inLoss.Median),
                RatioToOurs(total, totals[0], i),
                RatioToOurs(inLoss, inLosses[0], i),
                MeasuredKernel.Of(CaseGrid.CrossEntropyCase("f32", losses[i].Loss.Outputs, BatchSize, threads: 1)));
        }
    }

    private static double? RatioToOurs(RoundTimes times, double[] ours, int index)
    {
        var ratio = times.RatioTo(new RoundTimes(ours));
        return index == 0 ? 1 : RoundTimes.Says(ratio) ? Math.Round(ratio.Median, 3) : null;
    }

    private static double Milliseconds(double nanoseconds) => Math.Round(nanoseconds / 1e6, 3);

    private static string Format(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
