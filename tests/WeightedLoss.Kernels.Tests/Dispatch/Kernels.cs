using System.Numerics;
using WeightedLoss.Runtime;

namespace WeightedLoss.Tests.Dispatch;

/// <summary>Everything that tests run: each kernel of the library, the portable twins, and the public methods of every loss.</summary>
internal static class Kernels
{
    public static IReadOnlyList<KernelEntry> All { get; } = [.. KernelRegistry.All, .. Twins.Kernels, .. PublicMethods.All];

    /// <summary>Those of one kind that run here.</summary>
    public static IEnumerable<TKernel> Supported<TKernel>()
        where TKernel : KernelEntry => All.OfType<TKernel>().Where(kernel => kernel.IsSupported);
}

/// <summary>The kernels of binary losses that run here.</summary>
internal static class BinaryKernels
{
    /// <summary>Those of every loss, or of one.</summary>
    public static IEnumerable<BinarySubject<T>> Of<T>(BinaryLossCase? loss = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Kernels.Supported<BinaryKernelEntry<T>>()
            .Select(kernel => new BinarySubject<T>(kernel))
            .Where(kernel => loss is null || kernel.Case == loss);

    /// <summary>The public methods of every loss, which choose a kernel themselves.</summary>
    public static IEnumerable<BinarySubject<T>> Public<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Of<T>().Where(kernel => kernel.InstructionSet == PublicMethods.Dispatched);

    /// <summary>Those of binary cross-entropy.</summary>
    public static BinarySubject<T> PublicCrossEntropy<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Public<T>().Single(kernel => kernel.Case == LossCases.BinaryCrossEntropy);

    public static BinarySubject<T> Get<T>(string id)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Of<T>().Single(kernel => kernel.Id == id);

    /// <summary>The scalar kernel that another one must agree with.</summary>
    public static BinarySubject<T> Scalar<T>(BinarySubject<T> other)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Of<T>(other.Case).Single(kernel => kernel.InstructionSet == "scalar" && kernel.Family == other.Family).With(other.Parameters)!;

    /// <summary>Every kernel of a loss that has these parameters or takes them.</summary>
    public static BinarySubject<T>[] With<T>(BinaryLossCase loss, params T[] parameters)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        [.. Of<T>(loss).Select(kernel => kernel.With(parameters)).OfType<BinarySubject<T>>()];

    public static TheoryData<string> Ids<T>(Func<BinarySubject<T>, bool>? which = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => [.. Of<T>().Where(which ?? (_ => true)).Select(kernel => kernel.Id)];

    /// <summary>The kernels of the sigmoid's focal loss that take any γ.</summary>
    public static TheoryData<string> AnyGammaIds<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Ids<T>(kernel => kernel.Case == LossCases.SigmoidFocal && kernel.TakesParameters);
}

/// <summary>The kernels of losses of the softmax that run here.</summary>
internal static class SoftmaxKernels
{
    /// <summary>Those of every loss, or of one.</summary>
    public static IEnumerable<SoftmaxSubject<T>> Of<T>(SoftmaxLossCase? loss = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Kernels.Supported<CrossEntropyKernelEntry<T>>()
            .Select(kernel => new SoftmaxSubject<T>(kernel))
            .Where(kernel => loss is null || kernel.Case == loss);

    /// <summary>The public methods of every loss, which choose a kernel themselves.</summary>
    public static IEnumerable<SoftmaxSubject<T>> Public<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Of<T>().Where(kernel => kernel.InstructionSet == PublicMethods.Dispatched);

    /// <summary>Those of cross-entropy.</summary>
    public static SoftmaxSubject<T> PublicCrossEntropy<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Public<T>().Single(kernel => kernel.Case == LossCases.CrossEntropy);

    public static SoftmaxSubject<T> Get<T>(string id)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Of<T>().Single(kernel => kernel.Id == id);

    /// <summary>
    /// The scalar kernel that another one must agree with: the one for any class count, but where cross-entropy takes the difference of two
    /// logits, which rounds otherwise, the one that does, too.
    /// </summary>
    public static SoftmaxSubject<T> Scalar<T>(SoftmaxSubject<T> other, int classes)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var isOwn = other.Classes == 2 || other.InstructionSet == PublicMethods.Dispatched;
        var ofScalar = classes == 2 && isOwn && other.Case == LossCases.CrossEntropy ? 2 : 0;
        var scalar = Of<T>(other.Case).Single(kernel =>
            kernel.InstructionSet == "scalar" && kernel.Classes == ofScalar && (kernel.TakesParameters || kernel.Parameters.Length == 0));
        return scalar.With(other.Parameters)!;
    }

    public static TheoryData<string> Ids<T>(SoftmaxLossCase loss)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => [.. Of<T>(loss).Select(kernel => kernel.Id)];
}
