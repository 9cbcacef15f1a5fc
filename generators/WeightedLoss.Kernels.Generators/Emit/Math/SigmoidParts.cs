namespace WeightedLoss.Generators.Emit.Math;

/// <summary>
/// What the sigmoid of a logit z is made of, in two parts each: of e = exp(−|z|), σ(−|z|) = e/(1 + e), σ(|z|) = 1/(1 + e), either of them as
/// a sign says, and log1p(e), with one exponential and one division. For losses that multiply several of them, whose roundings would add up.
/// </summary>
/// <remarks>Relative errors in float, in units of 2⁻²⁴: e 0.1, σ at most 0.4, log1p(e) 0.8, for powers 0.6.</remarks>
internal sealed class SigmoidParts
{
    private readonly LaneProgram _program;
    private readonly TwoPart _e;
    private readonly bool _isFloat;
    private readonly Lane _one;
    private readonly Lane _reciprocal;

    /// <param name="program">The program.</param>
    /// <param name="e">exp(−|z|).</param>
    /// <param name="log">log1p of e's high part.</param>
    /// <param name="isFloat">Or double.</param>
    public SigmoidParts(LaneProgram program, TwoPart e, TwoPart log, bool isFloat)
    {
        (_program, _e, _isFloat) = (program, e, isFloat);
        _one = program.Constant("One", 1);
        _reciprocal = program.Let("reciprocal", program.Divide(_one, program.Add(_one, e.High)));

        // The derivative of log1p carries the low part of e over.
        Log = new(log.High, program.Let("logRest", program.MultiplyAdd(e.Low, _reciprocal, log.Low)));
    }

    /// <summary>log(1 + exp(−|z|)).</summary>
    public TwoPart Log { get; }

    /// <summary>σ(−|z|).</summary>
    public TwoPart EmitSmall() =>
        EmitQuotient("small", _e.High, _program.Let("small", _program.Multiply(_e.High, _reciprocal)), LargerBy(_e.Low));

    /// <summary>σ(|z|).</summary>
    public TwoPart EmitLarge() => EmitQuotient("large", _one, _reciprocal, SmallerBy(_e.Low));

    /// <summary>σ(s) for s = z or s = −z, and σ(−s) to its own relative accuracy.</summary>
    /// <remarks>
    /// To choose the numerator by arithmetic takes less than to make both quotients and to choose between their parts: a blend by a register
    /// is three operations on Intel's cores.
    /// </remarks>
    /// <param name="s">Of either sign.</param>
    /// <param name="above">max(s, 0).</param>
    /// <returns>σ(s), and what gives σ(−s) for max(−s, 0).</returns>
    public (TwoPart Q, Func<Lane, TwoPart> EmitP) OfSign(Lane s, Lane above)
    {
        // A larger e makes σ(s) larger where it is the numerator, and smaller where 1 is.
        var low = _program.Let("eLowSigned", _program.NegateBySign(s, _e.Low));
        return (Of("q", above, SmallerBy(low)), below => Of("p", below, LargerBy(low)));

        TwoPart Of(string name, Lane beyond, Func<Lane, Lane> addLow)
        {
            // Up to 1/BeyondOne, e is 1.
            var numerator = _program.Let(name + "Numerator", _program.OneIfPositive(
                beyond, _e.High, _one, _program.Constant("BeyondOne", _isFloat ? 1 << 26 : 1L << 55)));
            return EmitQuotient(name, numerator, _program.Let(name, _program.Multiply(numerator, _reciprocal)), addLow);
        }
    }

    private Func<Lane, Lane> LargerBy(Lane low) => rest => _program.MultiplyAdd(low, _reciprocal, rest);

    private Func<Lane, Lane> SmallerBy(Lane low) => rest => _program.NegatedMultiplyAdd(low, _reciprocal, rest);

    /// <summary>What is left of numerator = quotient·(1 + e), divided by 1 + e. Only here the low part of e counts.</summary>
    private TwoPart EmitQuotient(string name, Lane numerator, Lane quotient, Func<Lane, Lane> addLow)
    {
        var rest = _program.NegatedMultiplyAdd(quotient, _e.High, _program.Subtract(numerator, quotient));
        var residual = _program.Let(name + "Residual", addLow(rest));
        return new(quotient, _program.Let(name + "Low", _program.Multiply(residual, _reciprocal)));
    }
}
