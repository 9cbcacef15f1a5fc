using System.Numerics;
using WeightedLoss.Common;
using WeightedLoss.Runtime;

namespace WeightedLoss;

/// <summary>
/// What to add to logits when the classes were weighted, sampled or rarer in training than they are in use: corrections of the prior.
/// </summary>
/// <remarks>
/// A change of the prior multiplies the odds of each class by a constant, so it shifts the logits. The offsets can be added to the logits
/// with <see cref="Add{T}(ReadOnlySpan{T}, ReadOnlySpan{T}, Span{T})"/>, or once and for all to the biases of a model's last layer. They
/// are exact for a model that fits; what a weight did to a model's other parameters, no offset undoes.
/// </remarks>
public static class LogitOffsets
{
    /// <summary>
    /// The offset −ln(w⁺/w⁻) that undoes the weights of binary cross-entropy: with weights the best logit is ln(w⁺p/(w⁻(1 − p))).
    /// </summary>
    /// <remarks>C. Elkan, "The Foundations of Cost-Sensitive Learning", IJCAI 2001.</remarks>
    /// <param name="positiveWeight">w⁺, finite and greater than 0.</param>
    /// <param name="negativeWeight">w⁻, finite and greater than 0.</param>
    /// <exception cref="ArgumentException">A weight out of its range.</exception>
    public static double UndoPositiveWeight(double positiveWeight, double negativeWeight = 1)
    {
        InputChecks.Positive(positiveWeight, "A weight", nameof(positiveWeight));
        InputChecks.Positive(negativeWeight, "A weight", nameof(negativeWeight));

        // Not the logarithm of a quotient, which may overflow.
        return Math.Log(negativeWeight) - Math.Log(positiveWeight);
    }

    /// <summary>The offsets −ln w_k that undo class weights of the cross-entropy.</summary>
    /// <typeparam name="T">The type of the weights, float or double.</typeparam>
    /// <param name="classWeights">[K], finite and greater than 0.</param>
    /// <returns>[K].</returns>
    /// <exception cref="ArgumentException">A weight out of its range.</exception>
    public static T[] UndoClassWeights<T>(ReadOnlySpan<T> classWeights)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var offsets = new T[classWeights.Length];
        for (var k = 0; k < offsets.Length; k++)
        {
            if (!(classWeights[k] > T.Zero) || !T.IsFinite(classWeights[k]))
            {
                throw new ArgumentException(
                    $"A class weight must be finite and greater than 0, but {nameof(classWeights)}[{k}] is {classWeights[k]}.",
                    nameof(classWeights));
            }

            offsets[k] = T.CreateChecked(-Math.Log(double.CreateChecked(classWeights[k])));
        }

        return offsets;
    }

    /// <summary>
    /// The prior correction −ln(((1 − τ)/τ)·(ȳ/(1 − ȳ))) of the intercept of a logistic regression whose training set was sampled by class,
    /// for instance by throwing away negatives.
    /// </summary>
    /// <remarks>G. King, L. Zeng, "Logistic Regression in Rare Events Data", Political Analysis 9(2), 2001, equation 7.</remarks>
    /// <param name="populationRate">τ, the part of positives in the population, in (0, 1).</param>
    /// <param name="sampleRate">ȳ, the part of positives in the training set, in (0, 1).</param>
    /// <exception cref="ArgumentException">A rate out of its range.</exception>
    public static double ForSampling(double populationRate, double sampleRate)
    {
        InputChecks.Between(populationRate, "A rate", nameof(populationRate));
        InputChecks.Between(sampleRate, "A rate", nameof(sampleRate));
        return LogOdds(populationRate) - LogOdds(sampleRate);

        static double LogOdds(double p) => Math.Log(p) - Math.Log(1 - p);
    }

    /// <summary>
    /// Logit adjustment after training: the offsets −τ·ln π_k with which the largest logit minimises the balanced error instead of the
    /// error.
    /// </summary>
    /// <remarks>
    /// A. K. Menon, S. Jayasumana, A. S. Rawat, H. Jain, A. Veit, S. Kumar, "Long-tail learning via logit adjustment", ICLR 2021. The
    /// offsets negated and added to the logits in front of the loss are the paper's adjusted loss.
    /// </remarks>
    /// <typeparam name="T">The type of the offsets, float or double.</typeparam>
    /// <param name="counts">The samples of each class in training, each at least 1; π_k is their part.</param>
    /// <param name="tau">τ, finite and at least 0; 1 is Fisher consistent for the balanced error, other values are tuned.</param>
    /// <returns>[K].</returns>
    /// <exception cref="ArgumentException">A class without samples, or τ out of its range.</exception>
    public static T[] Adjustment<T>(ClassCounts counts, double tau = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(counts);
        InputChecks.NotNegative(tau, "τ", nameof(tau));
        var offsets = new T[counts.Classes];
        for (var k = 0; k < offsets.Length; k++)
        {
            if (counts[k] == 0)
            {
                throw new ArgumentException($"Each class needs samples, but {nameof(counts)}[{k}] is 0.", nameof(counts));
            }

            offsets[k] = T.CreateChecked(tau * Math.Log((double)counts.Total / counts[k]));
        }

        return offsets;
    }

    /// <summary>Adds one offset to all logits of a binary classifier.</summary>
    /// <typeparam name="T">The type of the logits, float or double.</typeparam>
    /// <param name="logits">[n].</param>
    /// <param name="offset">Finite.</param>
    /// <param name="result">[n], may be the memory of the logits.</param>
    /// <exception cref="ArgumentException">
    /// Lengths that differ, memory that overlaps otherwise, or an offset that is not finite.
    /// </exception>
    public static void Add<T>(ReadOnlySpan<T> logits, T offset, Span<T> result)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Add(logits, [offset], result);

    /// <summary>Adds an offset per class to the logits of each row.</summary>
    /// <typeparam name="T">The type of the logits, float or double.</typeparam>
    /// <param name="logits">[n, K], row-major.</param>
    /// <param name="offsets">[K], finite.</param>
    /// <param name="result">[n, K], may be the memory of the logits.</param>
    /// <exception cref="ArgumentException">
    /// Lengths that don't fit, memory that overlaps otherwise, or an offset that is not finite.
    /// </exception>
    public static void Add<T>(ReadOnlySpan<T> logits, ReadOnlySpan<T> offsets, Span<T> result)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        InputChecks.Finite(offsets, "An offset", nameof(offsets));
        if (offsets.IsEmpty)
        {
            throw new ArgumentException($"There must be an offset, but {nameof(offsets)} has 0.", nameof(offsets));
        }

        SpanChecks.Rows(logits.Length, offsets.Length, nameof(logits));
        SpanChecks.SameLength(result.Length, logits.Length, nameof(result));
        SpanChecks.SameOrDisjoint(logits, nameof(logits), result, nameof(result));
        for (int i = 0, k = 0; i < logits.Length; i++)
        {
            result[i] = logits[i] + offsets[k];
            k = k + 1 == offsets.Length ? 0 : k + 1;
        }
    }
}
