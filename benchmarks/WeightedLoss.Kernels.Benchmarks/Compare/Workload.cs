using System.Numerics;
using System.Runtime.InteropServices;

namespace WeightedLoss.Benchmarks.Compare;

/// <summary>The arrays of a case, which all contenders share, and what ours computes from them.</summary>
/// <typeparam name="T">The element type.</typeparam>
/// <remarks>
/// Every array begins at a multiple of 64 bytes, and each at another place in its page, the same ones in every run: no contender gains
/// or loses by where a heap happens to put its arrays.
/// </remarks>
internal abstract unsafe class Workload<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Long enough that no branch predictor learns the data by heart; longer arrays repeat it.</summary>
    public const int Period = 64 << 10;

    private const int PageSize = 4096;

    // Cache lines between the beginnings of two arrays, in bytes: an odd number, so that no two fall on the same place soon.
    private const int ArrayStagger = 9 * 64;

    private readonly List<nint> _allocations = [];

    protected Workload(BenchmarkCase @case)
    {
        Case = @case;
        Logits = Allocate<T>(@case.Logits);
        Gradient = Allocate<T>(@case.Logits);
        ReferenceGradient = Allocate<T>(@case.Logits);
        ExpArguments = Allocate<T>(@case.Logits);
    }

    public BenchmarkCase Case { get; }

    /// <summary>The logits.</summary>
    public T* Logits { get; }

    /// <summary>The arguments of exp, one for each logit and none above 0.</summary>
    public T* ExpArguments { get; }

    /// <summary>What contenders write.</summary>
    public T* Gradient { get; }

    /// <summary>The gradient by ours, on its best instruction set.</summary>
    public T* ReferenceGradient { get; }

    /// <summary>Σ w·loss by ours.</summary>
    public double ReferenceLoss { get; protected set; }

    /// <summary>The largest weight, scaled as the gradient is: no part of a gradient is larger.</summary>
    public abstract double LargestGradient { get; }

    public ReadOnlySpan<T> LogitSpan => new(Logits, Case.Logits);

    public ReadOnlySpan<T> ExpArgumentSpan => new(ExpArguments, Case.Logits);

    public Span<T> GradientSpan => new(Gradient, Case.Logits);

    public Span<T> ReferenceGradientSpan => new(ReferenceGradient, Case.Logits);

    /// <summary>What is wrong with the results of ours, in words, where they are checked here; null when nothing is.</summary>
    public virtual string? FindReferenceError() => null;

    /// <summary>Memory that lives as long as the workload.</summary>
    public TElement* Allocate<TElement>(int length)
        where TElement : unmanaged
    {
        var offset = (nuint)(_allocations.Count * ArrayStagger % PageSize);
        var bytes = offset + ((nuint)length * (nuint)sizeof(TElement));
        var memory = (byte*)NativeMemory.AlignedAlloc(bytes, PageSize);
        NativeMemory.Clear(memory, bytes);
        _allocations.Add((nint)memory);
        return (TElement*)(memory + offset);
    }

    public void Dispose()
    {
        _allocations.ForEach(static allocation => NativeMemory.AlignedFree((void*)allocation));
        _allocations.Clear();
    }

    /// <summary>Repeats the beginning of an array over the rest of it.</summary>
    protected static void Repeat<TElement>(TElement* array, int period, int length)
        where TElement : unmanaged
    {
        for (var start = period; start < length; start += period)
        {
            new Span<TElement>(array, Math.Min(period, length - start)).CopyTo(new Span<TElement>(array + start, length - start));
        }
    }

    /// <summary>
    /// A number with standard deviation 1, normally distributed as nearly as the sum of twelve uniform ones is. Without log and cos, whose
    /// last bits differ between systems: the same logits everywhere, so that the times of processors can be compared.
    /// </summary>
    protected static double NextNormal(Random random)
    {
        var sum = -6d;
        for (var i = 0; i < 12; i++)
        {
            sum += random.NextDouble();
        }

        return sum;
    }
}
