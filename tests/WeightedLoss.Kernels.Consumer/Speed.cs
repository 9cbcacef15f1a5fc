using System.Diagnostics;
using System.Globalization;
using WeightedLoss;

namespace Consumer;

/// <summary>
/// The losses beside plain loops over the platform's exponential and logarithm, for programs whose instruction set is not what benchmarks
/// can choose: one that was compiled ahead of time. Loss and gradient, a weight for positives, one thread.
/// </summary>
internal static class Speed
{
    private const int Count = 65536, Rounds = 60;

    internal static void Measure()
    {
        var random = new Random(1);
        var wide = Array.ConvertAll(new double[Count], _ => (random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5) * 8);
        var logits = Array.ConvertAll(wide, z => (float)z);
        var labels = Array.ConvertAll(wide, _ => (byte)(random.Next(100) == 0 ? 1 : 0));
        var gradient = new float[Count];
        var wideGradient = new double[Count];

        Console.WriteLine($"{LossKernels.InstructionSet,-26} {"ours",8} {"loop",8} {"ratio",8}   ns per logit");
        var binary = new BinaryCrossEntropyOptions<float>(Reduction.MeanByCount) { PositiveWeight = 3 };
        Compare(
            "bce float",
            Count,
            () => BinaryCrossEntropy.LossAndGradient(logits, labels, gradient, binary).Loss,
            () => CrossEntropyLoop(logits, labels, gradient));
        var wideBinary = new BinaryCrossEntropyOptions<double>(Reduction.MeanByCount) { PositiveWeight = 3 };
        Compare(
            "bce double",
            Count,
            () => BinaryCrossEntropy.LossAndGradient(wide, labels, wideGradient, wideBinary).Loss,
            () => CrossEntropyLoop(wide, labels, wideGradient));
        foreach (var gamma in (float[])[2, 1.5f])
        {
            var focal = new SigmoidFocalOptions<float>(Reduction.MeanByCount, alpha: 0.25f) { Gamma = gamma };
            Compare(
                string.Create(CultureInfo.InvariantCulture, $"sigmoid focal float γ = {gamma}"),
                Count,
                () => SigmoidFocal.LossAndGradient(logits, labels, gradient, focal).Loss,
                () => FocalLoop(logits, labels, gradient, gamma));
        }

        foreach (var classes in (int[])[3, 7, 100])
        {
            var rows = Count / classes;
            var rowLabels = Array.ConvertAll(new int[rows], _ => random.Next(classes));
            var options = new CrossEntropyOptions<float>(classes, Reduction.MeanByCount);
            Compare(
                $"ce float K = {classes}",
                rows * classes,
                () => CrossEntropy.LossAndGradient(logits.AsSpan(0, rows * classes), rowLabels, gradient.AsSpan(0, rows * classes), options).Loss,
                () => SoftmaxLoop(logits, rowLabels, gradient, classes));
        }
    }

    /// <summary>The least time of each, in turns.</summary>
    private static void Compare(string name, int count, Func<double> ours, Func<double> loop)
    {
        var (least, leastOfLoop) = (double.MaxValue, double.MaxValue);
        for (var round = 0; round < Rounds; round++)
        {
            least = Math.Min(least, Nanoseconds(ours, count));
            leastOfLoop = Math.Min(leastOfLoop, Nanoseconds(loop, count));
        }

        Console.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"{name,-26} {least,8:0.00} {leastOfLoop,8:0.00} {least / leastOfLoop,7:0.00}×"));
    }

    private static double Nanoseconds(Func<double> loss, int count)
    {
        var start = Stopwatch.GetTimestamp();
        loss();
        return Stopwatch.GetElapsedTime(start).TotalNanoseconds / count;
    }

    private static double CrossEntropyLoop(float[] logits, byte[] labels, float[] gradient)
    {
        var sum = 0d;
        for (var i = 0; i < logits.Length; i++)
        {
            var (z, y) = (logits[i], labels[i]);
            var e = MathF.Exp(-MathF.Abs(z));
            var p = z >= 0 ? 1 / (1 + e) : e / (1 + e);
            var w = y == 1 ? 3f : 1f;
            sum += w * (MathF.Max(z, 0) - (y * z) + MathF.Log(1 + e));
            gradient[i] = w * (p - y) / logits.Length;
        }

        return sum / logits.Length;
    }

    private static double CrossEntropyLoop(double[] logits, byte[] labels, double[] gradient)
    {
        var sum = 0d;
        for (var i = 0; i < logits.Length; i++)
        {
            var (z, y) = (logits[i], labels[i]);
            var e = Math.Exp(-Math.Abs(z));
            var p = z >= 0 ? 1 / (1 + e) : e / (1 + e);
            var w = y == 1 ? 3d : 1d;
            sum += w * (Math.Max(z, 0) - (y * z) + Math.Log(1 + e));
            gradient[i] = w * (p - y) / logits.Length;
        }

        return sum / logits.Length;
    }

    private static double FocalLoop(float[] logits, byte[] labels, float[] gradient, float gamma)
    {
        var sum = 0d;
        for (var i = 0; i < logits.Length; i++)
        {
            // The logit of the wrong class.
            var s = labels[i] == 1 ? -logits[i] : logits[i];
            var e = MathF.Exp(-MathF.Abs(s));
            var q = s >= 0 ? 1 / (1 + e) : e / (1 + e);
            var loss = MathF.Max(s, 0) + MathF.Log(1 + e);
            var power = gamma == 2 ? q * q : MathF.Pow(q, gamma);
            var w = labels[i] == 1 ? 0.25f : 0.75f;
            sum += w * power * loss;
            var slope = w * power * ((gamma * (1 - q) * loss) + q) / logits.Length;
            gradient[i] = labels[i] == 1 ? -slope : slope;
        }

        return sum / logits.Length;
    }

    private static double SoftmaxLoop(float[] logits, int[] labels, float[] gradient, int classes)
    {
        var sum = 0d;
        for (var row = 0; row < labels.Length; row++)
        {
            var z = logits.AsSpan(row * classes, classes);
            var g = gradient.AsSpan(row * classes, classes);
            var largest = float.NegativeInfinity;
            foreach (var value in z)
            {
                largest = MathF.Max(largest, value);
            }

            var total = 0f;
            for (var k = 0; k < classes; k++)
            {
                g[k] = MathF.Exp(z[k] - largest);
                total += g[k];
            }

            sum += MathF.Log(total) + largest - z[labels[row]];
            var scale = 1 / (total * labels.Length);
            for (var k = 0; k < classes; k++)
            {
                g[k] *= scale;
            }

            g[labels[row]] -= 1f / labels.Length;
        }

        return sum / labels.Length;
    }
}
