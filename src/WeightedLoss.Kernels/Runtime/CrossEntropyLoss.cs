using System.ComponentModel;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace WeightedLoss.Runtime;

/// <summary>
/// What cross-entropy does around its kernels: checks, the gradient's scale, chunks, threads, rows that fill up a block, sums.
/// </summary>
/// <remarks>For generated code.</remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class CrossEntropyLoss
{
    /// <summary>The sums, and the losses if wanted. Nothing is correct for soft targets.</summary>
    /// <typeparam name="TKernel">The sweeps over the classes.</typeparam>
    /// <typeparam name="TRows">The rows of the loss.</typeparam>
    /// <typeparam name="TLimit">Those of the loss that it is at the limit of its parameters.</typeparam>
    /// <typeparam name="T">The element type.</typeparam>
    /// <typeparam name="TLabel">The type of the labels.</typeparam>
    public static ClassLossSum Loss<TKernel, TRows, TLimit, T, TLabel>(
        ReadOnlySpan<T> logits,
        ReadOnlySpan<TLabel> labels,
        SoftmaxOptions<T> options,
        ReadOnlySpan<T> sampleWeights,
        Span<T> losses)
        where TKernel : struct, ICrossEntropyKernel<T>
        where TRows : struct, ICrossEntropyRows<T>
        where TLimit : struct, ICrossEntropyRows<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.IsLimit
            ? Evaluate<TKernel, TLimit, T, TLabel>(
                logits, labels, default, wantsGradient: false, options, default, sampleWeights, losses)
            : Evaluate<TKernel, TRows, T, TLabel>(
                logits, labels, default, wantsGradient: false, options, options.Parameters, sampleWeights, losses);
    }

    /// <summary>The sums and the gradient, and the losses if wanted. Nothing is correct for soft targets.</summary>
    /// <inheritdoc cref="Loss"/>
    public static ClassLossSum LossAndGradient<TKernel, TRows, TLimit, T, TLabel>(
        ReadOnlySpan<T> logits,
        ReadOnlySpan<TLabel> labels,
        Span<T> gradient,
        SoftmaxOptions<T> options,
        ReadOnlySpan<T> sampleWeights,
        Span<T> losses)
        where TKernel : struct, ICrossEntropyKernel<T>
        where TRows : struct, ICrossEntropyRows<T>
        where TLimit : struct, ICrossEntropyRows<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.IsLimit
            ? Evaluate<TKernel, TLimit, T, TLabel>(
                logits, labels, gradient, wantsGradient: true, options, default, sampleWeights, losses)
            : Evaluate<TKernel, TRows, T, TLabel>(
                logits, labels, gradient, wantsGradient: true, options, options.Parameters, sampleWeights, losses);
    }

    /// <summary>The softmax of each row.</summary>
    public static unsafe void Probabilities<TKernel, TRows, T>(ReadOnlySpan<T> logits, Span<T> probabilities, SoftmaxOptions<T> options)
        where TKernel : struct, ICrossEntropyKernel<T>
        where TRows : struct, ICrossEntropyRows<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        InstructionSetOverride.ThrowIfInvalid();
        ArgumentNullException.ThrowIfNull(options);
        var rows = RowsOf(logits.Length, options.Layout.LogitsStride, options, nameof(logits));
        CheckOutput(logits, probabilities, rows, options, nameof(probabilities));
        fixed (T* logitsPointer = logits, probabilitiesPointer = probabilities)
        {
            var job = new CrossEntropyJob<TKernel, TRows, T, byte>(options, rows, TargetForm.None);
            job.Logits = logitsPointer;
            job.Gradient = probabilitiesPointer;
            job.WantsGradient = true;
            job.Scale = T.One;
            ChunkedSum.Run(ref job, options.MaxDegreeOfParallelism);
        }
    }

    /// <remarks>Not inlined, so that the JIT has room for what it calls.</remarks>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static unsafe ClassLossSum Evaluate<TKernel, TRows, T, TLabel>(
        ReadOnlySpan<T> logits,
        ReadOnlySpan<TLabel> labels,
        Span<T> gradient,
        bool wantsGradient,
        SoftmaxOptions<T> options,
        in LossParameters<T> parameters,
        ReadOnlySpan<T> sampleWeights,
        Span<T> losses)
        where TKernel : struct, ICrossEntropyKernel<T>
        where TRows : struct, ICrossEntropyRows<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged
    {
        InstructionSetOverride.ThrowIfInvalid();
        var rows = RowsOf(logits.Length, options.Layout.LogitsStride, options, nameof(logits));
        CheckSpans(logits, labels, gradient, wantsGradient, rows, options, sampleWeights, losses);
        var sampleRange = sampleWeights.IsEmpty ? WeightRange.One : LabelPass.CheckSampleWeights(sampleWeights);
        var (weight, ignored, leavesOut) = CheckLabels(labels, sampleWeights, options);
        var count = rows - ignored;
        var form = typeof(TLabel) == typeof(T) ? TargetForm.Soft : options.Smoothing == T.Zero ? TargetForm.Hard : TargetForm.Smooth;
        var divisor = options.Reduction.DivisorOf(weight, count);
        var exponents = CallExponents.Of(
            options.WeightRange, sampleWeights, sampleRange, wantsGradient ? divisor : null, takesLabels: form == TargetForm.Hard);
        divisor = exponents.OfDivisor == 0 ? divisor : Math.ScaleB(divisor, -exponents.OfDivisor);
        options = exponents.OfClasses == 0 ? options : options.WithScaledWeights(-exponents.OfClasses);
        var labelWeights = form == TargetForm.Soft ? default : form == TargetForm.Hard ? options.ClassWeights : options.LabelWeights;
        fixed (T* logitsPointer = logits, gradientPointer = gradient, lossesPointer = losses, sampleWeightsPointer = sampleWeights)
        fixed (TLabel* labelsPointer = labels)
        fixed (LossParameters<T>* parametersPointer = &parameters)
        fixed (T* labelWeightsPointer = labelWeights)
        {
            // Not as an object initializer, which fills a copy first.
            var job = new CrossEntropyJob<TKernel, TRows, T, TLabel>(options, rows, form);
            job.LabelWeights = labelWeightsPointer;
            job.Logits = logitsPointer;
            job.Gradient = gradientPointer;
            job.Labels = labelsPointer;
            job.Losses = lossesPointer;
            job.SampleWeights = sampleWeightsPointer;
            job.WantsGradient = wantsGradient;
            job.Scale = divisor == 0 ? T.Zero : Narrowing.ToFinite<T>(1 / divisor);
            job.Exponents = exponents;
            job.LeavesOut = leavesOut;
            job.HasIgnored = ignored != 0;
            job.Parameters = parametersPointer;
            var total = ChunkedSum.Run(ref job, options.MaxDegreeOfParallelism);
            return new(total.Loss, weight, count, ignored, total.Correct);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CheckSpans<T, TLabel>(
        ReadOnlySpan<T> logits,
        ReadOnlySpan<TLabel> labels,
        Span<T> gradient,
        bool wantsGradient,
        int rows,
        SoftmaxOptions<T> options,
        ReadOnlySpan<T> sampleWeights,
        Span<T> losses)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged
    {
        var labelsName = LabelsName<T, TLabel>();
        if (typeof(TLabel) == typeof(T))
        {
            SpanChecks.SameLength(labels.Length, checked(rows * options.Classes), labelsName);
        }
        else
        {
            OnePerRow(labels.Length, rows, labelsName);
        }

        if (wantsGradient)
        {
            CheckOutput(logits, gradient, rows, options, nameof(gradient));
            SpanChecks.Disjoint(labels, labelsName, gradient, nameof(gradient));
            SpanChecks.Disjoint(sampleWeights, nameof(sampleWeights), gradient, nameof(gradient));
            SpanChecks.Disjoint<T, T>(losses, nameof(losses), gradient, nameof(gradient));
        }

        if (!losses.IsEmpty)
        {
            OnePerRow(losses.Length, rows, nameof(losses));
            SpanChecks.Disjoint(logits, nameof(logits), losses, nameof(losses));
            SpanChecks.Disjoint(labels, labelsName, losses, nameof(losses));
            SpanChecks.Disjoint(sampleWeights, nameof(sampleWeights), losses, nameof(losses));
        }

        if (!sampleWeights.IsEmpty)
        {
            OnePerRow(sampleWeights.Length, rows, nameof(sampleWeights));
        }
    }

    /// <summary>Checks the labels or targets on the way to the sum of their weights.</summary>
    /// <returns>
    /// Σ w, the number of labels that are to be ignored, and whether some targets have the weight 0, so that their rows are left out.
    /// </returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (double Weight, long Ignored, bool LeavesOut) CheckLabels<T, TLabel>(
        ReadOnlySpan<TLabel> labels, ReadOnlySpan<T> sampleWeights, SoftmaxOptions<T> options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged
    {
        if (typeof(TLabel) != typeof(T))
        {
            var (sum, ignored) = RowWeightSum.OfLabels(labels, sampleWeights, options);
            return (sum, ignored, options.Smoothing != T.Zero && options.HasOnlyZeroWeights);
        }

        if (options.IgnoreLabel is { } ignore)
        {
            throw new ArgumentException(
                $"An ignore label goes with hard labels, but targets are soft and IgnoreLabel is {ignore}; "
                    + "give the sample a weight of 0, with which it still counts in a mean by count.",
                nameof(options));
        }

        var targets = MemoryMarshal.Cast<TLabel, T>(labels);
        LabelPass.CheckTargets(targets, LabelsName<T, TLabel>());
        var (weight, hasZero) = RowWeightSum.OfTargets(targets, sampleWeights, options);
        return (weight, 0, options.Smoothing == T.Zero ? hasZero : options.HasOnlyZeroWeights);
    }

    private static string LabelsName<T, TLabel>() => typeof(TLabel) == typeof(T) ? "targets" : "labels";

    /// <summary>The number of rows that a span of logits holds.</summary>
    private static int RowsOf<T>(int length, int stride, SoftmaxOptions<T> options, string name)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var classes = options.Classes;
        if (options.Layout.Kind == LogitLayoutKind.Rows)
        {
            // The last row may come without the elements behind it.
            if (length % stride != 0 && length % stride != classes)
            {
                throw new ArgumentException(
                    $"The rows must be {stride} elements apart and end with one or after its {classes} classes, "
                        + $"but {name} has {length} elements.",
                    name);
            }

            return (length / stride) + (length % stride == 0 ? 0 : 1);
        }

        var positions = Math.Max(1, options.Layout.Positions);
        var sample = (long)classes * positions;
        if (length % sample != 0)
        {
            throw new ArgumentException(
                positions == 1
                    ? $"There must be {classes} logits per sample, but {name} has {length}."
                    : $"There must be {classes} · {positions} logits per sample, but {name} has {length}.",
                name);
        }

        return (int)(length / sample) * positions;
    }

    private static void CheckOutput<T>(ReadOnlySpan<T> logits, Span<T> output, int rows, SoftmaxOptions<T> options, string name)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var layout = options.Layout;
        if (layout.Kind != LogitLayoutKind.Rows)
        {
            SpanChecks.SameLength(output.Length, logits.Length, name);
        }
        else if (RowsOf(output.Length, layout.GradientStride, options, name) != rows)
        {
            throw new ArgumentException($"There must be {rows} rows, but {name} has {output.Length} elements.", name);
        }

        if (layout.LogitsStride == layout.GradientStride)
        {
            SpanChecks.SameOrDisjoint(logits, nameof(logits), output, name);
        }
        else
        {
            SpanChecks.Disjoint(logits, nameof(logits), output, name);
        }
    }

    private static void OnePerRow(int length, int rows, string name)
    {
        if (length != rows)
        {
            throw new ArgumentException(
                $"There must be one element per sample, but {name} has {length} and there are {rows} samples.", name);
        }
    }
}
