using System.Numerics;
using BenchmarkDotNet.Attributes;
using WeightedLoss.Runtime;

namespace WeightedLoss.Benchmarks.Registry;

/// <summary>Every kernel of a function alone (exp and the logarithms) that this machine can run.</summary>
[MemoryDiagnoser]
public class FunctionBenchmarks
{
    private const int N = 4 << 10;

    private Action _call = null!;

    /// <summary>The kernels, by id.</summary>
    public static IEnumerable<string> KernelIds =>
        KernelRegistry.All
            .Where(kernel => kernel is FunctionKernelEntry<float> or FunctionKernelEntry<double> && kernel.IsSupported)
            .Select(kernel => kernel.Id);

    [ParamsSource(nameof(KernelIds))]
    public string KernelId { get; set; } = "";

    [GlobalSetup]
    public void SetUp() => _call = KernelRegistry.All.Single(kernel => kernel.Id == KernelId) switch
    {
        FunctionKernelEntry<float> kernel => Bind(kernel),
        FunctionKernelEntry<double> kernel => Bind(kernel),
        var other => throw new InvalidOperationException($"{other.Id} is not a function."),
    };

    [Benchmark(OperationsPerInvoke = N)]
    public void Run() => _call();

    private static Action Bind<T>(FunctionKernelEntry<T> kernel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // From 0 to 1, which is in the domain of each; for exp the same with a minus.
        var sign = kernel.Id.StartsWith("exp-", StringComparison.Ordinal) ? -1 : 1;
        var (arguments, results) = (new T[N], new T[N]);
        for (var i = 0; i < N; i++)
        {
            arguments[i] = T.CreateChecked(sign * i / (double)N);
        }

        return () => kernel.Run(arguments, results);
    }
}
