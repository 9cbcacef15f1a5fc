using WeightedLoss.Generators.Program;

namespace WeightedLoss.Generators.Math;

/// <summary>
/// The unevaluated sum of a value and what its rounding lost. The low part itself is rounded and its own products are dropped, so a value
/// has about twice the digits less three. T. J. Dekker's arithmetic (1971), with a fused multiply-add in place of his splitting.
/// </summary>
internal readonly struct TwoPart(Lane high, Lane low)
{
    public Lane High { get; } = high;

    public Lane Low { get; } = low;

    /// <summary>a + b for |a| ≥ |b|, without error (Dekker's FastTwoSum); a sum that is known already can be given.</summary>
    internal static TwoPart SumOfOrdered(LaneProgram program, string name, Lane a, Lane b, Lane? known = null)
    {
        var high = known ?? program.Let(name, program.Add(a, b));
        return new(high, program.Let(name + "Low", program.Subtract(b, program.Subtract(high, a))));
    }

    /// <summary>
    /// a + b for finite a, b ≥ 0, without error; a sum that is known already can be given. Two operations put them in order, which is one
    /// less in all than <see cref="Sum"/> has, and no other sum waits for them. With a NaN both parts are NaN, whatever the maximum makes
    /// of it.
    /// </summary>
    internal static TwoPart SumOfPositive(LaneProgram program, string name, Lane a, Lane b, Lane? known = null)
    {
        var high = known ?? program.Let(name, program.Add(a, b));
        var larger = program.Let(name + "Larger", program.Max(a, b));
        var smaller = program.Let(name + "Smaller", program.Min(a, b));
        return SumOfOrdered(program, name, larger, smaller, high);
    }

    /// <summary>a + b, without error (Knuth's TwoSum).</summary>
    internal static TwoPart Sum(LaneProgram program, string name, Lane a, Lane b)
    {
        var high = program.Let(name, program.Add(a, b));
        var partOfB = program.Let(name + "Part", program.Subtract(high, a));
        var restOfA = program.Subtract(a, program.Subtract(high, partOfB));
        return new(high, program.Let(name + "Low", program.Add(restOfA, program.Subtract(b, partOfB))));
    }

    /// <summary>a·b.</summary>
    internal static TwoPart Product(LaneProgram program, string name, TwoPart a, TwoPart b)
    {
        var high = program.Let(name, program.Multiply(a.High, b.High));
        var rest = program.MultiplyAdd(a.High, b.Low, program.MultiplySubtract(a.High, b.High, high));
        return new(high, program.Let(name + "Low", program.MultiplyAdd(a.Low, b.High, rest)));
    }

    /// <summary>a·b, rounded once.</summary>
    internal static Lane RoundedProduct(LaneProgram program, TwoPart a, TwoPart b) =>
        program.MultiplyAdd(a.High, b.High, program.MultiplyAdd(a.High, b.Low, program.Multiply(a.Low, b.High)));

    /// <summary>a·a, rounded once.</summary>
    internal static Lane RoundedSquare(LaneProgram program, TwoPart a) =>
        program.MultiplyAdd(a.High, a.High, program.Multiply(program.Add(a.High, a.High), a.Low));

    /// <summary>a·a.</summary>
    internal static TwoPart Square(LaneProgram program, string name, TwoPart a)
    {
        var high = program.Let(name, program.Multiply(a.High, a.High));
        var rest = program.MultiplySubtract(a.High, a.High, high);
        return new(high, program.Let(name + "Low", program.MultiplyAdd(a.High, program.Add(a.Low, a.Low), rest)));
    }

    /// <summary>√a for a ≥ 0. One step of Newton's method gives the low part; √0 is 0.</summary>
    internal static TwoPart SquareRoot(LaneProgram program, string name, TwoPart a)
    {
        var high = program.Let(name, program.SquareRoot(a.High));
        var rest = program.Add(program.NegatedMultiplyAdd(high, high, a.High), a.Low);
        var half = program.Divide(
            program.Constant("Half", 0.5), program.Max(program.Constant("RootSmallest", program.Number.Of(1e-30, 1e-300)), high));
        return new(high, program.Let(name + "Low", program.Multiply(rest, half)));
    }
}
