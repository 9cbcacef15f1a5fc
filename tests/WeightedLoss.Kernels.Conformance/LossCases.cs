using System.Numerics;
using System.Reflection;
using WeightedLoss.Runtime;

namespace WeightedLoss.Conformance;

/// <summary>Every loss of the registry, as tests run it.</summary>
internal static class LossCases
{
    public static BinaryLossCase BinaryCrossEntropy { get; } = new BinaryCrossEntropyCase();

    public static BinaryLossCase SigmoidFocal { get; } = new SigmoidFocalCase();

    public static BinaryLossCase AsymmetricLoss { get; } = new AsymmetricLossCase();

    public static SoftmaxLossCase CrossEntropy { get; } = new CrossEntropyCase();

    public static SoftmaxLossCase SoftmaxFocal { get; } = new SoftmaxFocalCase();

    public static IReadOnlyList<LossCase> All { get; } = [BinaryCrossEntropy, SigmoidFocal, AsymmetricLoss, CrossEntropy, SoftmaxFocal];

    public static TCase Of<TCase>(KernelEntry kernel)
        where TCase : LossCase =>
        All.OfType<TCase>().SingleOrDefault(loss => loss.Has(kernel))
        ?? throw new NotSupportedException($"No loss of {nameof(LossCases)} has the kernel {kernel.Id}.");

    private sealed class BinaryCrossEntropyCase() : BinaryLossCase("bce", typeof(BinaryCrossEntropy), parameters: [[]])
    {
        protected override BinaryOptions<T> Create<T>(Reduction reduction, T[] parameters) => new BinaryCrossEntropyOptions<T>(reduction);
    }

    // γ is a root, the exponent of an entry, and one that makes most powers 0.
    private sealed class SigmoidFocalCase()
        : BinaryLossCase("focal-sigmoid", typeof(SigmoidFocal), parameters: [[1.7], [0.25], [30]], mixed: [[2], [0.25], [0], [30]])
    {
        protected override BinaryOptions<T> Create<T>(Reduction reduction, T[] parameters) =>
            new SigmoidFocalOptions<T>(reduction) { Gamma = parameters[0] };
    }

    // Those of the paper's authors; without a margin; a root, and a margin that most logits are below.
    private sealed class AsymmetricLossCase()
        : BinaryLossCase("asymmetric", typeof(AsymmetricLoss), parameters: [[1, 4, 0.05], [0, 2, 0], [0.5, 1.7, 0.75]])
    {
        protected override BinaryOptions<T> Create<T>(Reduction reduction, T[] parameters) =>
            new AsymmetricLossOptions<T>(reduction) { GammaPositive = parameters[0], GammaNegative = parameters[1], Margin = parameters[2] };
    }

    private sealed class CrossEntropyCase() : SoftmaxLossCase("ce", typeof(CrossEntropy), parameters: [[]], hasSoftTargets: true)
    {
        protected override SoftmaxOptions<T> Create<T>(int classes, Reduction reduction, T[] parameters) =>
            new CrossEntropyOptions<T>(classes, reduction);
    }

    // Its power is made by a logarithm and an exponential; by products and a root; by the first, to nothing.
    private sealed class SoftmaxFocalCase()
        : SoftmaxLossCase("focal-softmax", typeof(SoftmaxFocal), parameters: [[1.7], [0.25], [3.5], [30]])
    {
        protected override SoftmaxOptions<T> Create<T>(int classes, Reduction reduction, T[] parameters) =>
            new SoftmaxFocalOptions<T>(classes, reduction) { Gamma = parameters[0] };
    }
}

/// <summary>A loss.</summary>
/// <param name="id">What the ids of its kernels begin with.</param>
/// <param name="methods">The class that has its public methods.</param>
/// <param name="parameters">
/// What kernels are run with that take their parameters from the options; the first ones if nothing else is said. For a loss without any,
/// one set of none.
/// </param>
internal abstract class LossCase(string id, Type methods, double[][] parameters)
{
    public string Id => id;

    public Type Methods => methods;

    public double[][] Parameters => parameters;

    /// <summary>Whether a kernel is one of this loss.</summary>
    public bool Has(KernelEntry kernel) => kernel.Id.StartsWith(Id + "-", StringComparison.Ordinal);

    /// <summary>Copies what all options of a family have, from options of one loss into those of another.</summary>
    private protected static void Copy<TShared>(TShared from, TShared to, FieldInfo[] fields)
        where TShared : class
    {
        foreach (var field in fields)
        {
            field.SetValue(to, field.GetValue(from));
        }
    }
}

/// <summary>A binary loss.</summary>
internal abstract class BinaryLossCase(string id, Type methods, double[][] parameters, double[][]? mixed = null)
    : LossCase(id, methods, parameters)
{
    /// <summary>The same with <see cref="FocalTargets.Mixed"/>; none if the loss has no such form.</summary>
    public double[][] MixedParameters => mixed ?? [];

    /// <summary>The options of this loss that are as these in everything that all binary losses have.</summary>
    public BinaryOptions<T> Options<T>(BinaryCrossEntropyOptions<T> shared, T[] parameters)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var own = Create(shared.Reduction, parameters);
        if (own is BinaryCrossEntropyOptions<T>)
        {
            return shared;
        }

        Copy(shared, own, typeof(BinaryOptions<T>).GetFields(BindingFlags.Instance | BindingFlags.NonPublic));
        return own;
    }

    protected abstract BinaryOptions<T> Create<T>(Reduction reduction, T[] parameters)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;
}

/// <summary>A loss of the softmax.</summary>
internal abstract class SoftmaxLossCase(string id, Type methods, double[][] parameters, bool hasSoftTargets = false)
    : LossCase(id, methods, parameters)
{
    /// <summary>Whether it has soft targets, label smoothing and probabilities.</summary>
    public bool HasSoftTargets => hasSoftTargets;

    /// <summary>The options of this loss that are as these in everything that all losses of the softmax have.</summary>
    public SoftmaxOptions<T> Options<T>(CrossEntropyOptions<T> shared, T[] parameters)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var own = Create(shared.Classes, shared.Reduction, parameters);
        if (own is CrossEntropyOptions<T>)
        {
            return shared;
        }

        if (shared.LabelSmoothing != T.Zero)
        {
            throw new NotSupportedException($"The loss {Id} has no label smoothing.");
        }

        Copy(shared, own, typeof(SoftmaxOptions<T>).GetFields(BindingFlags.Instance | BindingFlags.NonPublic));
        return own;
    }

    protected abstract SoftmaxOptions<T> Create<T>(int classes, Reduction reduction, T[] parameters)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;
}
