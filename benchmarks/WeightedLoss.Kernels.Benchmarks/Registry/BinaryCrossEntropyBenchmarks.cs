using BenchmarkDotNet.Attributes;
using WeightedLoss.Benchmarks.Compare;
using WeightedLoss.Benchmarks.Contenders;
using WeightedLoss.Runtime;

namespace WeightedLoss.Benchmarks.Registry;

/// <summary>Every binary cross-entropy kernel that this machine can run.</summary>
[MemoryDiagnoser]
public class BinaryCrossEntropyBenchmarks
{
    private const string Loss = "bce";

    private readonly List<IDisposable> _workloads = [];
    private Func<double> _hardLoss = null!;
    private Func<double> _hard = null!;
    private Func<double> _soft = null!;

    /// <summary>The kernels, by id.</summary>
    public static IEnumerable<string> KernelIds =>
        KernelRegistry.All
            .Where(kernel => kernel.IsSupported && kernel.Id.StartsWith($"{Loss}-", StringComparison.Ordinal))
            .Select(kernel => kernel.Id);

    [ParamsSource(nameof(KernelIds))]
    public string KernelId { get; set; } = "";

    [Params(64, 64 << 10)]
    public int N { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        var type = KernelId.Split('-')[1];
        _hardLoss = Bind(new BenchmarkCase(Loss, type, "hard", Classes: 1, N, Threads: 1, Gradient: false));
        _hard = Bind(new BenchmarkCase(Loss, type, "hard", Classes: 1, N, Threads: 1, Gradient: true));
        _soft = Bind(new BenchmarkCase(Loss, type, "soft", Classes: 1, N, Threads: 1, Gradient: true));
    }

    [GlobalCleanup]
    public void CleanUp() => _workloads.ForEach(static workload => workload.Dispose());

    [Benchmark]
    public double HardLoss() => _hardLoss();

    [Benchmark]
    public double HardLossAndGradient() => _hard();

    [Benchmark]
    public double SoftLossAndGradient() => _soft();

    private Func<double> Bind(BenchmarkCase @case)
    {
        switch (KernelRegistry.All.Single(kernel => kernel.Id == KernelId))
        {
            case BinaryKernelEntry<float> kernel:
                {
                    var workload = new BinaryWorkload<float>(@case);
                    _workloads.Add(workload);
                    return new Ours<float, BinaryWorkload<float>>(kernel.InstructionSet, workload, Ours.KernelCall(kernel, @case)).Run;
                }

            case BinaryKernelEntry<double> kernel:
                {
                    var workload = new BinaryWorkload<double>(@case);
                    _workloads.Add(workload);
                    return new Ours<double, BinaryWorkload<double>>(kernel.InstructionSet, workload, Ours.KernelCall(kernel, @case)).Run;
                }

            case var other:
                throw new InvalidOperationException($"{other.Id} is not a binary loss.");
        }
    }
}
