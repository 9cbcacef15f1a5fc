using System.Numerics;
using WeightedLoss.Tests.Numerics;

namespace WeightedLoss.Tests.Reference;

/// <summary>The loss of a label of weight 1, and its derivative by the logit, as the loss's paper writes them, in double.</summary>
internal delegate BinaryTerm BinaryFormula(double logit, bool isPositive);

/// <summary>What a formula gives.</summary>
/// <param name="Loss">The loss.</param>
/// <param name="Slope">Its derivative by the logit.</param>
/// <param name="Condition">
/// The half ulps by which both may be off for the error of a probability of which a margin leaves little: kernels have it to a tenth of a
/// half ulp.
/// </param>
internal readonly record struct BinaryTerm(double Loss, double Slope, double Condition = 0);

/// <summary>How kernels of a binary loss are judged.</summary>
/// <param name="Formula">Loss and derivative.</param>
/// <param name="Bound">
/// The error in ulps that loss and gradient of a label of weight 1 may have, besides <see cref="BinaryTerm.Condition"/>.
/// </param>
/// <param name="Factor">
/// The largest factor that a gradient has beside a probability or power. These are 0 instead of subnormal, so a gradient up to this many
/// times the smallest normal number may be 0 instead.
/// </param>
internal readonly record struct BinaryLossFacts(BinaryFormula Formula, double Bound, double Factor);

/// <summary>The formulas of all binary losses.</summary>
internal static class BinaryFormulas
{
    private static readonly Dictionary<BinaryLossCase, Func<double[], BinaryLossFacts>> s_losses = new()
    {
        [LossCases.BinaryCrossEntropy] = _ => new(
            Symmetric(s => (BinaryReference.Softplus(s), BinaryReference.Sigmoid(s))), NumericBounds.Loss, 1),
        [LossCases.AsymmetricLoss] = parameters =>
        {
            var (positive, negative, margin) = (parameters[0], parameters[1], parameters[2]);
            var gamma = Math.Max(positive, negative);
            return new(
                (z, isPositive) => BinaryReference.Asymmetric(z, isPositive, positive, negative, margin),
                NumericBounds.Asymmetric(gamma),
                (1 + gamma) / (margin == 0 ? 1 : margin));
        },
        [LossCases.SigmoidFocal] = parameters => new(
            Symmetric(s => BinaryReference.Focal(s, parameters[0])), NumericBounds.Focal(parameters[0]), 1 + parameters[0]),
    };

    /// <summary>That of a kernel, with its parameters.</summary>
    public static BinaryFormula Of<T>(BinarySubject<T> subject)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => FactsOf(subject).Formula;

    /// <summary>What is known of a kernel's loss, with its parameters.</summary>
    public static BinaryLossFacts FactsOf<T>(BinarySubject<T> subject)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => s_losses.TryGetValue(subject.Case, out var facts)
        ? facts(Array.ConvertAll(subject.Parameters, double.CreateChecked))
        : throw new NotSupportedException($"{nameof(BinaryFormulas)} has no formula for {subject.Case.Id}.");

    /// <summary>Whether a positive label at z is a negative one at −z.</summary>
    public static bool IsSymmetric<T>(BinarySubject<T> subject)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var formula = Of(subject);
        return new[] { -3, -0.5, 0.01, 2 }.All(z => formula(z, true).Loss == formula(-z, false).Loss);
    }

    /// <summary>A loss of s = z for negative labels and s = −z for positive ones.</summary>
    private static BinaryFormula Symmetric(Func<double, (double Loss, double Slope)> ofSide) => (z, isPositive) =>
    {
        var (loss, slope) = ofSide(isPositive ? -z : z);
        return new(loss, isPositive ? -slope : slope);
    };
}
