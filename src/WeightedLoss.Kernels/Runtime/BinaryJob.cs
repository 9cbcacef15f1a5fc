using System.Numerics;
using System.Runtime.CompilerServices;
using WeightedLoss.Shared;

namespace WeightedLoss.Runtime;

/// <summary>A call of a binary loss over pinned memory, cut into chunks that can run on any thread.</summary>
/// <remarks>
/// A chunk is handed to the kernel as it lies in memory. Only inputs that have another form there (wide labels, weights per row or per
/// column) are brought into the kernel's form, a tile at a time, in scratch that stays in the first-level cache.
/// </remarks>
internal unsafe struct BinaryJob<TKernel, T, TLabel> : IChunkedJob
    where TKernel : struct, IBinaryLossKernel<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TLabel : unmanaged
{
    private const int TileLength = BinaryOptions<float>.ColumnTile;

    /// <summary>What kernels need between their sweeps.</summary>
    private const int ScratchLength = KernelFacts.SweepValues * KernelFacts.SweepLength;

    /// <summary>The lanes of a block of the smallest type.</summary>
    private const int MostLanes = KernelFacts.BlockBytes / sizeof(float);

    private readonly int _columns;
    private readonly BinaryForm _form;
    private readonly T _positiveWeight;
    private readonly T _negativeWeight;
    private readonly T _positiveGradient;
    private readonly T _negativeGradient;
    private readonly T _positiveGradientScale;
    private readonly T _smoothingScale;
    private readonly T _smoothingOffset;

    /// <summary>The class weights before anything was taken out of them.</summary>
    private readonly T _givenPositiveWeight;

    /// <inheritdoc cref="_givenPositiveWeight"/>
    private readonly T _givenNegativeWeight;

    /// <summary>
    /// Whether some labels have the weight 0 because of their class: they are left out as those with a sample weight of 0.
    /// </summary>
    private readonly bool _leavesOut;

    /// <summary>A job without memory, which the caller sets.</summary>
    internal BinaryJob(BinaryOptions<T> options, int length, BinaryForm form, in CallExponents exponents, double divisor)
    {
        Length = length;
        _columns = options.Columns;
        _form = form;
        Exponents = exponents;
        _leavesOut = options.HasZeroWeight;
        _givenPositiveWeight = options.PositiveWeight;
        _givenNegativeWeight = options.NegativeWeight;
        (_positiveWeight, _negativeWeight) = exponents.TakesClassWeights ? (T.One, T.One) : (_givenPositiveWeight, _givenNegativeWeight);
        if (exponents.OfClasses != 0)
        {
            _positiveWeight = T.ScaleB(_positiveWeight, -exponents.OfClasses);
            _negativeWeight = T.ScaleB(_negativeWeight, -exponents.OfClasses);
        }

        divisor = exponents.OfDivisor == 0 ? divisor : Math.ScaleB(divisor, -exponents.OfDivisor);
        var scale = divisor == 0 ? 0 : 1 / divisor;
        _positiveGradient = -Narrowing.ToFinite<T>(double.CreateTruncating(_positiveWeight) * scale);
        _negativeGradient = Narrowing.ToFinite<T>(double.CreateTruncating(_negativeWeight) * scale);
        _positiveGradientScale = -Narrowing.ToFinite<T>(scale);
        (_smoothingScale, _smoothingOffset) = SmoothingOf(options.LabelSmoothing);
    }

    internal T* Logits;
    internal TLabel* Labels;
    internal T* Gradient;
    internal T* Losses;
    internal T* SampleWeights;
    internal T* ColumnWeights;

    /// <summary>The parameters of the loss.</summary>
    internal LossParameters<T>* Parameters;

    /// <summary>Whether a sample weight is that of a row, and not of a label.</summary>
    internal bool WeightsPerRow;

    /// <summary>Whether Σ w is wanted of the kernel: for labels without weights of their own it is not, and they are not summed.</summary>
    internal bool SumsWeights;

    /// <summary>The powers of two that are taken out of weights and divisor.</summary>
    internal readonly CallExponents Exponents;

    public int Length { get; }

    public readonly int ChunkLength => ChunkedSum.SampleChunk;

    private static bool IsSoft => typeof(TLabel) == typeof(T);

    private static bool HasWideLabels => !IsSoft && sizeof(TLabel) != 1;

    private readonly bool HasTiledWeights => WeightsPerRow
        || Exponents.IsScaled
        || _leavesOut
        || (_form.Weights != BinaryWeights.ByClass && SampleWeights == null);

    [SkipLocalsInit]
    public readonly ChunkSum RunChunk(int start, int length)
    {
        var loss = default(Lanes);
        var weight = default(Lanes);
        var scratch = stackalloc T[ScratchLength + MostLanes];
        var arguments = new BinaryKernelArguments<T>
        {
            Scratch = ref *BinaryLoss.Align(scratch),

            // Of labels and weights in a form that kernels don't take, a kernel asks for the copy.
            Fetches = (nint)Length * sizeof(T) >= Prefetch.LeastBytes,
            PositiveWeight = _positiveWeight,
            NegativeWeight = _negativeWeight,
            PositiveGradient = _positiveGradient,
            NegativeGradient = _negativeGradient,
            PositiveGradientScale = _positiveGradientScale,
            SmoothingScale = _smoothingScale,
            SmoothingOffset = _smoothingOffset,
            Parameters = ref *Parameters,
        };

        if (!HasWideLabels && !HasTiledWeights && ColumnWeights == null)
        {
            RunTile(
                ref arguments,
                start,
                length,
                IsSoft ? null : (byte*)Labels + start,
                IsSoft ? (T*)Labels + start : null,
                At(SampleWeights, start),
                null,
                ref loss,
                ref weight);
        }
        else
        {
            RunTiles(ref arguments, start, length, ref loss, ref weight);
        }

        return new(loss.Fold(), SumsWeights ? weight.Fold() : 0, 0);
    }

    [SkipLocalsInit]
    private readonly void RunTiles(ref BinaryKernelArguments<T> arguments, int start, int length, ref Lanes loss, ref Lanes weight)
    {
        var labels = stackalloc byte[TileLength];
        var weights = stackalloc T[TileLength];
        var exponents = stackalloc int[Exponents.IsScaled ? TileLength : 0];
        var unscaledLoss = default(Lanes);

        // Counted down, because start + TileLength may be beyond int.MaxValue.
        for (var rest = length; rest > 0; rest -= TileLength, start += TileLength)
        {
            var tile = Math.Min(TileLength, rest);
            if (HasWideLabels)
            {
                LabelPass.Narrow(new ReadOnlySpan<TLabel>(Labels + start, tile), new Span<byte>(labels, tile));
            }

            if (HasTiledWeights && SampleWeights == null)
            {
                Elements.Fill(new Span<T>(weights, tile), T.One);
            }
            else if (HasTiledWeights && !WeightsPerRow)
            {
                Elements.Copy(new ReadOnlySpan<T>(SampleWeights + start, tile), new Span<T>(weights, tile));
            }
            else if (WeightsPerRow)
            {
                RowWeights.Repeat(new ReadOnlySpan<T>(SampleWeights, Length / _columns), _columns, start, new Span<T>(weights, tile));
            }

            var narrow = IsSoft ? null : HasWideLabels ? labels : (byte*)Labels + start;
            var tileTargets = IsSoft ? (T*)Labels + start : null;
            if (_leavesOut)
            {
                LeaveOut(start, tile, narrow, tileTargets, weights);
            }

            if (Exponents.IsScaled)
            {
                TakeExponents(start, tile, narrow, weights, exponents);
            }

            RunTile(
                ref arguments,
                start,
                tile,
                narrow,
                tileTargets,
                HasTiledWeights ? weights : At(SampleWeights, start),
                At(ColumnWeights, start % _columns),
                ref (Exponents.IsScaled ? ref unscaledLoss : ref loss),
                ref weight);
            if (Exponents.IsScaled)
            {
                PutExponentsBack(start, tile, exponents, ref loss);
            }
        }
    }

    /// <summary>Makes the weight of a label 0 whose class weights, as far as they count for it, are 0.</summary>
    private readonly void LeaveOut(int start, int length, byte* labels, T* targets, T* weights)
    {
        for (var i = 0; i < length; i++)
        {
            var hasPositive = _smoothingOffset > T.Zero || (targets == null ? labels[i] == 1 : targets[i] > T.Zero);
            var hasNegative = _smoothingOffset > T.Zero || (targets == null ? labels[i] == 0 : targets[i] < T.One);
            var counts = (hasPositive && PositiveWeightOf(start + i) != T.Zero) || (hasNegative && _givenNegativeWeight != T.Zero);
            weights[i] = counts ? weights[i] : T.Zero;
        }
    }

    private readonly T PositiveWeightOf(int index) => ColumnWeights == null ? _givenPositiveWeight : ColumnWeights[index % _columns];

    /// <summary>
    /// Takes the powers of two out of the weights of labels: of their own and, if the kernel is not given it, that of their class.
    /// </summary>
    private readonly void TakeExponents(int start, int length, byte* labels, T* weights, int* exponents)
    {
        for (var i = 0; i < length; i++)
        {
            var ofClass = labels != null && labels[i] == 1 ? PositiveWeightOf(start + i) : _givenNegativeWeight;
            (weights[i], exponents[i]) = Exponents.Take(weights[i], ofClass);
        }
    }

    /// <summary>Puts the powers of two back into losses and gradient, and adds the losses up.</summary>
    private readonly void PutExponentsBack(int start, int length, int* exponents, ref Lanes loss)
    {
        for (var i = 0; i < length; i++)
        {
            var exponent = exponents[i] + Exponents.OfClasses;
            loss[i % Lanes.Length] += Math.ScaleB(double.CreateTruncating(Losses[start + i]), exponent);
            Losses[start + i] = T.ScaleB(Losses[start + i], exponent);
            if (Gradient != null)
            {
                Gradient[start + i] = Exponents.PutBackGradient(Gradient[start + i], exponents[i]);
            }
        }
    }

    private readonly void RunTile(
        ref BinaryKernelArguments<T> arguments,
        int start,
        int length,
        byte* labels,
        T* targets,
        T* sampleWeights,
        T* positiveWeights,
        ref Lanes loss,
        ref Lanes weight)
    {
        var whole = length & -BinaryLoss.BlockLanes<T>();
        if (whole != 0)
        {
            arguments.Logits = ref *(Logits + start);
            arguments.Labels = ref *labels;
            arguments.Targets = ref *targets;
            arguments.SampleWeights = ref *sampleWeights;
            arguments.PositiveWeights = ref *positiveWeights;
            arguments.Gradient = ref *At(Gradient, start);
            arguments.Losses = ref *At(Losses, start);
            arguments.Count = (nuint)whole;
            _form.Run<TKernel, T>(in arguments, ref loss[0], ref weight[0]);
        }

        if (whole != length)
        {
            RunTail(
                ref arguments,
                start + whole,
                length - whole,
                labels + whole,
                targets + whole,
                sampleWeights + whole,
                positiveWeights + whole,
                ref loss,
                ref weight);
        }
    }

    /// <summary>
    /// Pads fewer elements than a block with labels that add exactly 0: a logit of −∞ with label 0, and weight 0 where losses are made one
    /// by one.
    /// </summary>
    [SkipLocalsInit]
    private readonly void RunTail(
        ref BinaryKernelArguments<T> arguments,
        int start,
        int length,
        byte* labels,
        T* targets,
        T* sampleWeights,
        T* positiveWeights,
        ref Lanes loss,
        ref Lanes weight)
    {
        var logits = stackalloc T[6 * MostLanes];
        var paddedTargets = logits + MostLanes;
        var paddedWeights = paddedTargets + MostLanes;
        var paddedPositives = paddedWeights + MostLanes;
        var gradient = paddedPositives + MostLanes;
        var losses = gradient + MostLanes;
        var paddedLabels = stackalloc byte[MostLanes];
        Pad(Logits + start, length, logits, T.NegativeInfinity);
        if (_form.Targets >= BinaryTargets.Soft)
        {
            Pad(targets, length, paddedTargets, default);
        }
        else
        {
            Pad(labels, length, paddedLabels, default);
        }

        var form = PadWeights(length, sampleWeights, positiveWeights, paddedWeights, paddedPositives);
        arguments.Logits = ref *logits;
        arguments.Labels = ref *paddedLabels;
        arguments.Targets = ref *paddedTargets;
        arguments.SampleWeights = ref *paddedWeights;
        arguments.PositiveWeights = ref *paddedPositives;
        arguments.Gradient = ref *gradient;
        arguments.Losses = ref *losses;
        arguments.Count = (nuint)BinaryLoss.BlockLanes<T>();
        form.Run<TKernel, T>(in arguments, ref loss[0], ref weight[0]);

        if (Gradient != null)
        {
            Elements.Copy(new ReadOnlySpan<T>(gradient, length), new Span<T>(Gradient + start, length));
        }

        if (Losses != null)
        {
            Elements.Copy(new ReadOnlySpan<T>(losses, length), new Span<T>(Losses + start, length));
        }
    }

    /// <summary>
    /// Pads the weights of a tail. Where losses are made one by one, the tail has sample weights even if the call has none: 1 for its own
    /// labels changes no bit.
    /// </summary>
    private readonly BinaryForm PadWeights(int length, T* sampleWeights, T* positiveWeights, T* paddedWeights, T* paddedPositives)
    {
        if (_form.Weights == BinaryWeights.BySampleAndColumn)
        {
            Pad(positiveWeights, length, paddedPositives, default);
        }

        if (_form.Weights != BinaryWeights.ByClass)
        {
            Pad(sampleWeights, length, paddedWeights, default);
            return _form;
        }

        if (_form.Targets == BinaryTargets.HardSum)
        {
            return _form;
        }

        Elements.Fill(new Span<T>(paddedWeights, length), T.One);
        Elements.Fill(new Span<T>(paddedWeights + length, BinaryLoss.BlockLanes<T>() - length), T.Zero);
        return _form with { Weights = BinaryWeights.BySample };
    }

    /// <summary>
    /// What makes a smoothed target of a target y: y·scale + offset. The offset is ε/2, and the scale is the one with which 1 becomes 1 −
    /// ε/2, rounded once.
    /// </summary>
    private static (T Scale, T Offset) SmoothingOf(T smoothing)
    {
        var offset = smoothing * T.CreateTruncating(0.5);
        var one = T.One - offset;
        var scale = one - offset;
        return (scale + offset == one ? scale : T.One - smoothing, offset);
    }

    /// <summary>
    /// An element, or null where there is no array. A reference in the arguments must not point anywhere else, even if nothing reads it: a
    /// garbage collection that another thread starts looks at all of them, and takes an address in its heap for an object.
    /// </summary>
    private static T* At(T* array, int index) => array == null ? null : array + index;

    private static void Pad<TValue>(TValue* source, int length, TValue* padded, TValue neutral)
        where TValue : unmanaged
    {
        var lanes = BinaryLoss.BlockLanes<T>();
        Elements.Copy(new ReadOnlySpan<TValue>(source, length), new Span<TValue>(padded, lanes));
        Elements.Fill(new Span<TValue>(padded + length, lanes - length), neutral);
    }
}
