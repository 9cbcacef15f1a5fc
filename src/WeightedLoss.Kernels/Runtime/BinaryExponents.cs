using System.Numerics;

namespace WeightedLoss.Runtime;

/// <summary>
/// The powers of two that are taken out of the factors of a call of a binary loss whose products might leave the range of the element type.
/// </summary>
/// <param name="IsScaled">Whether any are taken: then those of the labels' own weights are, too.</param>
/// <param name="TakesClassWeights">Whether each label's class weight becomes a part of its own weight.</param>
/// <param name="OfClasses">What is taken out of the class weights, if the kernel is given them.</param>
/// <param name="OfDivisor">What is taken out of the divisor.</param>
internal readonly record struct BinaryExponents(bool IsScaled, bool TakesClassWeights, int OfClasses, int OfDivisor)
{
    /// <summary>Class weights up to 2^±24 leave room for all other factors, which are near 1 when their powers of two are taken out.</summary>
    private const int MostClassExponent = 24;

    /// <summary>Those of a call.</summary>
    /// <param name="options">The class weights.</param>
    /// <param name="sampleWeights">The labels' own weights.</param>
    /// <param name="sampleRange">A range that contains them.</param>
    /// <param name="divisor">What the gradient is divided by; null if there is none.</param>
    /// <param name="takesLabels">Whether each label has one class.</param>
    internal static BinaryExponents Of<T>(
        BinaryOptions<T> options, ReadOnlySpan<T> sampleWeights, WeightRange sampleRange, double? divisor, bool takesLabels)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var classes = options.WeightRange;
        if (WeightRange.AreUsual<T>(classes, sampleRange, divisor)
            || WeightRange.AreUsual<T>(classes, WeightRange.Of(sampleWeights), divisor))
        {
            return default;
        }

        var areFar = Math.Min(classes.Least, -classes.Most) < -MostClassExponent;
        return new(true, areFar && takesLabels, areFar && !takesLabels ? classes.Most : 0, divisor is { } given and not 0 ? Math.ILogB(given) : 0);
    }
}
