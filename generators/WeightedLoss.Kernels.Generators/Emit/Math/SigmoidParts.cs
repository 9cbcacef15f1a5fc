namespace WeightedLoss.Generators.Emit.Math;

/// <summary>
/// What the sigmoid of a logit is made of, in two parts each: of t = −|z|, e = exp(t), σ(t) = e/(1 + e), σ(−t) = 1/(1 + e) and log1p(e),
/// with one exponential and one division. For losses that multiply several of them, whose roundings would add up.
/// </summary>
/// <remarks>
/// Relative errors in float, in units of 2⁻²⁴: e 0.1, σ at most 0.4, log1p(e) 0.8, for powers 0.6.
/// </remarks>
internal readonly struct SigmoidParts(TwoPart small, TwoPart large, TwoPart log)
{
    /// <summary>σ(−|z|).</summary>
    public TwoPart Small { get; } = small;

    /// <summary>σ(|z|).</summary>
    public TwoPart Large { get; } = large;

    /// <summary>log(1 + exp(−|z|)).</summary>
    public TwoPart Log { get; } = log;

    /// <summary>From e = exp(−|z|) and log1p of e's high part.</summary>
    internal static SigmoidParts Of(LaneProgram program, TwoPart e, TwoPart log)
    {
        var one = program.Constant("One", 1);
        var small = program.Let("small", program.Divide(e.High, program.Add(one, e.High)));
        var large = program.Let("large", program.Subtract(one, small));

        // What is left of e = small·(1 + e), divided by 1 + e. Only here the low part of e counts.
        var residual = program.MultiplyAdd(e.Low, large, program.NegatedMultiplyAdd(small, e.High, program.Subtract(e.High, small)));
        var smallLow = program.Let("smallLow", program.Multiply(program.Let("residual", residual), large));
        var largeLow = program.Let("largeLow", ComplementLow(program, large, new(small, smallLow)));

        // The derivative of log1p carries the low part of e over.
        var logLow = program.Let("logRest", program.MultiplyAdd(e.Low, large, log.Low));
        return new(new(small, smallLow), new(large, largeLow), new(log.High, logLow));
    }

    /// <summary>1 − x for x in [0, 1]: not to the relative accuracy of a small difference.</summary>
    internal static TwoPart Complement(LaneProgram program, string name, TwoPart x)
    {
        var high = program.Let(name, program.Subtract(program.Constant("One", 1), x.High));
        return new(high, program.Let(name + "Low", ComplementLow(program, high, x)));
    }

    private static Lane ComplementLow(LaneProgram program, Lane high, TwoPart x) =>
        program.Subtract(program.Subtract(program.Subtract(program.Constant("One", 1), high), x.High), x.Low);
}
