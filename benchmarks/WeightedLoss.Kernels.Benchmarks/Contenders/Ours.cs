using System.Numerics;
using WeightedLoss.Benchmarks.Compare;
using WeightedLoss.Runtime;

namespace WeightedLoss.Benchmarks.Contenders;

/// <summary>This library: the public methods, and every kernel of the registry that they didn't choose but this machine can run.</summary>
/// <typeparam name="T">The element type.</typeparam>
/// <typeparam name="TWorkload">The loss's workload.</typeparam>
internal sealed class Ours<T, TWorkload>(string isa, TWorkload workload, Func<TWorkload, LossSum> call)
    : LossContender<T, TWorkload>(Ours.Name, isa, workload)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TWorkload : Workload<T>
{
    public override bool KeepsVectorsOnStack => true;

    public override double Run() => call(Workload).Loss;

    /// <summary>All instruction sets return the same bits.</summary>
    public override string? FindError(double result) =>
        Agreement.FindSumError(result, Workload.ReferenceLoss, 0)
        ?? (Workload.Case.Gradient ? Agreement.FindError<T>(Workload.GradientSpan, Workload.ReferenceGradientSpan, 0, 0) : null);
}

/// <inheritdoc cref="Ours{T, TWorkload}"/>
internal static class Ours
{
    public const string Name = "ours";

    public static IEnumerable<Contender> For<T>(BinaryWorkload<T> workload)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
    [
        new Ours<T, BinaryWorkload<T>>(InstructionSetName.OfOurs, workload, PublicCall(workload)),
        .. KernelRegistry.All.OfType<BinaryKernelEntry<T>>()
            .Where(entry => entry.IsSupported && entry.InstructionSet != InstructionSetName.OfOurs)
            .Where(entry => entry.Id.StartsWith($"{workload.Case.Loss}-", StringComparison.Ordinal))
            .Select(entry => new Ours<T, BinaryWorkload<T>>(entry.InstructionSet, workload, KernelCall(entry, workload))),
    ];

    /// <inheritdoc cref="For{T}(BinaryWorkload{T})"/>
    public static IEnumerable<Contender> For<T>(CrossEntropyWorkload<T> workload)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
    [
        new Ours<T, CrossEntropyWorkload<T>>(InstructionSetName.OfOurs, workload, PublicCall(workload)),
        .. KernelRegistry.All.OfType<CrossEntropyKernelEntry<T>>()
            .Where(entry => entry.IsSupported && entry.Id.StartsWith("ce-", StringComparison.Ordinal) && (
                entry.Classes == workload.Case.Classes || entry.Classes == 0))
            .Where(entry => entry.InstructionSet != InstructionSetName.OfOurs)
            .GroupBy(entry => entry.InstructionSet, (_, entries) => entries.MaxBy(entry => entry.Classes)!)
            .Select(entry => new Ours<T, CrossEntropyWorkload<T>>(entry.InstructionSet, workload, KernelCall(entry, workload))),
    ];

    /// <summary>The public method for a case, as a user calls it.</summary>
    public static Func<BinaryWorkload<T>, LossSum> PublicCall<T>(BinaryWorkload<T> workload)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (workload.Case.Loss == "focal")
        {
            Delegate focal = typeof(T) == typeof(float)
                ? (BinaryWorkload<float> w) => SigmoidFocal.LossAndGradient(w.LogitSpan, w.LabelSpan, w.GradientSpan, w.FocalOptions)
                : (BinaryWorkload<double> w) => SigmoidFocal.LossAndGradient(w.LogitSpan, w.LabelSpan, w.GradientSpan, w.FocalOptions);
            return (Func<BinaryWorkload<T>, LossSum>)focal;
        }

        if (workload.Case.Loss == "asymmetric")
        {
            Delegate asymmetric = typeof(T) == typeof(float)
                ? (BinaryWorkload<float> w) => AsymmetricLoss.LossAndGradient(w.LogitSpan, w.LabelSpan, w.GradientSpan, w.AsymmetricOptions)
                : (BinaryWorkload<double> w) => AsymmetricLoss.LossAndGradient(
                    w.LogitSpan, w.LabelSpan, w.GradientSpan, w.AsymmetricOptions);
            return (Func<BinaryWorkload<T>, LossSum>)asymmetric;
        }

