namespace WeightedLoss.Tests.Numerics;

/// <summary>The errors that the kernels may make, each stated once. In ulps of the exact result where it is a normal number.</summary>
internal static class NumericBounds
{
    /// <summary>exp(−|x|), for every x.</summary>
    public const double Exp = 1;

    /// <summary>log(1 + x), for x in [0, 1] and for x ≥ 0.</summary>
    public const double Log1p = 1;

    /// <summary>The loss of one label of weight 1.</summary>
    public const double Loss = 2;

    /// <summary>The gradient of one label of weight 1, and a probability.</summary>
    public const double Gradient = 2;

    /// <summary>The focal loss of the sigmoid of one label of weight 1, for γ up to 5.</summary>
    public const double FocalLoss = 4;

    /// <summary>The gradient of such a loss.</summary>
    public const double FocalGradient = 4;

    /// <summary>Both for any γ: a larger exponent counts the error of its power's logarithm more often.</summary>
    public static double Focal(double gamma) => FocalLoss + (0.45 * Math.Max(0, gamma - 5));

    /// <summary>The asymmetric loss of one label of weight 1, and its gradient, for the larger γ of its classes.</summary>
    public static double Asymmetric(double gamma) => 3 + Focal(gamma);

    /// <summary>
    /// Such a loss for a soft target that is mixed, and its gradient in ulps of the sum of its terms without their signs: q has errors of
    /// its own, and the power has γ times these.
    /// </summary>
    public static double MixedFocal(double gamma) => 5 + (2 * gamma);

    /// <summary>The loss of one row of cross-entropy with at most 64 classes, a hard label and weight 1.</summary>
    public const double RowLoss = 4;

    /// <summary>An element of the gradient of such a row.</summary>
    public const double RowGradient = 4;

    /// <summary>The probability of a class.</summary>
    public const double RowProbability = 4;

    /// <summary>
    /// Loss and gradient of such a row's focal loss: the sums of e have errors of their own, and the power has γ times those of its base
    /// (most seen in 13 million: 21.3 for γ = 5, in double).
    /// </summary>
    public static double FocalRow(double gamma) => 5 + (3.5 * gamma);

    /// <summary>
    /// Below this, an element of that gradient may lose digits: it is a multiple of an e that is up to 2³¹ (2⁶¹ in double), and the other
    /// factor may be as much smaller than a normal number.
    /// </summary>
    public static double FocalRowFullDigits(int digits) => digits == 23 ? Math.ScaleB(1, -126 + 31) : Math.ScaleB(1, -1022 + 61);

    /// <summary>A summed loss in float, relative, for up to 2²⁶ labels.</summary>
    public const double FloatSum = 1e-6;

    /// <summary>A summed loss in double, relative.</summary>
    public const double DoubleSum = 1e-14;
}
