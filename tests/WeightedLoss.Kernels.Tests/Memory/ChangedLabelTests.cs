using WeightedLoss.Runtime;

namespace WeightedLoss.Tests.Memory;

/// <summary>Labels that another thread changes between their check and their use: they may give any result, but no address outside.</summary>
public class ChangedLabelTests
{
    private const int Classes = 17;

    private static readonly int[] s_labels =
    [
        0, 16, 17, 18, 1 << 30, int.MaxValue, -1, -2,
        -17, -100, int.MinValue, int.MinValue + 1, 5, 255, 256, 65536,
    ];

    [Fact]
    public void LabelOf_AnyNumber_IsAClassOrNegative()
    {
        for (nuint row = 0; row < (nuint)s_labels.Length; row++)
        {
            var label = s_labels[row];
            Assert.Equal(Math.Min(label, Classes - 1), RowSupport.LabelOf(ref s_labels[0], row, Classes));
        }
    }

    [Fact]
    public void ChooseTaken_AnyNumber_IsAClass()
    {
        var taken = new int[s_labels.Length];
        RowSupport.ChooseTaken(ref s_labels[0], ref taken[0], (nuint)s_labels.Length, Classes);
        Assert.Equal(s_labels.Select(label => label is >= 0 and < Classes ? label : Classes - 1), taken);
    }

    /// <summary>The kernels themselves, while another thread writes labels that lead far outside. A failure ends the process.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(10)]
    [InlineData(17)]
    [InlineData(100)]
    [InlineData(300)]
    public void Kernels_WhileLabelsChange_StayInside(int classes)
    {
        const int Rows = 1024;
        var logits = new float[Rows * classes];
        var gradient = new float[Rows * classes];
        var labels = new int[Rows];
        var options = new CrossEntropyOptions<float>(classes, Reduction.MeanByCount)
        {
            ClassWeights = Enumerable.Range(1, classes).Select(k => (float)k).ToArray(),
        };
        using var stop = new CancellationTokenSource();
        var writer = new Thread(() =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i = (i + 1) % Rows)
            {
                Volatile.Write(ref labels[i], i % 2 == 0 ? 1 << 28 : int.MinValue);
                Thread.SpinWait(20);
                Volatile.Write(ref labels[i], i % classes);
            }
        });
        writer.Start();
        var (refused, run) = (0, 0);
        try
        {
            for (; run < 20 || (refused == run && run < 10_000); run++)
            {
                try
                {
                    CrossEntropy.LossAndGradient(logits, labels, gradient, options);
                }
                catch (ArgumentException)
                {
                    refused++;
                }
            }
        }
        finally
        {
            stop.Cancel();
            writer.Join();
        }

        Assert.True(refused < run, "No call came past the check of its labels.");
        CrossEntropy.LossAndGradient(logits, labels, gradient, options);
        Assert.All(gradient, value => Assert.True(float.IsFinite(value)));
    }
}
