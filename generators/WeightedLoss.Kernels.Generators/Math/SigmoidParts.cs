using WeightedLoss.Generators.Program;

namespace WeightedLoss.Generators.Math;

/// <summary>
/// The sigmoid of a logit z in two parts, made of e = exp(−|z|) with one division: σ(−|z|) = e/(1 + e), σ(|z|) = 1/(1 + e), or either of
/// them as a sign says. For losses with powers of it, in which its rounding would count several times.
/// </summary>
internal sealed class SigmoidParts
{
    private readonly LaneProgram _program;
    private readonly TwoPart _e;
    private readonly Lane _one;

    /// <param name="program">The program.</param>
    /// <param name="e">exp(−|z|).</param>
    public SigmoidParts(LaneProgram program, TwoPart e)
    {
        (_program, _e) = (program, e);
        _one = program.Constant("One", 1);
        Reciprocal = program.Let("reciprocal", program.Divide(_one, program.Add(_one, e.High)));
    }

    /// <summary>1/(1 + e), rounded.</summary>
    public Lane Reciprocal { get; }

    /// <summary>σ(−|z|).</summary>
    public TwoPart EmitSmall() =>
        EmitQuotient("small", _e.High, _program.Let("small", _program.Multiply(_e.High, Reciprocal)), rest => _program.MultiplyAdd(
            _e.Low, Reciprocal, rest));

    /// <summary>σ(|z|).</summary>
    public TwoPart EmitLarge() => EmitQuotient("large", _one, Reciprocal, rest => _program.NegatedMultiplyAdd(_e.Low, Reciprocal, rest));

    /// <summary>σ(s) for s = z or s = −z.</summary>
    /// <remarks>
    /// To choose the numerator by arithmetic takes less than to make both quotients and to choose between their parts: a blend by a
    /// register is three operations on Intel's cores.
    /// </remarks>
    /// <param name="s">Of either sign.</param>
    /// <param name="above">max(s, 0).</param>
    public TwoPart EmitOfSign(Lane s, Lane above)
    {
        // A larger e makes σ(s) larger where it is the numerator, and smaller where 1 is. Up to 1/BeyondOne, e is 1.
        var low = _program.Let("eLowSigned", _program.NegateBySign(s, _e.Low));
        var numerator = _program.Let(
            "qNumerator", _program.OneIfPositive(
                above, _e.High, _one, _program.Constant("BeyondOne", _program.Number.Of(1L << 26, 1L << 55))));
        return EmitQuotient(
            "q", numerator, _program.Let("q", _program.Multiply(numerator, Reciprocal)), rest => _program.NegatedMultiplyAdd(
                low, Reciprocal, rest));
    }

    /// <summary>
    /// 1 − σ, to its own relative accuracy: the difference of 1 and the high part is exact wherever the low part counts beside it.
    /// </summary>
    public Lane EmitOther(TwoPart sigmoid) =>
        _program.Let("p", _program.Subtract(_program.Subtract(_one, sigmoid.High), sigmoid.Low));

    /// <summary>What is left of numerator = quotient·(1 + e), divided by 1 + e. Only here the low part of e counts.</summary>
    private TwoPart EmitQuotient(string name, Lane numerator, Lane quotient, Func<Lane, Lane> addLow)
    {
        var rest = _program.NegatedMultiplyAdd(quotient, _e.High, _program.Subtract(numerator, quotient));
        var residual = _program.Let(name + "Residual", addLow(rest));
        return new(quotient, _program.Let(name + "Low", _program.Multiply(residual, Reciprocal)));
    }

    /// <summary>
    /// numerator / (1 + e) for e in [0, 1], as numerator − numerator·(e / (1 + e)): for small e the quotient's errors, and above all that
    /// of the rounded 1 + e, do not count.
    /// </summary>
    internal static Lane OverOnePlus(LaneProgram program, string name, Lane numerator, Lane e)
    {
        var ratio = program.Let("ratio", program.Divide(e, program.Add(program.Constant("One", 1), e)));
        return program.Let(name, program.NegatedMultiplyAdd(numerator, ratio, numerator));
    }
}
