using WeightedLoss.Runtime;
using WeightedLoss.Tests.Dispatch;

namespace WeightedLoss.Tests.Numerics;

/// <summary>Kernels whose elements in memory are the upper halves of floats: the float kernel's results, rounded once.</summary>
public class UpperHalfTests
{
    private const int Patterns = 1 << 16;

    public static TheoryData<string> Functions { get; } = [.. Kernels.Supported<FunctionKernelEntry<ushort>>().Select(kernel => kernel.Id)];

    [Theory]
    [MemberData(nameof(Functions))]
    [Trait(ChildProcessTests.Rerun, "yes")]
    public void Function_EveryElement_IsTheRoundedResultOfFloat(string function)
    {
        var kernel = Kernels.All.OfType<FunctionKernelEntry<ushort>>().Single(entry => entry.Id == function);
        var ofFloat = Kernels.All.OfType<FunctionKernelEntry<float>>()
            .Single(entry => entry.Id == Corpus.FamilyOf(kernel).Replace("-bf16", "-f32-scalar", StringComparison.Ordinal));
        var x = Enumerable.Range(0, Patterns).Select(pattern => (ushort)pattern).ToArray();
        var wide = Array.ConvertAll(x, Widen);
        var exact = new float[Patterns];
        ofFloat.Run(wide, exact);
        var expected = Array.ConvertAll(exact, Round);

        var actual = new ushort[Patterns];
        kernel.Run(x, actual);
        Assert.All(expected, (bits, i) => Assert.True(bits == actual[i], $"{function}({wide[i]:R}): {actual[i]:x4} instead of {bits:x4}"));

        // The results lie between two elements, on one, and at a NaN.
        Assert.Contains(exact, value => Widen(Round(value)) > value);
        Assert.Contains(exact, value => Widen(Round(value)) < value);
        Assert.Contains(expected, bits => bits == NotANumber);
    }

    private static ushort NotANumber => (ushort)(BitConverter.SingleToUInt32Bits(float.NaN) >> 16);

    private static float Widen(ushort bits) => BitConverter.UInt32BitsToSingle((uint)bits << 16);

    /// <summary>Of the elements on both sides, the nearer one; of two as near, the even one. In the digits of a double.</summary>
    private static ushort Round(float value)
    {
        if (float.IsNaN(value))
        {
            return NotANumber;
        }

        var below = (ushort)(BitConverter.SingleToUInt32Bits(value) >> 16);
        var above = (ushort)(below + 1);
        var (toBelow, toAbove) = (Math.Abs((double)value - Widen(below)), Math.Abs((double)value - Widen(above)));
        return toBelow < toAbove || (toBelow == toAbove && below % 2 == 0) ? below : above;
    }
}
