namespace WeightedLoss.Shared;

/// <summary>
/// From where on the powers of a focal loss are close to the smallest normal number, or subnormal, where a processor takes many times as
/// long. With q for the probability of the wrong class, the loss is next to q^(γ+1) there and the gradient next to (γ+1)·q^(γ+1).
/// </summary>
/// <remarks>
/// A kernel that has γ as a constant must have the bits of one that is given the same γ. So all is computed in double, from a γ as the
/// element type has it. 2⁻¹²⁶ = exp(−87.3) is the smallest normal float, 2⁻¹⁰²² = exp(−708.4) the smallest normal double; <c>bits</c> is
/// the size of the type, 32 or 64.
/// </remarks>
internal static class FocalLimits
{
    /// <summary>
    /// The −log q from which on q^γ counts as 0: the loss is below 2⁻¹³² (double 2⁻¹⁰³⁸), and the gradient below every normal number, for a
    /// γ so small that the exponential is not 0 before.
    /// </summary>
    internal static double MinusLog(double gamma, int bits) => (bits == 32 ? 92 : 720) / (Rounded(gamma, bits) + 1);

    /// <summary>
    /// The −log q from which on q^γ counts as 0 where loss or gradient may be large although q is small: for targets that are mixed.
    /// </summary>
    internal static double MinusLogOfPower(double gamma, int bits) => (bits == 32 ? 87 : 708) / Rounded(gamma, bits);

    /// <summary>The same with a margin: where q is 0, p is still the margin, so the gradient is next to γ·m·(1 − m)·q^γ.</summary>
    internal static double MinusLogWithMargin(double gamma, double margin, int bits) =>
        Rounded(margin, bits) > 0 ? MinusLogOfPower(gamma, bits) : MinusLog(gamma, bits);

    /// <summary>The same as <see cref="MinusLog"/> as a q, a power of two, for a γ with products.</summary>
    internal static double LeastQ(double gamma, int bits) => WithPower(bits == 32 ? 132 : 1028, gamma, bits);

    /// <summary>
    /// The q from which on a row is unsaturated: the loss is above 2⁻⁹⁶ (double 2⁻⁹⁶⁰), which leaves room for weights below 1.
    /// </summary>
    internal static double UnsaturatedQ(double gamma, int bits) => WithPower(bits == 32 ? 96 : 960, gamma, bits);

    /// <summary>
    /// The e = exp(−|z|) from which on a float logit is unsaturated: the loss is above 2⁻⁹³, so that its roundings, in two parts, are
    /// normal numbers, too. One of the powers of two whose bits every e from there to 1 has, and none below: 2⁻⁶³, 2⁻³¹, 2⁻¹⁵ and so on to
    /// 1. 0 for a γ without saturated logits: one so large that an e which counts for nothing else still counts in its power.
    /// </summary>
    internal static double UnsaturatedE(double gamma)
    {
        gamma = Rounded(gamma, bits: 32);
        if (gamma > 1 << 20)
        {
            return 0;
        }

        var exponent = 63;
        while (exponent * (gamma + 1) > 93)
        {
            exponent /= 2;
        }

        return PowerOfTwo(exponent);
    }

    /// <summary>
    /// The e from which on a saturated float logit has it, and not 0: below it, the loss of the right class is below 2⁻¹²⁸, and that of the
    /// wrong one does not depend on it.
    /// </summary>
    internal static double LeastE(double gamma, bool hasProducts)
    {
        var lost = Math.Ceiling(126 / (Rounded(gamma, bits: 32) + 1)) + 2;
        return PowerOfTwo(Math.Min(126, Math.Max(hasProducts ? 36 : 60, lost)));
    }

    /// <summary>A power of two for q, with which the loss is next to 2^−exponent.</summary>
    private static double WithPower(int exponent, double gamma, int bits) => PowerOfTwo(Math.Floor(exponent / (Rounded(gamma, bits) + 1)));

    /// <summary>2^−exponent, by its bits: a small call would feel Math.Pow. No normal number is smaller than 2⁻¹⁰²².</summary>
    private static double PowerOfTwo(double exponent) => BitConverter.Int64BitsToDouble((1023 - (long)Math.Min(exponent, 1022)) << 52);

    private static double Rounded(double gamma, int bits) => bits == 32 ? (float)gamma : gamma;
}
