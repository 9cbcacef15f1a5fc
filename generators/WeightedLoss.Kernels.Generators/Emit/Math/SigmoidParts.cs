namespace WeightedLoss.Generators.Emit.Math;

/// <summary>
/// What the sigmoid of a logit is made of, in two parts each: of t = −|z|, e = exp(t), σ(t) = e/(1 + e), σ(−t) = 1/(1 + e) and log1p(e),
/// with one exponential and one division. For losses that multiply several of them, whose roundings would add up.
/// </summary>
/// <remarks>
/// Relative errors in float, in units of 2⁻²⁴: e 0.3, σ 0.4, log1p(e) below 1 at e = 1 and 0.4 for small e.
/// </remarks>
internal readonly struct SigmoidParts(TwoPart small, TwoPart large, TwoPart log, Lane distance)
{
    /// <summary>σ(−|z|).</summary>
    public TwoPart Small { get; } = small;

    /// <summary>σ(|z|).</summary>
    public TwoPart Large { get; } = large;

    /// <summary>log(1 + exp(−|z|)).</summary>
    public TwoPart Log { get; } = log;

    /// <summary>|z|, but a finite number where e is 0: times anything that is 0 with e, it gives 0.</summary>
    public Lane Distance { get; } = distance;

    /// <summary>From t = −|z| and e = exp(t). In double, what the caller has named before is out of reach after it: a sweep ends.</summary>
    internal static SigmoidParts Of(LaneProgram program, Lane t, TwoPart e, bool isFloat)
    {
        var log = Logarithm.TwoPartOnePlusUnit(program, e.High, isFloat);
        if (!isFloat)
        {
            // Twenty-one coefficients are a chain that is worth a sweep of its own: 20 times an exponential in float instead of 25.
            var again = program.NextSweep(("e", e.High), ("eLow", e.Low), ("log", log.High), ("logLow", log.Low));
            e = new(again[0], again[1]);
            log = new(again[2], again[3]);
        }

        // 1/(1 + e): the quotient's own residual, less what 1 + e lost, times the quotient.
        var one = program.Constant("One", 1);
        var sum = TwoPart.SumOfOrdered(program, "onePlus", one, e.High);
        var sumLow = program.Let("onePlusRest", program.Add(sum.Low, e.Low));
        var large = program.Let("large", program.Divide(one, sum.High));
        var residual = program.NegatedMultiplyAdd(sumLow, large, program.NegatedMultiplyAdd(sum.High, large, one));
        var largeLow = program.Let("largeLow", program.Multiply(program.Let("residual", residual), large));
        var reciprocal = new TwoPart(large, largeLow);
        var small = TwoPart.Product(program, "small", e, reciprocal);

        // The derivative of log1p carries the low part of e over.
        var logLow = program.Let("logRest", program.MultiplyAdd(e.Low, large, log.Low));
        var distance = program.Let("distance", program.Subtract(program.Zero, Exponential.Clamped(program, t, isFloat)));
        return new(small, reciprocal, new(log.High, logLow), distance);
    }
}
