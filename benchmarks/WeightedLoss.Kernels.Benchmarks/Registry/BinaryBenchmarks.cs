using System.Numerics;
using BenchmarkDotNet.Attributes;
using WeightedLoss.Benchmarks.Compare;
using WeightedLoss.Benchmarks.Contenders;
using WeightedLoss.Runtime;

namespace WeightedLoss.Benchmarks.Registry;

/// <summary>Every kernel of a binary loss that this machine can run; those of the focal loss for any γ with γ = 2.</summary>
[MemoryDiagnoser]
public class BinaryBenchmarks
{
    private readonly List<IDisposable> _workloads = [];
    private Func<double> _hardLoss = null!;
    private Func<double> _hard = null!;
    private Func<double> _soft = null!;

    /// <summary>The kernels, by id.</summary>
    public static IEnumerable<string> KernelIds =>
        KernelRegistry.All
            .Where(kernel => kernel is BinaryKernelEntry<float> or BinaryKernelEntry<double> && kernel.IsSupported)
            .Select(kernel => kernel.Id);

    [ParamsSource(nameof(KernelIds))]
    public string KernelId { get; set; } = "";

    [Params(64, 64 << 10)]
    public int N { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        var type = KernelId.Contains("-f32-", StringComparison.Ordinal) ? "f32" : "f64";
        _hardLoss = Bind(new BenchmarkCase("bce", type, "hard", Classes: 1, N, Threads: 1, Gradient: false));
        _hard = Bind(new BenchmarkCase("bce", type, "hard", Classes: 1, N, Threads: 1, Gradient: true));
        _soft = Bind(new BenchmarkCase("bce", type, "soft", Classes: 1, N, Threads: 1, Gradient: true));
    }

    [GlobalCleanup]
    public void CleanUp() => _workloads.ForEach(static workload => workload.Dispose());

    [Benchmark]
    public double HardLoss() => _hardLoss();

    [Benchmark]
    public double HardLossAndGradient() => _hard();

    [Benchmark]
    public double SoftLossAndGradient() => _soft();

    private Func<double> Bind(BenchmarkCase @case) =>
        KernelRegistry.All.Single(kernel => kernel.Id == KernelId) switch
        {
            BinaryKernelEntry<float> kernel => Bind(kernel, @case),
            BinaryKernelEntry<double> kernel => Bind(kernel, @case),
            var other => throw new InvalidOperationException($"{other.Id} is not a binary loss."),
        };

    private Func<double> Bind<T>(BinaryKernelEntry<T> kernel, BenchmarkCase @case)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var workload = new BinaryWorkload<T>(@case);
        _workloads.Add(workload);
        return new Ours<T, BinaryWorkload<T>>(kernel.InstructionSet, workload, Ours.KernelCall(kernel, workload)).Run;
    }
}