        Delegate call = (typeof(T) == typeof(float), workload.Case.IsSoft, workload.Case.Gradient) switch
        {
            (true, false, true) => (BinaryWorkload<float> w) =>
                BinaryCrossEntropy.LossAndGradient(w.LogitSpan, w.LabelSpan, w.GradientSpan, w.Options),
            (true, false, false) => (BinaryWorkload<float> w) => BinaryCrossEntropy.Loss(w.LogitSpan, w.LabelSpan, w.Options),
            (true, true, true) => (BinaryWorkload<float> w) =>
                BinaryCrossEntropy.LossAndGradient(w.LogitSpan, w.TargetSpan, w.GradientSpan, w.Options),
            (true, true, false) => (BinaryWorkload<float> w) => BinaryCrossEntropy.Loss(w.LogitSpan, w.TargetSpan, w.Options),
            (false, false, true) => (BinaryWorkload<double> w) =>
                BinaryCrossEntropy.LossAndGradient(w.LogitSpan, w.LabelSpan, w.GradientSpan, w.Options),
            (false, false, false) => (BinaryWorkload<double> w) => BinaryCrossEntropy.Loss(w.LogitSpan, w.LabelSpan, w.Options),
            (false, true, true) => (BinaryWorkload<double> w) =>
                BinaryCrossEntropy.LossAndGradient(w.LogitSpan, w.TargetSpan, w.GradientSpan, w.Options),
            (false, true, false) => (BinaryWorkload<double> w) => BinaryCrossEntropy.Loss(w.LogitSpan, w.TargetSpan, w.Options),
        };
        return (Func<BinaryWorkload<T>, LossSum>)call;
    }

    /// <inheritdoc cref="PublicCall{T}(BinaryWorkload{T})"/>
    public static Func<CrossEntropyWorkload<T>, LossSum> PublicCall<T>(CrossEntropyWorkload<T> workload, BenchmarkCase? @case = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if ((@case ?? workload.Case).Loss == "focal")
        {
            Delegate focal = typeof(T) == typeof(float)
                ? LossSum (CrossEntropyWorkload<float> w) => SoftmaxFocal.LossAndGradient(
                    w.LogitSpan, w.LabelSpan, w.GradientSpan, w.FocalOptions)
                : LossSum (CrossEntropyWorkload<double> w) => SoftmaxFocal.LossAndGradient(
                    w.LogitSpan, w.LabelSpan, w.GradientSpan, w.FocalOptions);
            return (Func<CrossEntropyWorkload<T>, LossSum>)focal;
        }

        Delegate call = typeof(T) == typeof(float)
            ? LossSum (CrossEntropyWorkload<float> w) => CrossEntropy.LossAndGradient(w.LogitSpan, w.LabelSpan, w.GradientSpan, w.Options)
            : LossSum (CrossEntropyWorkload<double> w) => CrossEntropy.LossAndGradient(w.LogitSpan, w.LabelSpan, w.GradientSpan, w.Options);
        return (Func<CrossEntropyWorkload<T>, LossSum>)call;
    }

    /// <summary>The same call of one kernel of the registry.</summary>
    public static Func<BinaryWorkload<T>, LossSum> KernelCall<T>(BinaryKernelEntry<T> kernel, BinaryWorkload<T> workload)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var options = workload.OptionsOf(kernel.Id);
        return (workload.Case.IsSoft, workload.Case.Gradient) switch
        {
            (false, true) => w => kernel.LossAndGradient(w.LogitSpan, w.LabelSpan, w.GradientSpan, options),
            (false, false) => w => kernel.Loss(w.LogitSpan, w.LabelSpan, options),
            (true, true) => w => kernel.LossAndGradient(w.LogitSpan, w.TargetSpan, w.GradientSpan, options),
            (true, false) => w => kernel.Loss(w.LogitSpan, w.TargetSpan, options),
        };
    }

    /// <inheritdoc cref="KernelCall{T}(BinaryKernelEntry{T}, BinaryWorkload{T})"/>
    public static Func<CrossEntropyWorkload<T>, LossSum> KernelCall<T>(CrossEntropyKernelEntry<T> kernel, CrossEntropyWorkload<T> workload)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var options = workload.OptionsOf(kernel.Id);
        return w => kernel.LossAndGradient(w.LogitSpan, w.LabelSpan, w.GradientSpan, options);
    }
}
