using FsCheck.Xunit;
using WeightedLoss.Generators.Spec;

namespace WeightedLoss.Generators.Tests.Spec;

public class EquatableArrayTests
{
    [Property]
    public bool Arrays_AreEqual_ExactlyWhenTheirElementsAre(int[] left, int[] right)
    {
        var (a, b) = (new EquatableArray<int>([.. left]), new EquatableArray<int>([.. right]));
        var copy = new EquatableArray<int>([.. left]);
        return a.Equals(copy) && a.GetHashCode() == copy.GetHashCode() && a.Equals(b) == left.SequenceEqual(right);
    }

    [Fact]
    public void Default_EqualsEmpty() => Assert.True(default(EquatableArray<int>).Equals(new([])));
}
