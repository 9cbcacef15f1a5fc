using System.Numerics;

namespace WeightedLoss.Runtime;

/// <summary>
/// The powers of two that are taken out of the factors of a call whose products might leave the range of the element type. They are put
/// back into the results, which have the bits that they would have if the type had no limits.
/// </summary>
/// <param name="IsScaled">Whether any are taken.</param>
/// <param name="TakesClassWeights">Whether the class weight of a label becomes a part of its own weight.</param>
/// <param name="OfClasses">What is taken out of the class weights, if the kernel is given them.</param>
/// <param name="OfDivisor">What is taken out of the divisor.</param>
/// <param name="UsualSamples">
/// The labels' own weights that stay as they are, so that their results are those of a call of their own.
/// </param>
internal readonly record struct CallExponents(bool IsScaled, bool TakesClassWeights, int OfClasses, int OfDivisor, WeightRange UsualSamples)
{
    /// <summary>
    /// Class weights up to 2^±24 leave room for all other factors, which are close to 1 when their powers of two are taken out.
    /// </summary>
    private const int MostClassExponent = 24;

    /// <summary>Those of a call.</summary>
    /// <param name="classes">The range of the class weights.</param>
    /// <param name="sampleWeights">The labels' own weights; empty if all are 1.</param>
    /// <param name="sampleRange">A range that contains them.</param>
    /// <param name="divisor">What the gradient is divided by; null if there is none.</param>
    /// <param name="takesLabels">Whether each label has one class.</param>
    internal static CallExponents Of<T>(
        WeightRange classes, ReadOnlySpan<T> sampleWeights, WeightRange sampleRange, double? divisor, bool takesLabels)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var divisorExponent = divisor is { } given and not 0 ? Math.ILogB(given) : 0;
        var usual = classes.UsualSamples<T>(-divisorExponent);
        var areOthersUsual = classes.IsUsual<T>() && new WeightRange(-divisorExponent, -divisorExponent).IsUsual<T>();
        if (areOthersUsual && (usual.Contains(sampleRange) || usual.Contains(WeightRange.Of(sampleWeights))))
        {
            return default;
        }

        if (areOthersUsual && usual.Least <= usual.Most)
        {
            return new(true, false, 0, 0, usual);
        }

        var areExtreme = Math.Min(classes.Least, -classes.Most) < -MostClassExponent;
        var ofClasses = areExtreme && !takesLabels ? classes.Most : 0;
        var left = areExtreme && takesLabels
            ? WeightRange.One
            : new(Math.Max(classes.Least - ofClasses, -MostClassExponent), classes.Most - ofClasses);
        return new(true, areExtreme && takesLabels, ofClasses, divisorExponent, left.UsualSamples<T>(0));
    }

    /// <summary>
    /// Takes the power of two out of a label's weight, if it is not usual; and out of that of its class, if the kernel is not given it.
    /// </summary>
    /// <param name="own">The label's own weight.</param>
    /// <param name="ofClass">That of its class.</param>
    internal (T Weight, int Exponent) Take<T>(T own, T ofClass)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (own == T.Zero || (TakesClassWeights && ofClass == T.Zero))
        {
            return (T.Zero, 0);
        }

        var exponent = T.ILogB(own);
        if (!TakesClassWeights)
        {
            exponent = exponent >= UsualSamples.Least && exponent <= UsualSamples.Most
                ? 0
                : exponent - Math.Clamp(0, UsualSamples.Least, UsualSamples.Most);
            return (T.ScaleB(own, -exponent), exponent);
        }

        var classExponent = T.ILogB(ofClass);
        return (T.ScaleB(own, -exponent) * T.ScaleB(ofClass, -classExponent), exponent + classExponent);
    }

    /// <summary>
    /// A gradient with the powers of two of its label, and of all: the largest number of the type in place of what is beyond it, which is
    /// of no use to a trainer.
    /// </summary>
    internal T PutBackGradient<T>(T gradient, int exponent)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var scaled = T.ScaleB(gradient, exponent + OfClasses - OfDivisor);
        return T.IsInfinity(scaled) && T.IsFinite(gradient) ? T.CopySign(Narrowing.Largest<T>(), gradient) : scaled;
    }
}
