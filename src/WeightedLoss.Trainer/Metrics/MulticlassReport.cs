namespace WeightedLoss.Trainer.Metrics;

/// <summary>How well logits tell several classes apart.</summary>
/// <param name="Confusion">How many rows of an actual class (first index) are called a class (second index).</param>
/// <param name="LogLoss">The mean unweighted log loss.</param>
internal sealed record MulticlassReport(long[,] Confusion, double LogLoss)
{
    private readonly long[] _actual = Sums(Confusion, byActual: true);
    private readonly long[] _called = Sums(Confusion, byActual: false);

    /// <summary>The number of classes.</summary>
    public int Classes => _actual.Length;

    /// <summary>The part of all rows that is called what it is.</summary>
    public double Accuracy => Ratio(Enumerable.Range(0, Classes).Sum(k => Confusion[k, k]), _actual.Sum());

    /// <summary>The mean recall of the classes that have rows.</summary>
    public double BalancedAccuracy => Mean(k => _actual[k] != 0, Recall);

    /// <summary>The mean F1 of the classes that have rows or are named.</summary>
    public double MacroF1 => Mean(k => _actual[k] + _called[k] != 0, F1);

    /// <summary>The number of rows of a class.</summary>
    public long Support(int k) => _actual[k];

    /// <summary>The part of what is called a class that is it; 0 when nothing is.</summary>
    public double Precision(int k) => Ratio(Confusion[k, k], _called[k]);

    /// <summary>The part of a class that is found; 0 when it has no rows.</summary>
    public double Recall(int k) => Ratio(Confusion[k, k], _actual[k]);

    /// <summary>The harmonic mean of precision and recall of a class.</summary>
    public double F1(int k) => Ratio(2 * Confusion[k, k], _actual[k] + _called[k]);

    /// <summary>All figures, where the class of the largest logit is called.</summary>
    /// <param name="logits">[rows, classes].</param>
    /// <param name="labels">One per row, 0 … classes − 1.</param>
    /// <param name="classes">The number of classes.</param>
    public static MulticlassReport Of(ReadOnlySpan<float> logits, ReadOnlySpan<byte> labels, int classes)
    {
        var confusion = new long[classes, classes];
        for (var i = 0; i < labels.Length; i++)
        {
            confusion[labels[i], Called(logits.Slice(i * classes, classes))]++;
        }

        var loss = CrossEntropy.Loss(logits, labels, new CrossEntropyOptions<float>(classes, Reduction.MeanByCount));
        return new(confusion, loss.MeanByCount);
    }

    /// <summary>The class of the largest logit, the first one if several are equal.</summary>
    public static int Called(ReadOnlySpan<float> logits)
    {
        var called = 0;
        for (var k = 1; k < logits.Length; k++)
        {
            called = logits[k] > logits[called] ? k : called;
        }

        return called;
    }

    private double Mean(Func<int, bool> counts, Func<int, double> figure) =>
        Enumerable.Range(0, Classes).Where(counts).Select(figure).DefaultIfEmpty().Average();

    private static double Ratio(long part, long whole) => whole == 0 ? 0 : (double)part / whole;

    private static long[] Sums(long[,] confusion, bool byActual)
    {
        var sums = new long[confusion.GetLength(0)];
        for (var actual = 0; actual < sums.Length; actual++)
        {
            for (var called = 0; called < sums.Length; called++)
            {
                sums[byActual ? actual : called] += confusion[actual, called];
            }
        }

        return sums;
    }
}
