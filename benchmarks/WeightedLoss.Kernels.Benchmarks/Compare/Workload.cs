using System.Numerics;
using System.Runtime.InteropServices;

namespace WeightedLoss.Benchmarks.Compare;

/// <summary>The arrays and options of a case, which all contenders share, and what ours computes from them.</summary>
/// <typeparam name="T">The element type.</typeparam>
/// <remarks>
/// Every array begins at a multiple of 64 bytes, and each at another place in its page, the same ones in every run: no contender gains
/// or loses by where a heap happens to put its arrays.
/// </remarks>
internal sealed unsafe class Workload<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // Long enough that no branch predictor learns the labels by heart; longer arrays repeat it.
    private const int Period = 64 << 10;

    private const int PageSize = 4096;

    // Cache lines between the beginnings of two arrays, in bytes: an odd number, so that no two fall on the same place soon.
    private const int ArrayStagger = 9 * 64;

    private readonly List<nint> _allocations = [];

    public Workload(BenchmarkCase @case)
    {
        Case = @case;
        Logits = Allocate<T>(@case.Logits);
        Gradient = Allocate<T>(@case.Logits);
        ReferenceGradient = Allocate<T>(@case.Logits);
        NegatedMagnitudes = Allocate<T>(@case.Logits);
        Labels = Allocate<byte>(@case.Logits);
        Targets = Allocate<T>(@case.Logits);
        Options = new BinaryLossOptions<T>(Reduction.MeanByCount)
        {
            PositiveWeight = T.CreateChecked(3),
            MaxDegreeOfParallelism = @case.Threads,
        };
        Fill();
        FindReference();
    }

    public BenchmarkCase Case { get; }

    public BinaryLossOptions<T> Options { get; }

    /// <summary>Normally distributed logits, with standard deviation 3.</summary>
    public T* Logits { get; }

    /// <summary>Labels that follow the logits, as many positive as the case says.</summary>
    public byte* Labels { get; }

    /// <summary>Targets in [0, 1).</summary>
    public T* Targets { get; }

    /// <summary>−|logit|: the arguments of exp.</summary>
    public T* NegatedMagnitudes { get; }

    /// <summary>What contenders write.</summary>
    public T* Gradient { get; }

    /// <summary>The gradient by ours, on its best instruction set.</summary>
    public T* ReferenceGradient { get; }

    /// <summary>Σ w·loss by ours.</summary>
    public double ReferenceLoss { get; private set; }

    public ReadOnlySpan<T> LogitSpan => new(Logits, Case.Logits);

    public ReadOnlySpan<byte> LabelSpan => new(Labels, Case.Logits);

    public ReadOnlySpan<T> TargetSpan => new(Targets, Case.Logits);

    public ReadOnlySpan<T> NegatedMagnitudeSpan => new(NegatedMagnitudes, Case.Logits);

    public Span<T> GradientSpan => new(Gradient, Case.Logits);

    public Span<T> ReferenceGradientSpan => new(ReferenceGradient, Case.Logits);

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

    private void Fill()
    {
        var random = new Random(20240229);
        for (var i = 0; i < Math.Min(Case.Logits, Period); i++)
        {
            var normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            var logit = 3 * normal;
            Logits[i] = T.CreateChecked(logit);
            NegatedMagnitudes[i] = -T.Abs(Logits[i]);
            Targets[i] = T.CreateChecked(random.NextSingle());
        }

        var shift = FindShift();
        for (var i = 0; i < Math.Min(Case.Logits, Period); i++)
        {
            Labels[i] = (byte)(random.NextDouble() < Sigmoid(double.CreateChecked(Logits[i]) - shift) ? 1 : 0);
        }

        for (var i = Period; i < Case.Logits; i++)
        {
            Logits[i] = Logits[i - Period];
            NegatedMagnitudes[i] = NegatedMagnitudes[i - Period];
            Labels[i] = Labels[i - Period];
            Targets[i] = Targets[i - Period];
        }
    }

    /// <summary>What to take from the logits so that their mean probability is the share of positives: by bisection.</summary>
    private double FindShift()
    {
        var (low, high) = (-30.0, 30.0);
        for (var step = 0; step < 40; step++)
        {
            var middle = (low + high) / 2;
            var mean = 0.0;
            for (var i = 0; i < Math.Min(Case.Logits, Period); i++)
            {
                mean += Sigmoid(double.CreateChecked(Logits[i]) - middle) / Math.Min(Case.Logits, Period);
            }

            (low, high) = mean > Case.PositiveShare ? (middle, high) : (low, middle);
        }

        return low;
    }

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    private void FindReference()
    {
        ReferenceLoss = Contenders.Ours.PublicCall(this)(this).Loss;
        GradientSpan.CopyTo(ReferenceGradientSpan);
    }
}
