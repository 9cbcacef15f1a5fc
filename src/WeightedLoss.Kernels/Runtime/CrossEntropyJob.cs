using System.Buffers;
using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using WeightedLoss.Shared;

namespace WeightedLoss.Runtime;

/// <summary>A call of a loss of the softmax over pinned memory, cut into chunks that can run on any thread.</summary>
/// <remarks>
/// Rows are handed to the kernel as they lie in memory, a tile at a time, with labels and weights in the kernel's form. Rows that fill no
/// block are copied to one, together with rows of weight 0, if they are not so few that each is taken by itself; and so are tiles whose
/// rows lie in many places.
/// </remarks>
internal unsafe struct CrossEntropyJob<TKernel, TRows, T, TLabel> : IChunkedJob
    where TKernel : struct, ICrossEntropyKernel<T>
    where TRows : struct, ICrossEntropyRows<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TLabel : unmanaged
{
    /// <summary>The bytes of logits of a tile: it is visited by several sweeps, and stays in the first-level cache meanwhile.</summary>
    private const int TileBytes = 16384;

    /// <summary>The same for rows that are taken one at a time; they stay in the second-level cache.</summary>
    private const int RowTileBytes = 131072;

    /// <summary>Longer rows leave no room in the second-level cache for those that are asked for.</summary>
    private const int MostRowBytesFetched = 131072;

    /// <summary>The logits that a chunk has about.</summary>
    private const int ChunkLogits = 65536;

    private readonly SoftmaxOptions<T> _options;
    private readonly TargetForm _form;
    private readonly ClassAddress<T> _address;
    private readonly nint _logitsStride;
    private readonly nint _gradientStride;

    internal CrossEntropyJob(SoftmaxOptions<T> options, int rows, TargetForm form)
    {
        _options = options;
        _form = form;
        Length = rows;
        _address = new(options, rows);
        var layout = options.Layout;
        _logitsStride = layout.Kind == LogitLayoutKind.Rows ? layout.LogitsStride : options.Classes;
        _gradientStride = layout.Kind == LogitLayoutKind.Rows ? layout.GradientStride : options.Classes;
        var lanes = BinaryLoss.BlockLanes<T>();
        ChunkLength = Math.Clamp(ChunkLogits / options.Classes / lanes * lanes, lanes, ChunkedSum.SampleChunk);
        if (IsRow)
        {
            ChunkLength = Math.Max(1, ChunkLogits / options.Classes);
        }
    }

    /// <summary>The weight of a label by class; null if all are 1, or there are no labels.</summary>
    internal T* LabelWeights { get; set; }

    internal T* Logits { get; set; }

    internal T* Gradient { get; set; }

    internal TLabel* Labels { get; set; }

    internal T* Losses { get; set; }

    internal T* SampleWeights { get; set; }

    internal bool WantsGradient { get; set; }

    internal bool HasIgnored { get; set; }

    internal T Scale { get; set; }

    /// <summary>The powers of two that are taken out of weights and divisor.</summary>
    internal CallExponents Exponents { get; set; }

    /// <summary>
    /// Whether some soft targets have the weight 0, or all smoothed ones: their rows are left out as those with a sample weight of 0. Hard
    /// labels need no such rule, because the weight of their class is a factor of the row's.
    /// </summary>
    internal bool LeavesOut { get; set; }

    /// <summary>The parameters of the loss.</summary>
    internal LossParameters<T>* Parameters { get; set; }

    public int Length { get; }

    /// <summary>
    /// The most rows of a tile. What is known of each takes up to 44 bytes in float, which share the first-level cache with the logits: two
    /// classes leave room for more rows.
    /// </summary>
    private readonly int TileRows => Classes == 2 && typeof(T) == typeof(float) ? 512 : 256;

    public int ChunkLength { get; }

    private readonly int Classes => _options.Classes;

    /// <summary>Whether the kernel takes a sample at a time, however many there are.</summary>
    private readonly bool IsRow => !_address.IsClassMajor && Classes > KernelFacts.MostClassesInLanes;

    /// <summary>
    /// So few rows are taken one at a time where each could have a lane of its own and most lanes would have none: the bits are the same.
    /// The more classes, the more rows are worth it; not in scalar kernels, which pass over lanes without a row.
    /// </summary>
    /// <remarks>
    /// How many they are depends on the instruction set, their results do not: the tests Rows_SplitIntoCalls_GiveTheSameBits and
    /// Kernel_EveryCombinationOfOptions_GivesTheScalarBits compare both ways.
    /// </remarks>
    private readonly int FewRows =>
        IsRow || _address.IsClassMajor || _form >= TargetForm.Smooth || Classes <= KernelFacts.MostClassesCompared
            ? 0
            : Math.Min(1 + (Classes / 48), RegisterLanes / 2);

    /// <summary>
    /// The lanes of a register of the instruction set in use, chosen as the kernels' dispatchers choose it; 1 for scalar code.
    /// </summary>
    private static int RegisterLanes =>
        InstructionSets.PrefersAvx512 ? Vector512<T>.Count
        : InstructionSets.PrefersAvx2 ? Vector256<T>.Count
        : InstructionSets.PrefersAdvSimd || (InstructionSets.PrefersSse2 && typeof(T) == typeof(float)) ? Vector128<T>.Count
        : 1;

    /// <summary>
    /// How many values are kept of each row: no more than the form needs, because they share the first-level cache with the logits.
    /// </summary>
    private readonly int RowValues => _form == TargetForm.Smooth ? KernelFacts.SmoothRowValues : KernelFacts.RowValues;

    private static int RowCapacity => KernelFacts.RowValueBytes / sizeof(T);

    /// <summary>Whether each row has memory for the target of each class.</summary>
    private readonly bool HasTargets =>
        _form == TargetForm.Soft || (_form == TargetForm.Smooth && Classes <= KernelFacts.MostClassesCompared);

    /// <summary>
    /// Whether rows follow one another, with little between them, and there are more than a second-level cache of 1 MiB holds, but it holds
    /// those that are asked for and those that are worked on.
    /// </summary>
    private readonly bool Fetches =>
        !_address.IsClassMajor
        && (_form == TargetForm.Soft ? 2 : 1) * Classes * sizeof(T) <= MostRowBytesFetched
        && Math.Max(_logitsStride, _gradientStride) <= 2 * Classes
        && (nint)Length * Classes * sizeof(T) >= Prefetch.LeastBytes;

    [SkipLocalsInit]
    public readonly ChunkSum RunChunk(int start, int length)
    {
        var lanes = BinaryLoss.BlockLanes<T>();
        var tileRows = IsRow
            ? Math.Clamp(RowTileBytes / (Classes * sizeof(T)), 1, TileRows)
            : Math.Clamp(TileBytes / (Classes * sizeof(T)) / lanes * lanes, lanes, TileRows);

        // What a whole tile has beforehand is made for the rows of this chunk only: a small call would feel more.
        tileRows = Math.Min(tileRows, Padded(length));
        var scratchLength = IsRow ? (2 * lanes) + (WantsGradient ? 0 : Classes) : (HasTargets ? 2 : 1) * Classes * tileRows;
        Debug.Assert(TileRows <= RowCapacity, "Values of rows would overlap.");
        Debug.Assert(TileRows % Lanes.Length == 0, "Losses are added up by whole blocks.");
        var labels = stackalloc int[(Exponents.IsScaled ? 3 : 2) * TileRows];
        var rows = stackalloc T[(3 * TileRows) + (RowValues * RowCapacity)];
        var tile = new Tile
        {
            OwnLabels = labels,
            GatheredLabels = labels + TileRows,
            Exponents = labels + (2 * TileRows),
            OwnWeights = rows,
            SampleWeights = rows + TileRows,
            Losses = rows + (2 * TileRows),
            RowValues = rows + (3 * TileRows),
            Rows = tileRows,
        };
        if (WantsGradient && _address.Compete(Classes))
        {
            // A gradient is made elsewhere, and copied.
            var columns = stackalloc T[(Classes * tile.ColumnStride) + 64];
            tile.Columns = BinaryLoss.Align(columns);
        }

        if (Classes <= KernelFacts.MostClassesInLanes || (IsRow && WantsGradient))
        {
            var scratch = stackalloc T[scratchLength + 64];
            tile.Scratch = BinaryLoss.Align(scratch);
            return RunTiles(start, length, ref tile);
        }

        // Class-major with many classes, or rows that have no gradient's memory for one that takes the place of another.
        var rented = ArrayPool<T>.Shared.Rent(scratchLength + 64);
        try
        {
            fixed (T* pointer = rented)
            {
                tile.Scratch = BinaryLoss.Align(pointer);
                return RunTiles(start, length, ref tile);
            }
        }
        finally
        {
            ArrayPool<T>.Shared.Return(rented);
        }
    }

    private readonly ChunkSum RunTiles(int start, int length, ref Tile tile)
    {
        var lanes = BinaryLoss.BlockLanes<T>();
        var isShort = _address.IsShort(Classes);
        var sum = default(ChunkSum);
        for (var rest = length; rest > 0;)
        {
            var count = Math.Min(tile.Rows, _address.Run(start, rest));
            var isPacked = false;
            if (!IsRow)
            {
                isPacked = isShort || count < lanes;
                count = !isPacked ? count & -lanes : Math.Min(isShort ? tile.Rows : lanes, rest);
            }

            var padded = Padded(count);
            PrepareRows(start, count, padded, ref tile);
            if (IsRow && padded != count)
            {
                ClearLastBlock(count, tile);
            }

            var correct = isPacked ? RunPacked(start, count, tile) : RunDirect(start, count, tile);
            sum += new ChunkSum(Exponents.IsScaled ? PutExponentsBack(start, count, tile) : SumOf(tile.Losses, count), 0, correct);
            if (Losses != null)
            {
                Elements.Copy(new ReadOnlySpan<T>(tile.Losses, count), new Span<T>(Losses + start, count));
            }

            start += count;
            rest -= count;
        }

        return sum;
    }

    private readonly long RunDirect(int start, int count, in Tile tile)
    {
        var arguments = Arguments(count, tile);
        arguments.Logits = ref *(Logits + _address.Row(start, _logitsStride));
        arguments.Gradient = ref *(Gradient == null ? null : Gradient + _address.Row(start, _gradientStride));
        arguments.IsClassMajor = _address.IsClassMajor;
        arguments.Stride = (nuint)(_address.IsClassMajor ? _address.ClassStride : _logitsStride);
        arguments.GradientStride = (nuint)(_address.IsClassMajor ? _address.ClassStride : _gradientStride);
        arguments.Fetches = Fetches;
        if (_form == TargetForm.Soft)
        {
            arguments.Targets = ref *((T*)Labels + _address.Row(start));
            arguments.TargetStride = (nuint)(_address.IsClassMajor ? _address.ClassStride : Classes);
        }

        if (tile.Columns == null)
        {
            return TKernel.Run<TRows>(_form, in arguments);
        }

        arguments.Gradient = ref *tile.Columns;
        arguments.GradientStride = (nuint)tile.ColumnStride;
        var correct = TKernel.Run<TRows>(_form, in arguments);
        CopyColumns(tile.Columns, tile.ColumnStride, Gradient + _address.Row(start, _gradientStride), _address.ClassStride, Classes, count);
        return correct;
    }

    /// <summary>Rows from wherever they lie; they may be fewer than a block has, and very few are not packed at all.</summary>
    [SkipLocalsInit]
    private readonly long RunPacked(int start, int count, in Tile tile)
    {
        if (count <= FewRows)
        {
            return RunFew(start, count, tile);
        }

        var length = Classes * Padded(count);
        if (Classes <= KernelFacts.MostClassesInLanes)
        {
            var packed = stackalloc T[(_form == TargetForm.Soft ? 2 : 1) * length];
            return RunPacked(start, count, tile, packed);
        }

        var rented = ArrayPool<T>.Shared.Rent(2 * length);
        try
        {
            fixed (T* packed = rented)
            {
                return RunPacked(start, count, tile, packed);
            }
        }
        finally
        {
            ArrayPool<T>.Shared.Return(rented);
        }
    }

    /// <summary>Rows that are taken one at a time, where they lie.</summary>
    private readonly long RunFew(int start, int count, in Tile tile)
    {
        ClearLastBlock(count, tile);
        var arguments = Arguments(count, tile);
        arguments.Logits = ref *(Logits + _address.Row(start, _logitsStride));
        arguments.Stride = (nuint)_logitsStride;
        arguments.IsFew = true;

        // Their e lie in the gradient's memory; if none is wanted, behind the two blocks that the kernel works in.
        arguments.WantsGradient = true;
        arguments.Gradient = ref *(WantsGradient
            ? Gradient + _address.Row(start, _gradientStride)
            : tile.Scratch + (2 * BinaryLoss.BlockLanes<T>()));
        arguments.GradientStride = (nuint)(WantsGradient ? _gradientStride : Classes);
        return TKernel.Run<TRows>(_form, in arguments);
    }

    /// <summary>
    /// What is computed once per row has whole blocks: what a longer tile left behind the last row, or nothing wrote, must not look like a
    /// correct prediction. The kernel writes the values of the last block's rows afterwards. A block has 64 bytes.
    /// </summary>
    private readonly void ClearLastBlock(int count, in Tile tile)
    {
        var values = tile.RowValues + Padded(count) - BinaryLoss.BlockLanes<T>();
        for (var value = 0; value < RowValues; value++, values += RowCapacity)
        {
            Vector256<T>.Zero.Store(values);
            Vector256<T>.Zero.Store(values + Vector256<T>.Count);
        }
    }

    /// <remarks>Rows stay rows, which can be copied whole; of others, neighbours are put side by side.</remarks>
    private readonly long RunPacked(int start, int count, in Tile tile, T* packed)
    {
        var lanes = BinaryLoss.BlockLanes<T>();
        var padded = Padded(count);
        var isClassMajor = _address.IsClassMajor;
        var packedTargets = packed + (Classes * padded);
        Pack(Logits, _logitsStride, start, count, packed);
        if (_form == TargetForm.Soft)
        {
            Pack((T*)Labels, Classes, start, count, packedTargets);
        }

        var arguments = Arguments(padded, tile);
        if (2 * count <= lanes && Classes > 2 && _form < TargetForm.Smooth)
        {
            // Kernels whose registers have fewer lanes than a block pass over groups without a row.
            arguments.Count = (nuint)count;
            ClearLastBlock(count, tile);
        }

        arguments.Logits = ref *packed;
        arguments.Gradient = ref *packed;
        arguments.Targets = ref *(_form == TargetForm.Soft ? packedTargets : null);
        arguments.IsClassMajor = isClassMajor;
        arguments.Stride = arguments.GradientStride = arguments.TargetStride = (nuint)(isClassMajor ? padded : Classes);
        var correct = TKernel.Run<TRows>(_form, in arguments);
        if (!WantsGradient)
        {
            return correct;
        }

        if (!isClassMajor)
        {
            CopyRows(packed, Classes, Gradient + _address.Row(start, _gradientStride), _gradientStride, count);
            return correct;
        }

        for (var row = 0; row < count;)
        {
            var run = _address.Run(start + row, count - row);
            CopyColumns(packed + row, padded, Gradient + _address.Row(start + row, _gradientStride), _address.ClassStride, Classes, run);
            row += run;
        }

        return correct;
    }

    private readonly void Pack(T* source, nint rowStride, int start, int count, T* packed)
    {
        var padded = Padded(count);
        if (count < padded)
        {
            Elements.Fill(new Span<T>(packed, padded * Classes), T.Zero);
        }

        if (!_address.IsClassMajor)
        {
            CopyRows(source + _address.Row(start, rowStride), rowStride, packed, Classes, count);
            return;
        }

        for (var row = 0; row < count;)
        {
            var run = _address.Run(start + row, count - row);
            CopyColumns(source + _address.Row(start + row, rowStride), _address.ClassStride, packed + row, padded, Classes, run);
            row += run;
        }
    }

    /// <summary>
    /// Columns, the last elements of each by a vector that overlaps the one before. All columns have the same length, so that it is looked
    /// at once, and not in a call of <see cref="Elements.Copy"/> for each.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void CopyColumns(T* source, nint sourceStride, T* target, nint targetStride, int classes, int count)
    {
        if (count > 2 * Vector256<T>.Count)
        {
            var last = count - Vector256<T>.Count;
            for (; classes > 0; classes--, source += sourceStride, target += targetStride)
            {
                for (var i = 0; i < last; i += Vector256<T>.Count)
                {
                    Vector256.Load(source + i).Store(target + i);
                }

                Vector256.Load(source + last).Store(target + last);
            }
        }
        else if (count >= Vector256<T>.Count)
        {
            var last = count - Vector256<T>.Count;
            for (; classes > 0; classes--, source += sourceStride, target += targetStride)
            {
                var (front, back) = (Vector256.Load(source), Vector256.Load(source + last));
                front.Store(target);
                back.Store(target + last);
            }
        }
        else if (count >= Vector128<T>.Count)
        {
            var last = count - Vector128<T>.Count;
            for (; classes > 0; classes--, source += sourceStride, target += targetStride)
            {
                var (front, back) = (Vector128.Load(source), Vector128.Load(source + last));
                front.Store(target);
                back.Store(target + last);
            }
        }
        else
        {
            for (; classes > 0; classes--, source += sourceStride, target += targetStride)
            {
                for (var i = 0; i < count; i++)
                {
                    target[i] = source[i];
                }
            }
        }
    }

    /// <summary>So many rows, and others that fill their last block.</summary>
    private static int Padded(int count)
    {
        var lanes = BinaryLoss.BlockLanes<T>();
        return (count + lanes - 1) / lanes * lanes;
    }

    private readonly void CopyRows(T* source, nint sourceStride, T* target, nint targetStride, int rows)
    {
        var length = Classes;
        if (sourceStride == length && targetStride == length)
        {
            // With nothing between them they are one.
            (length, rows) = (rows * length, 1);
        }

        for (var row = 0; row < rows; row++)
        {
            Elements.Copy(new ReadOnlySpan<T>(source + (row * sourceStride), length), new Span<T>(target + (row * targetStride), length));
        }
    }

    private readonly CrossEntropyArguments<T> Arguments(int count, in Tile tile) => new()
    {
        Labels = ref *tile.Labels,
        GatheredLabels = ref *tile.GatheredLabels,
        Weights = ref *tile.Weights,
        SampleWeights = ref *tile.SampleWeights,
        Losses = ref *tile.Losses,
        Scratch = ref *tile.Scratch,
        RowValues = ref *tile.RowValues,
        UniformWeights = ref MemoryMarshal.GetReference(_form >= TargetForm.Smooth ? _options.UniformWeights : default),
        UniformOthers = ref MemoryMarshal.GetReference(_form == TargetForm.Smooth ? _options.UniformOthers : default),
        ClassWeights = ref MemoryMarshal.GetReference(_form == TargetForm.Soft ? _options.LabelWeights : default),
        Count = (nuint)count,
        Classes = Classes,
        HasLabels = Labels != null && _form == TargetForm.Hard,
        WantsGradient = WantsGradient,
        Scale = Scale,
        Parameters = ref *Parameters,
    };

    /// <summary>
    /// Labels as int, −1 for none, and the weights of some rows; rows beyond them are inert. What lies in memory in this form already is
    /// not copied.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void PrepareRows(int start, int count, int padded, ref Tile tile)
    {
        tile.Labels = tile.OwnLabels;
        if (Labels == null || _form == TargetForm.Soft)
        {
            Elements.Fill(new Span<int>(tile.Labels, count), -1);
        }
        else if (typeof(TLabel) == typeof(int) && !HasIgnored && padded == count)
        {
            tile.Labels = (int*)Labels + start;
        }
        else
        {
            LabelPass.ToInt(new ReadOnlySpan<TLabel>(Labels + start, count), new Span<int>(tile.Labels, count));
        }

        if (SampleWeights != null)
        {
            Elements.Copy(new ReadOnlySpan<T>(SampleWeights + start, count), new Span<T>(tile.SampleWeights, count));
        }
        else if (!tile.HasOnes)
        {
            Elements.Fill(new Span<T>(tile.SampleWeights, tile.Rows), T.One);
            tile.HasOnes = true;
        }

        if (HasIgnored)
        {
            tile.HasOnes = false;
            Ignore(new Span<int>(tile.Labels, count), new Span<T>(tile.SampleWeights, count), Classes);
        }

        if (padded != count)
        {
            tile.HasOnes = false;
            Elements.Fill(new Span<int>(tile.Labels + count, padded - count), -1);
            Elements.Fill(new Span<T>(tile.SampleWeights + count, padded - count), T.Zero);
        }

        if (LeavesOut)
        {
            tile.HasOnes = false;
            LeaveOut(start, count, tile.SampleWeights);
        }

        tile.Weights = tile.SampleWeights;
        if (Exponents.IsScaled)
        {
            TakeExponents(count, padded, ref tile);
        }

        if (LabelWeights == null || (Exponents.IsScaled && _form == TargetForm.Hard))
        {
            return;
        }

        tile.Weights = tile.OwnWeights;
        LookUp(LabelWeights, Classes, tile.Labels, padded, tile.Weights);
        if (HasIgnored || SampleWeights != null || padded != count)
        {
            Multiply(tile.Weights, tile.SampleWeights, padded);
        }
    }

    /// <summary>
    /// The weights of labels by class. A label of −1 takes the weight of some class or 0, which is finite, and becomes 0 with its sample's.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void LookUp(T* table, int classes, int* labels, int count, T* weights)
    {
        var i = 0;
        if (typeof(T) == typeof(float) && Avx2.IsSupported && classes <= 2 * Vector256<float>.Count)
        {
            // The whole table in registers. No portable load leaves out what lies behind it.
            var lanes = Vector256<int>.Indices;
            var last = Vector256.Create(classes - 1);
            var low = Avx.MaskLoad((float*)table, ~Vector256.GreaterThan(lanes, last).AsSingle());
            lanes += Vector256.Create(Vector256<float>.Count);
            var high = Avx.MaskLoad((float*)table + Vector256<float>.Count, ~Vector256.GreaterThan(lanes, last).AsSingle());
            var isOne = classes <= Vector256<float>.Count;
            for (; i <= count - Vector256<float>.Count; i += Vector256<float>.Count)
            {
                var label = Vector256.Load(labels + i);
                var lane = label & Vector256.Create(Vector256<float>.Count - 1);
                var weight = Vector256.ShuffleNative(low, lane);
                if (!isOne)
                {
                    var isHigh = Vector256.GreaterThan(label, Vector256.Create(Vector256<float>.Count - 1)).AsSingle();
                    weight = Vector256.ConditionalSelect(isHigh, Vector256.ShuffleNative(high, lane), weight);
                }

                weight.Store((float*)weights + i);
            }
        }

        var lastClass = (uint)classes - 1;
        for (; i < count; i++)
        {
            weights[i] = table[Math.Min((uint)labels[i], lastClass)];
        }
    }

    /// <summary>
    /// Weights of labels times those of their samples. In place of a product beyond it comes the largest number, because an infinite weight
    /// would make a loss of 0 NaN. None is NaN.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Multiply(T* weights, T* sampleWeights, int count)
    {
        var largest = Vector256.Create(Narrowing.Largest<T>());
        for (var i = 0; i < count; i += Vector256<T>.Count)
        {
            Vector256.MinNative(Vector256.Load(weights + i) * Vector256.Load(sampleWeights + i), largest).Store(weights + i);
        }
    }

    /// <summary>
    /// Makes the weight of a row 0 whose targets, where their class has a weight, are 0; of smoothed labels, every one is.
    /// </summary>
    private readonly void LeaveOut(int start, int count, T* sampleWeights)
    {
        if (_options.Smoothing != T.Zero)
        {
            Elements.Fill(new Span<T>(sampleWeights, count), T.Zero);
            return;
        }

        var classWeights = _options.ClassWeights;
        for (var i = 0; i < count; i++)
        {
            var target = (T*)Labels + _address.Row(start + i);
            var counts = false;
            for (var k = 0; k < Classes && !counts; k++, target += _address.IsClassMajor ? _address.ClassStride : 1)
            {
                counts = *target != T.Zero && (classWeights.IsEmpty || classWeights[k] != T.Zero);
            }

            sampleWeights[i] = counts ? sampleWeights[i] : T.Zero;
        }
    }

    /// <summary>
    /// Takes the powers of two out of the weights of some rows, which hard labels multiply with the weight of their class at once.
    /// </summary>
    private readonly void TakeExponents(int count, int padded, ref Tile tile)
    {
        tile.HasOnes = false;
        var table = _form == TargetForm.Hard ? LabelWeights : null;
        tile.Weights = table == null ? tile.SampleWeights : tile.OwnWeights;
        for (var i = 0; i < padded; i++)
        {
            var classWeight = table == null ? T.One : table[Math.Min((uint)tile.Labels[i], (uint)Classes - 1)];
            (tile.SampleWeights[i], var exponent) = Exponents.Take(tile.SampleWeights[i], classWeight);
            if (table != null)
            {
                tile.Weights[i] = Exponents.TakesClassWeights ? tile.SampleWeights[i] : tile.SampleWeights[i] * classWeight;
            }

            if (i < count)
            {
                tile.Exponents[i] = exponent;
            }
        }
    }

    /// <summary>Puts the powers of two back into the losses and the gradient of some rows.</summary>
    /// <returns>The sum of the losses.</returns>
    private readonly double PutExponentsBack(int start, int count, in Tile tile)
    {
        double sum = 0;
        for (var i = 0; i < count; i++)
        {
            var exponent = tile.Exponents[i] + Exponents.OfClasses;
            sum += Math.ScaleB(double.CreateTruncating(tile.Losses[i]), exponent);
            tile.Losses[i] = T.ScaleB(tile.Losses[i], exponent);
            if (WantsGradient)
            {
                var gradient = Gradient + _address.Row(start + i, _gradientStride);
                for (var k = 0; k < Classes; k++, gradient += _address.IsClassMajor ? _address.ClassStride : 1)
                {
                    *gradient = Exponents.PutBackGradient(*gradient, tile.Exponents[i]);
                }
            }
        }

        return sum;
    }

    /// <summary>
    /// No class is negative or as large as the class count: what is, is to be ignored. It gets the label −1 and the weight 0.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Ignore(Span<int> labels, Span<T> sampleWeights, int classes)
    {
        var i = 0;
        for (; i <= labels.Length - Vector128<int>.Count; i += Vector128<int>.Count)
        {
            var four = Vector128.LoadUnsafe(ref labels[i]);
            var isIgnored = Vector128.GreaterThanOrEqual(four.AsUInt32(), Vector128.Create((uint)classes)).AsInt32();
            (four | isIgnored).StoreUnsafe(ref labels[i]);
            ref var weights = ref sampleWeights[i];
            if (typeof(T) == typeof(float))
            {
                Vector128.AndNot(Vector128.LoadUnsafe(ref weights).AsInt32(), isIgnored).As<int, T>().StoreUnsafe(ref weights);
            }
            else
            {
                var wide = Vector256.WidenLower(isIgnored.ToVector256Unsafe());
                Vector256.AndNot(Vector256.LoadUnsafe(ref weights).AsInt64(), wide).As<long, T>().StoreUnsafe(ref weights);
            }
        }

        for (; i < labels.Length; i++)
        {
            if ((uint)labels[i] >= (uint)classes)
            {
                labels[i] = -1;
                sampleWeights[i] = T.Zero;
            }
        }
    }

    /// <summary>What a kernel is told of some rows, and the memory for it.</summary>
    private struct Tile
    {
        internal int* Labels;
        internal int* OwnLabels;
        internal int* GatheredLabels;

        /// <summary>What was taken out of the weights of the rows, if powers of two are.</summary>
        internal int* Exponents;

        internal T* Weights;
        internal T* OwnWeights;
        internal T* SampleWeights;
        internal T* Losses;
        internal T* RowValues;
        internal T* Scratch;
        internal T* Columns;
        internal int Rows;
        internal bool HasOnes;

        /// <summary>Columns that lie one line further than their length take turns in all places of the cache.</summary>
        internal readonly int ColumnStride => Rows + BinaryLoss.BlockLanes<T>();
    }

    /// <summary>
    /// The losses of a tile, in a sum per lane, so that the sums of many tiles stay short. Up to a multiple of <see cref="Lanes.Length"/>,
    /// memory is read, whatever it holds.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static double SumOf(T* losses, int count)
    {
        // In locals: in memory, each addition would wait for the store of the one before.
        Vector256<double> first = default, second = default, third = default, fourth = default;
        var i = 0;
        for (; i <= count - Lanes.Length; i += Lanes.Length)
        {
            first += Widening.LoadFour(in *losses, (nuint)i);
            second += Widening.LoadFour(in *losses, (nuint)i + 4);
            third += Widening.LoadFour(in *losses, (nuint)i + 8);
            fourth += Widening.LoadFour(in *losses, (nuint)i + 12);
        }

        if (i < count)
        {
            // Of what lies behind the last loss, NaN included, nothing is left.
            first += Widening.LoadFour(in *losses, (nuint)i) & IsBelow(count - i);
            second += Widening.LoadFour(in *losses, (nuint)i + 4) & IsBelow(count - i - 4);
            third += Widening.LoadFour(in *losses, (nuint)i + 8) & IsBelow(count - i - 8);
            fourth += Widening.LoadFour(in *losses, (nuint)i + 12) & IsBelow(count - i - 12);
        }

        return Lanes.Fold(first, second, third, fourth);

        static Vector256<double> IsBelow(int lanes) =>
            Vector256.LessThan(Vector256<long>.Indices, Vector256.Create((long)lanes)).AsDouble();
    }
}
