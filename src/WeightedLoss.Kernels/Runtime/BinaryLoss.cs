using System.Buffers;
using System.ComponentModel;
using System.Numerics;
using System.Runtime.InteropServices;
using WeightedLoss.Shared;

namespace WeightedLoss.Runtime;

/// <summary>What every binary loss does around its kernels: checks, the gradient's scale, chunks, threads, tails and sums.</summary>
/// <remarks>For generated code.</remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class BinaryLoss
{
    /// <summary>The sums, and the losses if wanted.</summary>
    /// <typeparam name="TKernel">The kernels of the loss.</typeparam>
    /// <typeparam name="TLimit">Those of the loss that it is at the limit of its parameters.</typeparam>
    /// <typeparam name="T">The element type.</typeparam>
    /// <typeparam name="TLabel">The type of the labels.</typeparam>
    public static LossSum Loss<TKernel, TLimit, T, TLabel>(
        ReadOnlySpan<T> logits,
        ReadOnlySpan<TLabel> labels,
        BinaryOptions<T> options,
        ReadOnlySpan<T> sampleWeights,
        Span<T> losses)
        where TKernel : struct, IBinaryLossKernel<T>
        where TLimit : struct, IBinaryLossKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.IsLimit<TLabel>()
            ? Evaluate<TLimit, T, TLabel>(logits, labels, default, wantsGradient: false, options, default, sampleWeights, losses)
            : Evaluate<TKernel, T, TLabel>(logits, labels, default, wantsGradient: false, options, options.Parameters, sampleWeights, losses);
    }

    /// <summary>The sums and the gradient, and the losses if wanted.</summary>
    /// <inheritdoc cref="Loss"/>
    public static LossSum LossAndGradient<TKernel, TLimit, T, TLabel>(
        ReadOnlySpan<T> logits,
        ReadOnlySpan<TLabel> labels,
        Span<T> gradient,
        BinaryOptions<T> options,
        ReadOnlySpan<T> sampleWeights,
        Span<T> losses)
        where TKernel : struct, IBinaryLossKernel<T>
        where TLimit : struct, IBinaryLossKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.IsLimit<TLabel>()
            ? Evaluate<TLimit, T, TLabel>(logits, labels, gradient, wantsGradient: true, options, default, sampleWeights, losses)
            : Evaluate<TKernel, T, TLabel>(logits, labels, gradient, wantsGradient: true, options, options.Parameters, sampleWeights, losses);
    }

    /// <summary>σ(z) for each logit.</summary>
    public static void Probabilities<TKernel, T>(ReadOnlySpan<T> logits, Span<T> probabilities)
        where TKernel : struct, IBinaryLossKernel<T>
        where T : unmanaged
    {
        InstructionSetOverride.ThrowIfInvalid();
        SpanChecks.SameLength(probabilities.Length, logits.Length, nameof(probabilities));
        SpanChecks.SameOrDisjoint(logits, nameof(logits), probabilities, nameof(probabilities));

        var lanes = BlockLanes<T>();
        var whole = logits.Length & -lanes;
        if (whole != 0)
        {
            TKernel.Probabilities(ref MemoryMarshal.GetReference(logits), ref MemoryMarshal.GetReference(probabilities), (nuint)whole);
        }

        if (whole != logits.Length)
        {
            Span<T> tail = stackalloc T[lanes];
            Elements.Fill(tail, default);
            Elements.Copy(logits[whole..], tail);
            TKernel.Probabilities(ref tail[0], ref tail[0], (nuint)lanes);
            Elements.Copy<T>(tail[..(logits.Length - whole)], probabilities[whole..]);
        }
    }

    /// <summary>The elements of a virtual block of 64 bytes.</summary>
    internal static unsafe int BlockLanes<T>()
        where T : unmanaged => KernelFacts.BlockBytes / sizeof(T);

    /// <summary>The first place of a block from here on, at most a block less one element behind it.</summary>
    internal static unsafe T* Align<T>(T* pointer)
        where T : unmanaged => (T*)(((nuint)pointer + 63) & ~(nuint)63);

    private static unsafe LossSum Evaluate<TKernel, T, TLabel>(
        ReadOnlySpan<T> logits,
        ReadOnlySpan<TLabel> labels,
        Span<T> gradient,
        bool wantsGradient,
        BinaryOptions<T> options,
        in LossParameters<T> parameters,
        ReadOnlySpan<T> sampleWeights,
        Span<T> losses)
        where TKernel : struct, IBinaryLossKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged
    {
        InstructionSetOverride.ThrowIfInvalid();
        if (wantsGradient)
        {
            SpanChecks.SameLength(gradient.Length, logits.Length, nameof(gradient));
            SpanChecks.SameOrDisjoint(logits, nameof(logits), gradient, nameof(gradient));
            SpanChecks.Disjoint(labels, nameof(labels), gradient, nameof(gradient));
            SpanChecks.Disjoint(sampleWeights, nameof(sampleWeights), gradient, nameof(gradient));
            SpanChecks.Disjoint<T, T>(losses, nameof(losses), gradient, nameof(gradient));
        }

        var columns = options.Columns;
        var wantsLosses = !losses.IsEmpty;
        var hasSampleWeights = !sampleWeights.IsEmpty;

        SpanChecks.SameLength(labels.Length, logits.Length, nameof(labels));
        SpanChecks.Rows(logits.Length, columns, nameof(logits));
        if (wantsLosses)
        {
            SpanChecks.SameLength(losses.Length, logits.Length, nameof(losses));
            SpanChecks.Disjoint(logits, nameof(logits), losses, nameof(losses));
            SpanChecks.Disjoint(labels, nameof(labels), losses, nameof(losses));
            SpanChecks.Disjoint(sampleWeights, nameof(sampleWeights), losses, nameof(losses));
        }

        var sampleRange = WeightRange.One;
        if (hasSampleWeights)
        {
            SpanChecks.LabelsOrRows(sampleWeights.Length, logits.Length, columns, nameof(sampleWeights));
            sampleRange = LabelPass.CheckSampleWeights(sampleWeights);
        }

        long positives = 0, ignored = 0;
        var isSoft = typeof(TLabel) == typeof(T);
        if (isSoft)
        {
            if (options.IgnoreLabel is { } ignore)
            {
                throw new ArgumentException(
                    $"An ignore label goes with hard labels, but labels are soft and IgnoreLabel is {ignore}; give the label a sample weight of 0, with which it still counts in a mean by count.",
                    nameof(options));
            }

            LabelPass.CheckTargets(MemoryMarshal.Cast<TLabel, T>(labels), nameof(labels));
        }
        else
        {
            (positives, ignored) = LabelPass.CountBinary(labels, options.IgnoreLabel);
        }

        var hasColumnWeights = !options.PositiveWeights.IsEmpty;
        var isSmoothed = options.LabelSmoothing != T.Zero;
        var count = logits.Length - ignored;
        double weight = 0;
        var sumsWeights = false;
        if (!isSoft && !hasSampleWeights && !hasColumnWeights)
        {
            weight = (double.CreateTruncating(options.PositiveWeight) * positives)
                + (double.CreateTruncating(options.NegativeWeight) * (count - positives));
        }
        else if (options.Reduction.Kind == ReductionKind.MeanByWeight || isSmoothed)
        {
            weight = BinaryWeightSum.Compute(labels, sampleWeights, options);
        }
        else
        {
            sumsWeights = true;
        }

        var divisor = options.Reduction.DivisorOf(weight, count);
        var exponents = CallExponents.Of(
            options.WeightRange, sampleWeights, sampleRange, wantsGradient ? divisor : null, takesLabels: !isSoft && !isSmoothed);
        var isScaled = exponents.IsScaled;
        var leavesOut = options.HasZeroWeight;
        if (isScaled && sumsWeights)
        {
            weight = BinaryWeightSum.Compute(labels, sampleWeights, options);
            sumsWeights = false;
        }

        var isMixed = options.Mixes<TLabel>();
        var hasOwnWeights = hasSampleWeights || hasColumnWeights || isScaled || leavesOut;
        var needsEach = hasOwnWeights || wantsLosses || !TKernel.HasHardSum;
        var form = new BinaryForm(
            isSoft ? (isMixed ? BinaryTargets.Mixed : BinaryTargets.Soft)
                : isSmoothed ? (isMixed ? BinaryTargets.SmoothedMixed : BinaryTargets.Smoothed)
                : needsEach ? BinaryTargets.Hard
                : BinaryTargets.HardSum,
            !hasOwnWeights ? BinaryWeights.ByClass
                : hasColumnWeights && !exponents.TakesClassWeights ? BinaryWeights.BySampleAndColumn
                : BinaryWeights.BySample,
            WantsLosses: wantsLosses || isScaled,
            wantsGradient,
            HasIgnored: ignored != 0);

        // What is put back into the losses has to be known of each.
        var rented = isScaled && !wantsLosses ? ArrayPool<T>.Shared.Rent(logits.Length) : null;
        if (rented is not null)
        {
            losses = rented.AsSpan(0, logits.Length);
        }

        var (positiveWeight, negativeWeight) = exponents.TakesClassWeights ? (T.One, T.One) : (options.PositiveWeight, options.NegativeWeight);
        var columnWeights = options.TiledColumnWeights;
        if (exponents.OfClasses != 0)
        {
            (positiveWeight, negativeWeight) = (T.ScaleB(positiveWeight, -exponents.OfClasses), T.ScaleB(negativeWeight, -exponents.OfClasses));
            columnWeights = Array.ConvertAll(columnWeights.ToArray(), given => T.ScaleB(given, -exponents.OfClasses));
        }

        var scale = divisor == 0 ? 0 : 1 / (isScaled ? Math.ScaleB(divisor, -exponents.OfDivisor) : divisor);
        try
        {
            fixed (T* logitsPointer = logits, gradientPointer = gradient, lossesPointer = losses)
            fixed (T* sampleWeightsPointer = sampleWeights, columnWeightsPointer = columnWeights)
            fixed (TLabel* labelsPointer = labels)
            fixed (LossParameters<T>* parametersPointer = &parameters)
            {
                var (smoothingScale, smoothingOffset) = SmoothingOf(options.LabelSmoothing);
                var job = new BinaryJob<TKernel, T, TLabel>
                {
                    Length = logits.Length,
                    Columns = columns,
                    Form = form,
                    Logits = logitsPointer,
                    Labels = labelsPointer,
                    Gradient = gradientPointer,
                    Losses = lossesPointer,
                    SampleWeights = sampleWeightsPointer,
                    WeightsPerRow = hasSampleWeights && sampleWeights.Length != logits.Length,
                    ColumnWeights = columnWeightsPointer,
                    PositiveWeight = positiveWeight,
                    NegativeWeight = negativeWeight,
                    PositiveGradient = -Narrowing.ToFinite<T>(double.CreateTruncating(positiveWeight) * scale),
                    NegativeGradient = Narrowing.ToFinite<T>(double.CreateTruncating(negativeWeight) * scale),
                    PositiveGradientScale = -Narrowing.ToFinite<T>(scale),
                    SmoothingScale = smoothingScale,
                    SmoothingOffset = smoothingOffset,
                    SumsWeights = sumsWeights,
                    Exponents = exponents,
                    GivenPositiveWeight = options.PositiveWeight,
                    GivenNegativeWeight = options.NegativeWeight,
                    LeavesOut = leavesOut,
                    Parameters = parametersPointer,
                };
                var total = ChunkedSum.Run(ref job, options.MaxDegreeOfParallelism);
                return new(total.Loss, sumsWeights ? total.Weight : weight, count, ignored);
            }
        }
        finally
        {
            if (rented is not null)
            {
                ArrayPool<T>.Shared.Return(rented);
            }
        }
    }

    /// <summary>
    /// What makes a smoothed target of a target y: y·scale + offset. The offset is ε/2, and the scale is the one with which 1 becomes 1 − ε/2,
    /// rounded once.
    /// </summary>
    private static (T Scale, T Offset) SmoothingOf<T>(T smoothing)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var offset = smoothing * T.CreateTruncating(0.5);
        var one = T.One - offset;
        var scale = one - offset;
        return (scale + offset == one ? scale : T.One - smoothing, offset);
    }
}
