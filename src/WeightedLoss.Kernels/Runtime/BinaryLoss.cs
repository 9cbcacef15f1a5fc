using System.Buffers;
using System.ComponentModel;
using System.Numerics;
using System.Runtime.CompilerServices;
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
            ? Evaluate<TLimit, T, TLabel>(
                logits, labels, default, wantsGradient: false, options, default, sampleWeights, losses)
            : Evaluate<TKernel, T, TLabel>(
                logits, labels, default, wantsGradient: false, options, options.Parameters, sampleWeights, losses);
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
            ? Evaluate<TLimit, T, TLabel>(
                logits, labels, gradient, wantsGradient: true, options, default, sampleWeights, losses)
            : Evaluate<TKernel, T, TLabel>(
                logits, labels, gradient, wantsGradient: true, options, options.Parameters, sampleWeights, losses);
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

    /// <remarks>Not inlined, so that the JIT has room for what it calls.</remarks>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static LossSum Evaluate<TKernel, T, TLabel>(
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
        CheckSpans(logits, labels, gradient, wantsGradient, options.Columns, sampleWeights, losses);
        var sampleRange = sampleWeights.IsEmpty ? WeightRange.One : LabelPass.CheckSampleWeights(sampleWeights);
        var (positives, ignored) = CheckLabels(labels, options);
        var count = logits.Length - ignored;

        // Null where the kernel adds it up.
        var weight = WeightOf(labels, sampleWeights, options, positives, count);
        var divisor = options.Reduction.DivisorOf(weight ?? 0, count);
        var exponents = CallExponents.Of(
            options.WeightRange,
            sampleWeights,
            sampleRange,
            wantsGradient ? divisor : null,
            takesLabels: typeof(TLabel) != typeof(T) && options.LabelSmoothing == T.Zero);
        if (exponents.IsScaled)
        {
            weight ??= BinaryWeightSum.Compute(labels, sampleWeights, options);
        }

        var form = FormOf<TKernel, T, TLabel>(options, exponents, !sampleWeights.IsEmpty, !losses.IsEmpty, wantsGradient, ignored != 0);
        var job = new BinaryJob<TKernel, T, TLabel>(options, logits.Length, form, exponents, divisor);
        job.SumsWeights = weight is null;
        job.WeightsPerRow = !sampleWeights.IsEmpty && sampleWeights.Length != logits.Length;
        var total = exponents.IsScaled
            ? RunScaled(ref job, logits, labels, gradient, options, parameters, sampleWeights, losses)
            : Run(ref job, logits, labels, gradient, options, parameters, sampleWeights, losses, options.TiledColumnWeights);
        return new(total.Loss, weight ?? total.Weight, count, ignored);
    }

    private static void CheckSpans<T, TLabel>(
        ReadOnlySpan<T> logits,
        ReadOnlySpan<TLabel> labels,
        Span<T> gradient,
        bool wantsGradient,
        int columns,
        ReadOnlySpan<T> sampleWeights,
        Span<T> losses)
        where T : unmanaged
        where TLabel : unmanaged
    {
        if (wantsGradient)
        {
            SpanChecks.SameLength(gradient.Length, logits.Length, nameof(gradient));
            SpanChecks.SameOrDisjoint(logits, nameof(logits), gradient, nameof(gradient));
            SpanChecks.Disjoint(labels, nameof(labels), gradient, nameof(gradient));
            SpanChecks.Disjoint(sampleWeights, nameof(sampleWeights), gradient, nameof(gradient));
            SpanChecks.Disjoint<T, T>(losses, nameof(losses), gradient, nameof(gradient));
        }

        SpanChecks.SameLength(labels.Length, logits.Length, nameof(labels));
        SpanChecks.Rows(logits.Length, columns, nameof(logits));
        if (!losses.IsEmpty)
        {
            SpanChecks.SameLength(losses.Length, logits.Length, nameof(losses));
            SpanChecks.Disjoint(logits, nameof(logits), losses, nameof(losses));
            SpanChecks.Disjoint(labels, nameof(labels), losses, nameof(losses));
            SpanChecks.Disjoint(sampleWeights, nameof(sampleWeights), losses, nameof(losses));
        }

        if (!sampleWeights.IsEmpty)
        {
            SpanChecks.LabelsOrRows(sampleWeights.Length, logits.Length, columns, nameof(sampleWeights));
        }
    }

    /// <summary>Checks the labels, and counts hard ones.</summary>
    private static (long Positives, long Ignored) CheckLabels<T, TLabel>(ReadOnlySpan<TLabel> labels, BinaryOptions<T> options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged
    {
        if (typeof(TLabel) != typeof(T))
        {
            return LabelPass.CountBinary(labels, options.IgnoreLabel);
        }

        if (options.IgnoreLabel is { } ignore)
        {
            throw new ArgumentException(
                $"An ignore label goes with hard labels, but labels are soft and IgnoreLabel is {ignore}; "
                    + "give the label a sample weight of 0, with which it still counts in a mean by count.",
                nameof(options));
        }

        LabelPass.CheckTargets(MemoryMarshal.Cast<TLabel, T>(labels), nameof(labels));
        return default;
    }

    /// <summary>Σ w of the labels that count, as far as it is wanted beforehand or costs no pass over them; else null.</summary>
    private static double? WeightOf<T, TLabel>(
        ReadOnlySpan<TLabel> labels, ReadOnlySpan<T> sampleWeights, BinaryOptions<T> options, long positives, long count)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged
    {
        if (typeof(TLabel) != typeof(T) && sampleWeights.IsEmpty && options.PositiveWeights.IsEmpty)
        {
            return (double.CreateTruncating(options.PositiveWeight) * positives)
                + (double.CreateTruncating(options.NegativeWeight) * (count - positives));
        }

        return options.Reduction.Kind == ReductionKind.MeanByWeight || options.LabelSmoothing != T.Zero
            ? BinaryWeightSum.Compute(labels, sampleWeights, options)
            : null;
    }

    private static BinaryForm FormOf<TKernel, T, TLabel>(
        BinaryOptions<T> options, in CallExponents exponents, bool hasSampleWeights, bool wantsLosses, bool wantsGradient, bool hasIgnored)
        where TKernel : struct, IBinaryLossKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged
    {
        var hasColumnWeights = !options.PositiveWeights.IsEmpty;
        var hasOwnWeights = hasSampleWeights || hasColumnWeights || exponents.IsScaled || options.HasZeroWeight;
        var isMixed = options.Mixes<TLabel>();
        var targets = typeof(TLabel) == typeof(T) ? (isMixed ? BinaryTargets.Mixed : BinaryTargets.Soft)
            : options.LabelSmoothing != T.Zero ? (isMixed ? BinaryTargets.SmoothedMixed : BinaryTargets.Smoothed)
            : hasOwnWeights || wantsLosses || !TKernel.HasHardSum ? BinaryTargets.Hard
            : BinaryTargets.HardSum;
        var weights = !hasOwnWeights ? BinaryWeights.ByClass
            : hasColumnWeights && !exponents.TakesClassWeights ? BinaryWeights.BySampleAndColumn
            : BinaryWeights.BySample;
        return new(targets, weights, WantsLosses: wantsLosses || exponents.IsScaled, wantsGradient, hasIgnored);
    }

    /// <summary>Runs a job from whose weights powers of two are taken.</summary>
    private static ChunkSum RunScaled<TKernel, T, TLabel>(
        ref BinaryJob<TKernel, T, TLabel> job,
        ReadOnlySpan<T> logits,
        ReadOnlySpan<TLabel> labels,
        Span<T> gradient,
        BinaryOptions<T> options,
        in LossParameters<T> parameters,
        ReadOnlySpan<T> sampleWeights,
        Span<T> losses)
        where TKernel : struct, IBinaryLossKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged
    {
        var ofClasses = job.Exponents.OfClasses;
        var columnWeights = ofClasses == 0
            ? options.TiledColumnWeights
            : Array.ConvertAll(options.TiledColumnWeights.ToArray(), given => T.ScaleB(given, -ofClasses));
        if (!losses.IsEmpty)
        {
            return Run(ref job, logits, labels, gradient, options, parameters, sampleWeights, losses, columnWeights);
        }

        // What is put back into the losses has to be known of each.
        var rented = ArrayPool<T>.Shared.Rent(logits.Length);
        try
        {
            losses = rented.AsSpan(0, logits.Length);
            return Run(ref job, logits, labels, gradient, options, parameters, sampleWeights, losses, columnWeights);
        }
        finally
        {
            ArrayPool<T>.Shared.Return(rented);
        }
    }

    /// <summary>Runs a job over memory that is pinned meanwhile.</summary>
    private static unsafe ChunkSum Run<TKernel, T, TLabel>(
        ref BinaryJob<TKernel, T, TLabel> job,
        ReadOnlySpan<T> logits,
        ReadOnlySpan<TLabel> labels,
        Span<T> gradient,
        BinaryOptions<T> options,
        in LossParameters<T> parameters,
        ReadOnlySpan<T> sampleWeights,
        Span<T> losses,
        ReadOnlySpan<T> columnWeights)
        where TKernel : struct, IBinaryLossKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged
    {
        fixed (T* logitsPointer = logits, gradientPointer = gradient, lossesPointer = losses)
        fixed (T* sampleWeightsPointer = sampleWeights, columnWeightsPointer = columnWeights)
        fixed (TLabel* labelsPointer = labels)
        fixed (LossParameters<T>* parametersPointer = &parameters)
        {
            job.Logits = logitsPointer;
            job.Labels = labelsPointer;
            job.Gradient = gradientPointer;
            job.Losses = lossesPointer;
            job.SampleWeights = sampleWeightsPointer;
            job.ColumnWeights = columnWeightsPointer;
            job.Parameters = parametersPointer;
            return ChunkedSum.Run(ref job, options.MaxDegreeOfParallelism);
        }
    }
}
