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

    internal int Columns;
    internal BinaryForm Form;
    internal T* Logits;
    internal TLabel* Labels;
    internal T* Gradient;
    internal T* Losses;
    internal T* SampleWeights;
    internal bool WeightsPerRow;
    internal T* ColumnWeights;
    internal T PositiveWeight;
    internal T NegativeWeight;
    internal T PositiveGradient;
    internal T NegativeGradient;
    internal T PositiveGradientScale;
    internal T SmoothingScale;
    internal T SmoothingOffset;

    /// <summary>Whether Σ w is wanted of the kernel: for labels without weights of their own it is not, and they are not summed.</summary>
    internal bool SumsWeights;

    /// <summary>The powers of two that are taken out of weights and divisor.</summary>
    internal CallExponents Exponents;

    /// <summary>The class weights before anything was taken out of them.</summary>
    internal T GivenPositiveWeight;

    /// <inheritdoc cref="GivenPositiveWeight"/>
    internal T GivenNegativeWeight;

    /// <summary>Whether some labels have the weight 0 because of their class: they are left out as those with a sample weight of 0.</summary>
    internal bool LeavesOut;

    /// <summary>The parameters of the loss.</summary>
    internal LossParameters<T>* Parameters;

    public int Length { get; set; }

    public readonly int ChunkLength => ChunkedSum.SampleChunk;

    private static bool IsSoft => typeof(TLabel) == typeof(T);

    private static bool HasWideLabels => !IsSoft && sizeof(TLabel) != 1;

    private readonly bool HasTiledWeights => WeightsPerRow
        || Exponents.IsScaled
        || LeavesOut
        || (Form.Weights != BinaryWeights.ByClass && SampleWeights == null);

    [SkipLocalsInit]
    public readonly ChunkSum RunChunk(int start, int length)
    {
        var loss = default(Lanes);
        var weight = default(Lanes);
        var scratch = stackalloc T[ScratchLength + 16];
        var arguments = new BinaryKernelArguments<T>
        {
            Scratch = ref *BinaryLoss.Align(scratch),

            // Of labels and weights in a form that kernels don't take, a kernel asks for the copy.
            Fetches = (nint)Length * sizeof(T) >= Prefetch.LeastBytes,
            PositiveWeight = PositiveWeight,
            NegativeWeight = NegativeWeight,
            PositiveGradient = PositiveGradient,
            NegativeGradient = NegativeGradient,
            PositiveGradientScale = PositiveGradientScale,
            SmoothingScale = SmoothingScale,
            SmoothingOffset = SmoothingOffset,
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
                RowWeights.Repeat(new ReadOnlySpan<T>(SampleWeights, Length / Columns), Columns, start, new Span<T>(weights, tile));
            }

            var narrow = IsSoft ? null : HasWideLabels ? labels : (byte*)Labels + start;
            var tileTargets = IsSoft ? (T*)Labels + start : null;
            if (LeavesOut)
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
                At(ColumnWeights, start % Columns),
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
            var hasPositive = SmoothingOffset > T.Zero || (targets == null ? labels[i] == 1 : targets[i] > T.Zero);
            var hasNegative = SmoothingOffset > T.Zero || (targets == null ? labels[i] == 0 : targets[i] < T.One);
            var counts = (hasPositive && PositiveWeightOf(start + i) != T.Zero) || (hasNegative && GivenNegativeWeight != T.Zero);
            weights[i] = counts ? weights[i] : T.Zero;
        }
    }

    private readonly T PositiveWeightOf(int index) => ColumnWeights == null ? GivenPositiveWeight : ColumnWeights[index % Columns];

    /// <summary>Takes the powers of two out of the weights of labels: of their own and, if the kernel is not given it, that of their class.</summary>
    private readonly void TakeExponents(int start, int length, byte* labels, T* weights, int* exponents)
    {
        for (var i = 0; i < length; i++)
        {
            (weights[i], exponents[i]) = Exponents.Take(weights[i], labels != null && labels[i] == 1 ? PositiveWeightOf(start + i) : GivenNegativeWeight);
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
            Form.Run<TKernel, T>(in arguments, ref loss[0], ref weight[0]);
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
    /// by one. There the tail has sample weights even if the call has none: 1 for its own labels changes no bit.
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
        var lanes = BinaryLoss.BlockLanes<T>();
        var padded = stackalloc T[6 * 16];
        var paddedLabels = stackalloc byte[16];
        Pad(Logits + start, length, padded, lanes, T.NegativeInfinity);
        arguments.Logits = ref padded[0];

        if (Form.Targets >= BinaryTargets.Soft)
        {
            Pad(targets, length, padded + 16, lanes, default);
        }
        else
        {
            Pad(labels, length, paddedLabels, lanes, default);
        }

        var form = Form;
        if (form.Weights != BinaryWeights.ByClass)
        {
            Pad(sampleWeights, length, padded + 32, lanes, default);
        }
        else if (form.Targets != BinaryTargets.HardSum)
        {
            form = form with { Weights = BinaryWeights.BySample };
            Elements.Fill(new Span<T>(padded + 32, length), T.One);
            Elements.Fill(new Span<T>(padded + 32 + length, lanes - length), T.Zero);
        }

        if (form.Weights == BinaryWeights.BySampleAndColumn)
        {
            Pad(positiveWeights, length, padded + 48, lanes, default);
        }

        arguments.Labels = ref paddedLabels[0];
        arguments.Targets = ref padded[16];
        arguments.SampleWeights = ref padded[32];
        arguments.PositiveWeights = ref padded[48];
        arguments.Gradient = ref padded[64];
        arguments.Losses = ref padded[80];
        arguments.Count = (nuint)lanes;
        form.Run<TKernel, T>(in arguments, ref loss[0], ref weight[0]);

        if (Gradient != null)
        {
            Elements.Copy(new ReadOnlySpan<T>(padded + 64, length), new Span<T>(Gradient + start, length));
        }

        if (Losses != null)
        {
            Elements.Copy(new ReadOnlySpan<T>(padded + 80, length), new Span<T>(Losses + start, length));
        }
    }

    /// <summary>
    /// An element, or null where there is no array. A reference in the arguments must not point anywhere else, even if nothing reads it: a
    /// garbage collection that another thread starts looks at all of them, and takes an address in its heap for an object.
    /// </summary>
    private static T* At(T* array, int index) => array == null ? null : array + index;

    private static void Pad<TValue>(TValue* source, int length, TValue* padded, int lanes, TValue neutral)
        where TValue : unmanaged
    {
        Elements.Copy(new ReadOnlySpan<TValue>(source, length), new Span<TValue>(padded, lanes));
        Elements.Fill(new Span<TValue>(padded + length, lanes - length), neutral);
    }
}
