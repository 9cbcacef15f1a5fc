using System.Globalization;
using System.Numerics;
using BenchmarkDotNet.Attributes;
using WeightedLoss.Benchmarks.Compare;
using WeightedLoss.Benchmarks.Contenders;
using WeightedLoss.Runtime;

namespace WeightedLoss.Benchmarks.Registry;

/// <summary>
/// Every kernel of a loss of the softmax that this machine can run; those for any number of classes with a few numbers, those of the focal
/// loss for any γ with γ = 2.
/// </summary>
[MemoryDiagnoser]
public class SoftmaxBenchmarks
{
    private const int Logits = 64 << 10;

    private static readonly int[] AnyClasses = [100, 1000];

    private IDisposable? _workload;
    private Func<double> _call = null!;

    /// <summary>The kernels by id, each with a number of classes, for example <c>ce-f32-c7-avx512/7</c>.</summary>
    public static IEnumerable<string> Kernels =>
        KernelRegistry.All.Where(kernel => kernel.IsSupported).SelectMany(kernel =>
            (kernel switch
            {
                CrossEntropyKernelEntry<float> entry => entry.Classes == 0 ? AnyClasses : [entry.Classes],
                CrossEntropyKernelEntry<double> entry => entry.Classes == 0 ? AnyClasses : [entry.Classes],
                _ => [],
            }).Select(classes => $"{kernel.Id}/{classes}"));

    [ParamsSource(nameof(Kernels))]
    public string Kernel { get; set; } = "";

    [GlobalSetup]
    public void SetUp()
    {
        var (id, classes) = (Kernel.Split('/')[0], int.Parse(Kernel.Split('/')[1], CultureInfo.InvariantCulture));
        _call = KernelRegistry.All.Single(kernel => kernel.Id == id) switch
        {
            CrossEntropyKernelEntry<float> entry => Bind(entry, "f32", classes),
            CrossEntropyKernelEntry<double> entry => Bind(entry, "f64", classes),
            var other => throw new InvalidOperationException($"{other.Id} is not a loss of the softmax."),
        };
    }

    [GlobalCleanup]
    public void CleanUp() => _workload?.Dispose();

    [Benchmark]
    public double HardLossAndGradient() => _call();

    private Func<double> Bind<T>(CrossEntropyKernelEntry<T> kernel, string type, int classes)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var workload = new CrossEntropyWorkload<T>(CaseGrid.CrossEntropyCase(type, classes, Logits, threads: 1));
        _workload = workload;
        return new Ours<T, CrossEntropyWorkload<T>>(kernel.InstructionSet, workload, Ours.KernelCall(kernel, workload)).Run;
    }
}
