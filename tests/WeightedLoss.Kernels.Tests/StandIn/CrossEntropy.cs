using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using WeightedLoss.Tests.Reference;

namespace WeightedLoss.Runtime
{
    /// <summary>Stands in for the library's type of this name. To be deleted with this file.</summary>
    internal abstract class CrossEntropyKernelEntry<T>(string id, string instructionSet, int classes, bool isSupported)
        : KernelEntry(id, instructionSet, isSupported)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        /// <summary>The number of classes that the kernel is made for; 0 for any.</summary>
        public int Classes => classes;

        public abstract LossSum Loss<TLabel>(
            ReadOnlySpan<T> logits, ReadOnlySpan<TLabel> labels, CrossEntropyOptions<T> options, ReadOnlySpan<T> sampleWeights = default, Span<T> losses = default)
            where TLabel : unmanaged;

        public abstract LossSum LossAndGradient<TLabel>(
            ReadOnlySpan<T> logits, ReadOnlySpan<TLabel> labels, Span<T> gradient, CrossEntropyOptions<T> options, ReadOnlySpan<T> sampleWeights = default, Span<T> losses = default)
            where TLabel : unmanaged;

        public abstract void Probabilities(ReadOnlySpan<T> logits, Span<T> probabilities, CrossEntropyOptions<T> options);
    }
}

namespace WeightedLoss.Tests
{
    /// <summary>
    /// Stands in for the generated kernels and hides the library's class of this name: the reference, rounded to the element type.
    /// To be deleted with this file when the kernels exist.
    /// </summary>
    internal static class CrossEntropy
    {
        public static LossSum Loss<T, TLabel>(
            ReadOnlySpan<T> logits, ReadOnlySpan<TLabel> labels, CrossEntropyOptions<T> options, ReadOnlySpan<T> sampleWeights = default, Span<T> losses = default)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
            where TLabel : unmanaged => Evaluate(logits, labels, default, false, options, sampleWeights, losses);

        public static LossSum LossAndGradient<T, TLabel>(
            ReadOnlySpan<T> logits, ReadOnlySpan<TLabel> labels, Span<T> gradient, CrossEntropyOptions<T> options, ReadOnlySpan<T> sampleWeights = default, Span<T> losses = default)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
            where TLabel : unmanaged => Evaluate(logits, labels, gradient, true, options, sampleWeights, losses);

        public static void Probabilities<T>(ReadOnlySpan<T> logits, Span<T> probabilities, CrossEntropyOptions<T> options)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            ArgumentNullException.ThrowIfNull(options);
            var (layout, classes) = (options.Layout, options.Classes);
            var n = Samples(logits.Length, layout, layout.LogitsStride, classes, "logits");
            Require(Fits(probabilities.Length, layout, layout.GradientStride, classes, n), "probabilities", $"probabilities has {probabilities.Length}");
            Require(!Overlaps(logits, probabilities, layout.LogitsStride == layout.GradientStride), "probabilities", "overlaps logits");
            var exact = CrossEntropyReference.Probabilities<T>(Arrangement.Restore(logits, layout, layout.LogitsStride, classes, n), classes);
            Write(exact, probabilities, layout, classes, n);
        }

