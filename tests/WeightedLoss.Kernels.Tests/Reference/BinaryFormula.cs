using System.Numerics;

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

/// <summary>The formulas of all binary losses.</summary>
internal static class BinaryFormulas
{
    private static readonly Dictionary<BinaryLossCase, Func<double[], BinaryFormula>> s_formulas = new()
    {
        [LossCases.BinaryCrossEntropy] = _ => Symmetric(s => (BinaryReference.Softplus(s), BinaryReference.Sigmoid(s))),
        [LossCases.AsymmetricLoss] = parameters => (z, isPositive) =>
            BinaryReference.Asymmetric(z, isPositive, parameters[0], parameters[1], parameters[2]),
        [LossCases.SigmoidFocal] = parameters => Symmetric(s => BinaryReference.Focal(s, parameters[0])),
    };

    /// <summary>That of a kernel, with its parameters.</summary>
    public static BinaryFormula Of<T>(BinarySubject<T> subject)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => s_formulas.TryGetValue(subject.Case, out var formula)
        ? formula(Array.ConvertAll(subject.Parameters, double.CreateChecked))
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
