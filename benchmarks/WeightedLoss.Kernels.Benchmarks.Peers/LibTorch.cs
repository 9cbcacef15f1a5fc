using System.Numerics;
using System.Runtime.InteropServices;
using TorchSharp;
using WeightedLoss.Benchmarks.Compare;
using WeightedLoss.Benchmarks.Contenders;
using static TorchSharp.torch;

namespace WeightedLoss.Benchmarks.Peers;

/// <summary>
/// A loss by LibTorch: forward and backward, or forward without a graph where no gradient is wanted. Logits, targets and weights are
/// tensors made beforehand, in the types that LibTorch wants; the gradient is asked for instead of being added to one that must be zeroed;
/// and every tensor is released once the next call doesn't need it.
/// </summary>
internal abstract class LibTorch<T, TWorkload> : LossContender<T, TWorkload>, IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TWorkload : Workload<T>
{
    private readonly List<Tensor> _owned = [];
    private readonly Tensor[] _logits;
    private readonly Tensor[] _scale;
    private Tensor? _gradient;

    protected LibTorch(TWorkload workload, params long[] shape)
        : base(
            Lineup.RetainsMemory ? LibTorch.Name + InstructionSetProcess.RetainedSuffix : LibTorch.Name,
            InstructionSetName.OfOurs,
            workload)
    {
        _logits = [Input(workload.LogitSpan, shape).requires_grad_(workload.Case.Gradient)];

        // The gradient is that of the mean by count; the sum's is multiplied by it on the way.
        _scale = [Own(tensor(1.0 / workload.Case.N, Type))];
    }

    public sealed override double Run()
    {
        LibTorch.UseThreads(Workload.Case.Threads);
        if (!Workload.Case.Gradient)
        {
            using var forwardOnly = no_grad();
            using var forward = Loss(_logits[0]);
            return forward.ToDouble();
        }

        _gradient?.Dispose();
        using var loss = Loss(_logits[0]);
        _gradient = autograd.grad([loss], _logits, _scale)[0];
        return loss.ToDouble();
    }

    public sealed override string? FindError(double result)
    {
        if (_gradient is not null)
        {
            MemoryMarshal.Cast<byte, T>(_gradient.bytes).CopyTo(Workload.GradientSpan);
        }

        return base.FindError(result);
    }

    public void Dispose()
    {
        _gradient?.Dispose();
        _owned.ForEach(static owned => owned.Dispose());
    }

    /// <summary>LibTorch's name of the element type.</summary>
    protected static ScalarType Type => typeof(T) == typeof(float) ? ScalarType.Float32 : ScalarType.Float64;

    /// <summary>Σ w·loss.</summary>
    protected abstract Tensor Loss(Tensor logits);

    /// <summary>A copy as a tensor that lives as long as the contender.</summary>
    protected Tensor Input(ReadOnlySpan<T> values, params long[] shape)
    {
        var input = Own(zeros(shape, Type));
        MemoryMarshal.AsBytes(values).CopyTo(input.bytes);
        return input;
    }

    /// <summary>A tensor that lives as long as the contender.</summary>
    protected Tensor Own(Tensor owned)
    {
        _owned.Add(owned);
        return owned;
    }
}

/// <inheritdoc cref="LibTorch{T, TWorkload}"/>
internal static class LibTorch
{
    public const string Name = "libtorch";

    private static int _threads;

    /// <summary>Sets the number of threads of an operation, if it isn't that already.</summary>
    public static void UseThreads(int threads)
    {
        if (_threads != threads)
        {
            set_num_threads(threads);
            _threads = threads;
        }
    }
}
