using WeightedLoss.Generators.Program;
using WeightedLoss.Shared;

namespace WeightedLoss.Generators.Math;

/// <summary>q^γ for q in [0, 1] and γ &gt; 0, one value per lane, for any loss that is focused by it.</summary>
/// <remarks>
/// Where γ is 1, 2, 3, 4, or one of these or 0 and a half, by products and one square root, which is faster:
/// <see cref="OfProducts(LaneProgram, TwoPart, double)"/>. For every other γ, and in the sigmoid's loss for each that is given at run
/// time, exp(−γ·L) with L = −log q in two parts: <see cref="OfLogarithm"/>. There an error of L counts γ times; the losses know L from the
/// log1p that they need anyway.
/// </remarks>
internal static class Power
{
    /// <summary>Whether a constant γ is served by products; false for none (null).</summary>
    internal static bool HasProducts(double? gamma) => gamma is { } value && KernelFacts.HasProducts(value);

    /// <summary>q^γ for a γ with <see cref="HasProducts"/>, where only the last of the products rounds.</summary>
    internal static Lane OfProducts(LaneProgram program, TwoPart q, double gamma)
    {
        var whole = (int)gamma;
        var root = gamma == whole ? default(TwoPart?) : TwoPart.SquareRoot(program, "root", q);
        switch (whole, root)
        {
            case (0, { } only):
                return program.Add(only.High, only.Low);
            case (1, null):
                return program.Add(q.High, q.Low);
            case (1, { } factor):
                return TwoPart.RoundedProduct(program, q, factor);
            case (2, null):
                return TwoPart.RoundedSquare(program, q);
        }

        var square = TwoPart.Square(program, "square", q);
        return (whole, root) switch
        {
            (2, { } factor) => TwoPart.RoundedProduct(program, square, factor),
            (3, null) => TwoPart.RoundedProduct(program, square, q),
            (3, { } factor) => TwoPart.RoundedProduct(program, TwoPart.Product(program, "cube", square, q), factor),
            _ => TwoPart.RoundedSquare(program, square),
        };
    }

    /// <summary>The same for a q in one part.</summary>
    internal static Lane OfProducts(LaneProgram program, Lane q, double gamma)
    {
        var whole = (int)gamma;
        var power = whole == 0 ? default : Products(program, q)[whole - 1];
        if (gamma == whole)
        {
            return power;
        }

        var root = program.SquareRoot(q);
        return whole == 0 ? root : program.Multiply(power, root);
    }

    /// <summary>
    /// The same for a γ that is given at run time: what a constant γ leaves out becomes a product with 1, so the bits are equal.
    /// </summary>
    internal static Lane OfProducts(LaneProgram program, Lane q, Lane gamma)
    {
        var products = Products(program, q);
        var one = program.Constant("One", 1);
        var power = one;
        var whole = program.Zero;
        for (var n = 1; n <= products.Length; n++)
        {
            // γ is a multiple of a half, so that it is more than n − 1/4 if it is n or more.
            var isReached = program.Let($"isReached{n}", program.IsGreater(gamma, program.Constant($"JustBelow{n}", n - 0.25)));
            power = program.Let($"product{n}", program.Select(isReached, products[n - 1], power));
            whole = program.Let($"whole{n}", program.Select(isReached, n == 1 ? one : program.Constant($"Whole{n}", n), whole));
        }

        var isHalf = program.Let("isHalf", program.IsGreater(gamma, whole));
        return program.Multiply(power, program.Let("root", program.Select(isHalf, program.SquareRoot(q), one)));
    }

    /// <summary>
    /// exp(−γ·L) for L ≥ 0, and 0 from the limit on, where γ·L may be infinite, or below the range of <see cref="Exponential"/>. NaN stays
    /// NaN.
    /// </summary>
    internal static Lane OfLogarithm(LaneProgram program, TwoPart minusLog, Exponent gamma)
    {
        // The names of exp are taken by the loss.
        var suffix = program.Suffix;
        program.Suffix = suffix + "OfPower";
        var product = program.Let("product", program.Multiply(gamma.Negated, minusLog.High));
        var rest = program.MultiplySubtract(gamma.Negated, minusLog.High, product);
        var low = program.Let("productLow", program.MultiplyAdd(gamma.Negated, minusLog.Low, rest));

        // Where the product may be infinite, its low part is no number, nor is the exponential.
        var isZero = program.Let("isZero", program.IsGreater(minusLog.High, gamma.Limit));
        var power = program.Let("power", program.Drop(isZero, program.Let("wholePower", Exponential.OfNonPositive(program, product, low))));
        program.Suffix = suffix;
        return power;
    }

    /// <summary>q, q², q³, q⁴.</summary>
    private static Lane[] Products(LaneProgram program, Lane q)
    {
        var square = program.Let("square", program.Multiply(q, q));
        return [q, square, program.Multiply(square, q), program.Multiply(square, square)];
    }

    /// <summary>γ as a constant.</summary>
    internal static Exponent Constant(LaneProgram program, double gamma) => new(
        program.Constant("Gamma", gamma),
        program.Constant("GammaNegated", -gamma),
        program.Constant("GammaLimit", FocalLimits.MinusLog(gamma, program.Number.Bits)));

    /// <summary>γ as options give it: itself, −γ, and at a place of its own the limit.</summary>
    internal static Exponent Given(LaneProgram program, int limitPlace) => new(
        program.Broadcast("gamma", "arguments.Parameters.P0"),
        program.Broadcast("gammaNegated", "arguments.Parameters.P1"),
        program.Broadcast("gammaLimit", $"arguments.Parameters.P{limitPlace}"));

    /// <summary>γ, −γ, and the −log q from which on q^γ counts as 0.</summary>
    internal readonly struct Exponent(Lane value, Lane negated, Lane limit)
    {
        public Lane Value { get; } = value;

        public Lane Negated { get; } = negated;

        public Lane Limit { get; } = limit;
    }
}
