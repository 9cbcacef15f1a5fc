using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using WeightedLoss.Benchmarks.Compare;

namespace WeightedLoss.Benchmarks.Options;

/// <summary>What each option and each form of the labels costs.</summary>
internal static class OptionsCommand
{
    private const int Columns = 16;
    private const int Rounds = 51;

    private static readonly Reduction[] Reductions = [Reduction.MeanByCount, Reduction.MeanByWeight];

    public static Command Create()
    {
        var classes = new Option<int[]>("--classes")
        {
            Description = "The numbers of classes of cross-entropy.",
            HelpName = "NUMBERS",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [2, 10, 100],
        };
        var logits = new Option<int>("--logits")
        {
            Description = "The number of logits.",
            HelpName = "NUMBER",
            DefaultValueFactory = _ => 65536,
        };
        logits.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < Columns or > 1 << 28)
            {
                result.AddError($"--logits must lie between {Columns} and {1 << 28}.");
            }
        });
        classes.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int[]>()!.Any(k => k is < 2 or > 256))
            {
                result.AddError("--classes must lie between 2 and 256, so that a byte holds every label.");
            }
        });
        var command = new Command(
            "options",
            "What each option and each form of the labels costs: loss and gradient in float on one thread, in turns with the plain call, for a "
            + "mean by count and one by weight.")
        {
            classes, logits,
        };
        command.SetAction(result => Run(result.GetValue(classes)!, result.GetValue(logits)));
        return command;
    }

    private static int Run(int[] classes, int logits)
    {
        AnsiConsole.WriteLine(
            $"{MachineEnvironment.CpuModel}, {InstructionSetName.OfOurs}, {logits:N0} logits; ns per logit, and the time divided by the plain call's.");
        var length = logits / Columns * Columns;
        Print("binary cross-entropy", length, BinaryForms(length));
        Print("focal loss of the sigmoid, γ = 2", length, FocalForms(length));
        foreach (var k in classes)
        {
            var rows = Math.Max(1, logits / k);
            Print($"cross-entropy, {k} classes", rows * k, SoftmaxForms(rows, k));
        }

        return 0;
    }

    /// <summary>A row for each form, the plain call first.</summary>
    private static void Print(string title, int logits, Func<Reduction, (string Name, Func<LossSum> Call)[]> formsOf)
    {
        var table = ResultTable.Of(
            ResultTable.ConsoleBorder, [title], [.. Reductions.SelectMany(reduction => new[] { Words(reduction), "× plain" })]);
        var forms = Reductions.Select(formsOf).ToArray();
        var times = InterleavedTimer.Time([.. forms.SelectMany(all => all.Select(form => new Form(form.Call)))], threads: 1, Rounds);
        var count = forms[0].Length;
        for (var i = 0; i < count; i++)
        {
            table.AddRow(
            [
                forms[0][i].Name,
                .. Enumerable.Range(0, Reductions.Length).SelectMany(r => new[]
                {
                    (times[(r * count) + i].Median / logits).ToString("0.000", CultureInfo.InvariantCulture),
                    (times[(r * count) + i].Median / times[r * count].Median).ToString("0.00", CultureInfo.InvariantCulture),
                }),
            ]);
        }

        AnsiConsole.Write(table);
    }

    private static Func<Reduction, (string Name, Func<LossSum> Call)[]> BinaryForms(int n)
    {
        var (z, gradient, losses) = (Logits(n), new float[n], new float[n]);
        var (labels, targets, weights, rowWeights) = (Labels(n, 2), Numbers(n), Numbers(n), Numbers(n / Columns));
        var bytes = Array.ConvertAll(labels, label => (byte)label);
        var (bools, longs) = (Array.ConvertAll(labels, label => label == 1), Array.ConvertAll(labels, label => (long)label));
        var ignored = WithIgnored(labels);
        return reduction =>
        {
            var plain = new BinaryCrossEntropyOptions<float>(reduction) { PositiveWeight = 99 };
            var ignoring = new BinaryCrossEntropyOptions<float>(reduction) { PositiveWeight = 99, IgnoreLabel = -100 };
            var smoothing = new BinaryCrossEntropyOptions<float>(reduction) { PositiveWeight = 99, LabelSmoothing = 0.1f };
            var columns = new BinaryCrossEntropyOptions<float>(reduction) { PositiveWeights = Numbers(Columns) };
            return
            [
                ("byte labels", () => BinaryCrossEntropy.LossAndGradient(z, bytes, gradient, plain)),
                ("loss only", () => BinaryCrossEntropy.Loss(z, bytes, plain)),
                ("bool labels", () => BinaryCrossEntropy.LossAndGradient(z, bools, gradient, plain)),
                ("int labels", () => BinaryCrossEntropy.LossAndGradient(z, labels, gradient, plain)),
                ("long labels", () => BinaryCrossEntropy.LossAndGradient(z, longs, gradient, plain)),
                ("int labels, 1 % ignored", () => BinaryCrossEntropy.LossAndGradient(z, ignored, gradient, ignoring)),
                ("losses one by one", () => BinaryCrossEntropy.LossAndGradient(z, bytes, gradient, plain, default, losses)),
                ("sample weights", () => BinaryCrossEntropy.LossAndGradient(z, bytes, gradient, plain, weights)),
                ("smoothing", () => BinaryCrossEntropy.LossAndGradient(z, bytes, gradient, smoothing)),
                ($"weights of {Columns} columns", () => BinaryCrossEntropy.LossAndGradient(z, bytes, gradient, columns)),
                ("the same and row weights", () => BinaryCrossEntropy.LossAndGradient(z, bytes, gradient, columns, rowWeights)),
                ("soft targets", () => BinaryCrossEntropy.LossAndGradient(z, targets, gradient, plain)),
                ("soft targets, sample weights", () => BinaryCrossEntropy.LossAndGradient(z, targets, gradient, plain, weights)),
            ];
        };
    }

    private static Func<Reduction, (string Name, Func<LossSum> Call)[]> FocalForms(int n)
    {
        var (z, gradient, targets, weights) = (Logits(n), new float[n], Numbers(n), Numbers(n));
        var labels = Array.ConvertAll(Labels(n, 2), label => (byte)label);
        return reduction =>
        {
            var plain = new SigmoidFocalOptions<float>(reduction) { PositiveWeight = 99, Gamma = 2 };
            var smoothing = new SigmoidFocalOptions<float>(reduction) { PositiveWeight = 99, Gamma = 2, LabelSmoothing = 0.1f };
            return
            [
                ("byte labels", () => SigmoidFocal.LossAndGradient(z, labels, gradient, plain)),
                ("sample weights", () => SigmoidFocal.LossAndGradient(z, labels, gradient, plain, weights)),
                ("smoothing", () => SigmoidFocal.LossAndGradient(z, labels, gradient, smoothing)),
                ("soft targets", () => SigmoidFocal.LossAndGradient(z, targets, gradient, plain)),
            ];
        };
    }

    private static Func<Reduction, (string Name, Func<LossSum> Call)[]> SoftmaxForms(int n, int classes)
    {
        var (z, gradient, losses) = (Logits(n * classes), new float[n * classes], new float[n]);
        var (labels, targets, weights) = (Labels(n, classes), Numbers(n * classes), Numbers(n));
        var (bytes, longs) = (Array.ConvertAll(labels, label => (byte)label), Array.ConvertAll(labels, label => (long)label));
        var ignored = WithIgnored(labels);
        var classWeights = Numbers(classes);
        return reduction =>
        {
            var plain = new CrossEntropyOptions<float>(classes, reduction) { ClassWeights = classWeights };
            var unweighted = new CrossEntropyOptions<float>(classes, reduction);
            var ignoring = new CrossEntropyOptions<float>(classes, reduction) { ClassWeights = classWeights, IgnoreLabel = -100 };
            var smoothing = new CrossEntropyOptions<float>(classes, reduction) { ClassWeights = classWeights, LabelSmoothing = 0.1f };
            var classMajor = new CrossEntropyOptions<float>(classes, reduction) { ClassWeights = classWeights, Layout = LogitLayout.ClassMajor };
            var focal = new SoftmaxFocalOptions<float>(classes, reduction) { ClassWeights = classWeights, Gamma = 2 };
            return
            [
                ("int labels, class weights", () => CrossEntropy.LossAndGradient(z, labels, gradient, plain)),
                ("loss only", () => CrossEntropy.Loss(z, labels, plain)),
                ("no class weights", () => CrossEntropy.LossAndGradient(z, labels, gradient, unweighted)),
                ("byte labels", () => CrossEntropy.LossAndGradient(z, bytes, gradient, plain)),
                ("long labels", () => CrossEntropy.LossAndGradient(z, longs, gradient, plain)),
                ("1 % ignored", () => CrossEntropy.LossAndGradient(z, ignored, gradient, ignoring)),
                ("losses one by one", () => CrossEntropy.LossAndGradient(z, labels, gradient, plain, default, losses)),
                ("sample weights", () => CrossEntropy.LossAndGradient(z, labels, gradient, plain, weights)),
                ("smoothing", () => CrossEntropy.LossAndGradient(z, labels, gradient, smoothing)),
                ("soft targets", () => CrossEntropy.LossAndGradient(z, targets, gradient, plain)),
                ("class-major logits", () => CrossEntropy.LossAndGradient(z, labels, gradient, classMajor)),
                ("focal, γ = 2", () => SoftmaxFocal.LossAndGradient(z, labels, gradient, focal)),
            ];
        };
    }

    private static string Words(Reduction reduction) => reduction == Reduction.MeanByCount ? "mean by count" : "mean by weight";

    private static float[] Logits(int length)
    {
        var random = new Random(1);
        return Make(length, _ => (float)((random.NextDouble() - random.NextDouble()) * 10));
    }

    /// <summary>Weights or targets.</summary>
    private static float[] Numbers(int length)
    {
        var random = new Random(2);
        return Make(length, _ => random.NextSingle());
    }

    /// <summary>Of two classes 1 % are positive; of more, all are as frequent.</summary>
    private static int[] Labels(int length, int classes)
    {
        var random = new Random(3);
        return Make(length, _ => classes > 2 ? random.Next(classes) : random.Next(100) == 0 ? 1 : 0);
    }

    private static int[] WithIgnored(int[] labels)
    {
        var random = new Random(4);
        return Array.ConvertAll(labels, label => random.Next(100) == 0 ? -100 : label);
    }

    private static TValue[] Make<TValue>(int length, Func<int, TValue> value) => [.. Enumerable.Range(0, length).Select(value)];

    private sealed class Form(Func<LossSum> call) : Contender("ours", InstructionSetName.OfOurs)
    {
        public override bool KeepsVectorsOnStack => true;

        public override double Run() => call().Loss;

        public override string? FindError(double result) => null;
    }
}
