using System.Numerics;
using WeightedLoss.Runtime;
using CrossEntropyF32Choice = WeightedLoss.Generated.WeightedLoss_CrossEntropy.CrossEntropyF32Choice;
using CrossEntropyF32RowsChoice = WeightedLoss.Generated.WeightedLoss_CrossEntropy.CrossEntropyF32RowsChoice;
using CrossEntropyF64Choice = WeightedLoss.Generated.WeightedLoss_CrossEntropy.CrossEntropyF64Choice;
using CrossEntropyF64RowsChoice = WeightedLoss.Generated.WeightedLoss_CrossEntropy.CrossEntropyF64RowsChoice;

namespace WeightedLoss.Tests.Numerics;

/// <summary>The sum of a tile's losses has nothing of the memory behind them.</summary>
public sealed unsafe class TileSumTests
{
    [Fact]
    public void Float() => Check<float>(&CrossEntropyJob<CrossEntropyF32Choice, CrossEntropyF32RowsChoice, float, byte>.SumOf);

    [Fact]
    public void Double() => Check<double>(&CrossEntropyJob<CrossEntropyF64Choice, CrossEntropyF64RowsChoice, double, byte>.SumOf);

    private static void Check<T>(delegate*<T*, int, double> sumOf)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        const int Most = 128;
        for (var count = 0; count <= Most; count++)
        {
            foreach (var behind in new[] { T.NaN, T.PositiveInfinity, T.One, T.NegativeZero })
            {
                var losses = Enumerable.Range(0, Most).Select(i => i < count ? T.CreateChecked(i + 0.5) : behind).ToArray();
                fixed (T* first = losses)
                {
                    Assert.Equal(count * count / 2d, sumOf(first, count));
                }
            }
        }
    }
}