        private static LossSum Evaluate<T, TLabel>(
            ReadOnlySpan<T> logits, ReadOnlySpan<TLabel> labels, Span<T> gradient, bool wantsGradient, CrossEntropyOptions<T> options, ReadOnlySpan<T> sampleWeights, Span<T> losses)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
            where TLabel : unmanaged
        {
            ArgumentNullException.ThrowIfNull(options);
            var (layout, classes) = (options.Layout, options.Classes);
            var n = Samples(logits.Length, layout, layout.LogitsStride, classes, "logits");
            var isSoft = typeof(TLabel) == typeof(T);
            var name = isSoft ? "targets" : "labels";
            Require(labels.Length == (isSoft ? n * classes : n), name, $"{name} has {labels.Length}");
            var (hasWeights, hasLosses) = (!Unsafe.IsNullRef(ref MemoryMarshal.GetReference(sampleWeights)), !Unsafe.IsNullRef(ref MemoryMarshal.GetReference(losses)));
            Require(!hasWeights || sampleWeights.Length == n, "sampleWeights", $"sampleWeights has {sampleWeights.Length}");
            Require(!hasLosses || losses.Length == n, "losses", $"losses has {losses.Length}");
            if (wantsGradient)
            {
                Require(Fits(gradient.Length, layout, layout.GradientStride, classes, n), "gradient", $"gradient has {gradient.Length}");
                Require(!Overlaps(logits, gradient, layout.LogitsStride == layout.GradientStride), "gradient", "overlaps logits");
                Require(!Overlaps(labels, gradient), "gradient", $"overlaps {name}");
                Require(!Overlaps(sampleWeights, gradient), "gradient", "overlaps sampleWeights");
                Require(!Overlaps<T, T>(losses, gradient), "gradient", "overlaps losses");
            }

            Require(!Overlaps(logits, losses), "losses", "overlaps logits");
            Require(!Overlaps(labels, losses), "losses", $"overlaps {name}");
            Require(!Overlaps(sampleWeights, losses), "losses", "overlaps sampleWeights");
            Require(!isSoft || options.IgnoreLabel is null, "options", $"IgnoreLabel is {options.IgnoreLabel}");
            for (var i = 0; i < sampleWeights.Length; i++)
            {
                Require(sampleWeights[i] >= T.Zero && T.IsFinite(sampleWeights[i]), "sampleWeights", $"sampleWeights[{i}] is {sampleWeights[i]}.");
            }

            var z = Arrangement.Restore(logits, layout, layout.LogitsStride, classes, n);
            CrossEntropyResult result;
            if (isSoft)
            {
                var targets = MemoryMarshal.Cast<TLabel, T>(labels);
                for (var i = 0; i < targets.Length; i++)
                {
                    Require(targets[i] >= T.Zero && targets[i] <= T.One, "targets", $"targets[{i}] is {targets[i]}.");
                }

                result = CrossEntropyReference.Of<T>(z, Arrangement.Restore(targets, Arrangement.OfTargets(layout), 0, classes, n), options, sampleWeights);
            }
            else
            {
                var hard = new long[n];
                for (var i = 0; i < n; i++)
                {
                    hard[i] = Convert.ToInt64(labels[i], null);
                    Require(hard[i] == options.IgnoreLabel || (hard[i] >= 0 && hard[i] < classes), "labels", $"labels[{i}] is {hard[i]}.");
                }

                result = CrossEntropyReference.Of<T>(z, hard, options, sampleWeights);
            }

            if (wantsGradient)
            {
                Write(result.Gradient, gradient, layout, classes, n);
            }

            for (var i = 0; i < losses.Length; i++)
            {
                losses[i] = T.CreateTruncating(result.Losses[i]);
            }

            return result.Sum;
        }

        private static int Samples(int length, LogitLayout layout, int stride, int classes, string name)
        {
            if (layout.Kind == LogitLayoutKind.Rows)
            {
                var n = (length + stride - classes) / stride;
                Require(length == 0 || Fits(length, layout, stride, classes, n), name, $"{name} has {length}");
                return length == 0 ? 0 : n;
            }

            Require(length % (classes * Math.Max(1, layout.Positions)) == 0, name, $"{name} has {length}");
            return length / classes;
        }

        private static bool Fits(int length, LogitLayout layout, int stride, int classes, int n) =>
            length == Arrangement.Size(layout, stride, classes, n) || (layout.Kind == LogitLayoutKind.Rows && length == n * stride);

        private static void Write<T>(double[] exact, Span<T> output, LogitLayout layout, int classes, int n)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            for (var at = 0; at < exact.Length; at++)
            {
                output[Arrangement.Index(layout, layout.GradientStride, classes, n, at / classes, at % classes)] = T.CreateTruncating(exact[at]);
            }
        }

        private static bool Overlaps<TFirst, TSecond>(ReadOnlySpan<TFirst> first, Span<TSecond> second, bool orSame = false)
            where TFirst : unmanaged
            where TSecond : unmanaged =>
            MemoryMarshal.AsBytes(first).Overlaps(MemoryMarshal.AsBytes(second), out var offset) && !(orSame && offset == 0);

        private static void Require(bool condition, string name, string message)
        {
            if (!condition)
            {
                throw new ArgumentException(message, name);
            }
        }
    }
}
