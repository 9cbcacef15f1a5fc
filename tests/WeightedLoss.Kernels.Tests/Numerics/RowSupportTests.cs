using System.Numerics;
using WeightedLoss.Runtime;

namespace WeightedLoss.Tests.Numerics;

/// <summary>What kernels do once per row, apart from the kernels.</summary>
public class RowSupportTests
{
    [Fact]
    public void IndexOf_EqualLogitsAnywhere_IsTheFirst()
    {
        AssertIndexOf<float>();
        AssertIndexOf<double>();
    }

    private static void AssertIndexOf<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var classes = 1; classes <= 40; classes++)
        {
            // A NaN is equal to nothing, and what lies behind the row counts for nothing.
            var row = Enumerable.Range(0, classes + 9).Select(k => k % 3 == 1 ? T.NaN : k < classes ? T.CreateChecked(k) : T.CreateChecked(99)).ToArray();
            Assert.Equal(-1, RowSupport.IndexOf(ref row[0], (nuint)classes, T.CreateChecked(99)));
            Assert.Equal(-1, RowSupport.IndexOf(ref row[0], 0, row[0]));
            Assert.Equal(0, RowSupport.IndexOf(ref row[0], (nuint)classes, T.NegativeZero));
            for (var first = 0; first < classes; first++)
            {
                for (var second = first; second < classes; second++)
                {
                    var changed = row.ToArray();
                    changed[first] = changed[second] = T.NegativeInfinity;
                    Assert.Equal(first, RowSupport.IndexOf(ref changed[0], (nuint)classes, T.NegativeInfinity));
                }
            }
        }
    }
}
