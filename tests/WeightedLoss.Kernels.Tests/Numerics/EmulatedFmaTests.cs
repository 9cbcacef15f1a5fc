using System.Runtime.Intrinsics;
using WeightedLoss.Runtime;
using WeightedLoss.Tests.Dispatch;

namespace WeightedLoss.Tests.Numerics;

/// <summary>The emulated fused multiply-add against the platform's, bit by bit; NaN is NaN.</summary>
[Trait(ChildProcessTests.Rerun, "yes")]
public class EmulatedFmaTests
{
    private const int Cases = 2_000_000;

    /// <summary>Makes three operands.</summary>
    private static readonly Dictionary<string, Func<Random, (float A, float B, float C)>> s_operands = new()
    {
        ["any bits"] = random => (AnyBits(random), AnyBits(random), AnyBits(random)),
        ["near a tie"] = random =>
        {
            // Half a unit of c's last place, a little more and a little less: in double, all three sums are the tie.
            var c = Number(random, -100, 100);
            var half = (MathF.BitIncrement(MathF.Abs(c)) - MathF.Abs(c)) / 2;
            var exponent = random.Next(-20, 20);
            return (Sign(random) * MathF.ScaleB(half * Nearly1(random), exponent), MathF.ScaleB(Nearly1(random), -exponent), c);
        },
        ["near a subnormal tie"] = random =>
        {
            // The same in whole units of the smallest number.
            var c = random.Next(1 << 24) * float.Epsilon;
            return (
                Sign(random) * MathF.ScaleB(Nearly1(random), -100),
                MathF.ScaleB((random.Next(8) + 0.5f) * Nearly1(random), -49),
                Sign(random) * c);
        },
        ["cancellation"] = random =>
        {
            var (a, b) = (Number(random, -70, 60), Number(random, -70, 60));
            return (a, b, MathF.ScaleB((-a * b) + (random.Next(-4, 5) * float.Epsilon), random.Next(8) == 0 ? -1 : 0));
        },
        ["near the largest"] = random => (Number(random, 60, 66), Number(random, 60, 66), Number(random, 120, 128)),
        ["subnormal products"] = random => (Number(random, -90, -50), Number(random, -90, -50), Number(random, -149, -120)),
        ["whole numbers"] = random => (random.Next(-5000, 5000), random.Next(-5000, 5000), random.Next(-(1 << 25), 1 << 25)),
        ["special values"] = random => (Special(random), Special(random), Special(random)),
    };

    public static TheoryData<string> Kinds { get; } = [.. s_operands.Keys];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void MultiplyAdd_Float_EqualsThePlatforms(string kind)
    {
        var next = s_operands[kind];
        var random = new Random(1);
        float[] a = new float[4], b = new float[4], c = new float[4], actual = new float[4];
        for (var n = 0; n < Cases; n += 4)
        {
            for (var i = 0; i < 4; i++)
            {
                (a[i], b[i], c[i]) = next(random);
            }

            EmulatedFma.MultiplyAdd(Vector128.LoadUnsafe(ref a[0]), Vector128.LoadUnsafe(ref b[0]), Vector128.LoadUnsafe(ref c[0])).StoreUnsafe(ref actual[0]);
            for (var i = 0; i < 4; i++)
            {
                var expected = MathF.FusedMultiplyAdd(a[i], b[i], c[i]);
                if (BitConverter.SingleToUInt32Bits(expected) != BitConverter.SingleToUInt32Bits(actual[i]) && !(
                    float.IsNaN(expected) && float.IsNaN(actual[i])))
                {
                    Assert.Fail($"{a[i]:R}·{b[i]:R} + {c[i]:R} is {expected:R}, not {actual[i]:R}");
                }
            }
        }
    }

    /// <summary>The operands above are such that it matters how they are rounded.</summary>
    [Theory]
    [InlineData("near a tie")]
    [InlineData("near a subnormal tie")]
    public void MultiplyAdd_RoundedTwice_WouldBeWrongOften(string kind)
    {
        var next = s_operands[kind];
        var random = new Random(1);
        var wrong = 0;
        for (var n = 0; n < 10_000; n++)
        {
            var (a, b, c) = next(random);
            wrong += (float)(((double)a * b) + c) != MathF.FusedMultiplyAdd(a, b, c) ? 1 : 0;
        }

        Assert.InRange(wrong, 100, 9_000);
    }

    private static float Sign(Random random) => random.Next(2) == 0 ? 1 : -1;

    private static float Nearly1(Random random) => 1 + (random.Next(-4, 5) * MathF.ScaleB(1, -23));

    private static float AnyBits(Random random) => BitConverter.Int32BitsToSingle(random.Next() ^ (random.Next() << 16));

    private static float Number(Random random, int leastExponent, int pastExponent) =>
        Sign(random) * MathF.ScaleB(1 + (random.Next(1 << 23) * MathF.ScaleB(1, -23)), random.Next(leastExponent, pastExponent));

    private static float Special(Random random)
    {
        ReadOnlySpan<float> values =
        [
            0, -0f, 1, -1, 0.5f, float.Epsilon, -float.Epsilon, 1.17549435E-38f, -1.17549421E-38f, float.MaxValue, float.MinValue,
            float.PositiveInfinity, float.NegativeInfinity, float.NaN, 16777216, 16777215, 1.00000012f, 0.99999994f,
        ];
        return values[random.Next(values.Length)];
    }
}
