using System.Collections.Concurrent;
using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using WeightedLoss.Benchmarks.Compare;
using WeightedLoss.Benchmarks.Native;
using WeightedLoss.Runtime;

namespace WeightedLoss.Benchmarks.Contenders;

/// <summary>
/// The same loops in C, vectorised by the system's compiler with the C library's vector exp and log; on each instruction set. For few
/// classes the fastest of four is kept: row by row or one row per lane, with the number of classes as an argument or as a constant.
/// </summary>
internal sealed unsafe class CrossEntropyNativeC<T>(string isa, nint function, CrossEntropyWorkload<T> workload)
    : PartitionedContender<T, CrossEntropyWorkload<T>>(CrossEntropyNativeC.Name, isa, workload)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    protected override double RunPart(int part, int start, int length)
    {
        var first = (nint)start * Workload.Case.Classes;
        return ((delegate* unmanaged<T*, int*, T*, T*, nint, nint, T, double>)function)(
            Workload.Logits + first,
            Workload.Labels + start,
            Workload.ClassWeights,
            Workload.Gradient + first,
            length,
            Workload.Case.Classes,
            Workload.Scale);
    }
}

/// <inheritdoc cref="CrossEntropyNativeC{T}"/>
internal static class CrossEntropyNativeC
{
    public const string Name = "native-c";

    // As in ce.c.
    private const int MostClassesInLanes = 64;

    // By vector function ABI: b, d, e or n for the instruction set, then the number of lanes.
    private static readonly (string Isa, string[] Flags, string Needed)[] Targets =
    [
        .. InstructionSets.HasAvx512
            ? [("avx512", ["-march=native", "-mprefer-vector-width=512"], "_ZGVeN16v_expf")]
            : ((string, string[], string)[])[],
        .. InstructionSets.HasAvx2
            ? [("avx2", ["-march=x86-64-v3", "-mtune=native"], "_ZGVdN8v_expf")]
            : ((string, string[], string)[])[],
        .. InstructionSets.HasAdvSimd ? [("neon", ["-mcpu=native"], "_ZGVnN4v_expf")] : ((string, string[], string)[])[],
    ];

    private static readonly ConcurrentDictionary<(string Isa, int Classes), (nint Library, string? Message)> Builds = new();

    /// <summary>Why an instruction set is missing; empty when there are none missing.</summary>
    public static IEnumerable<string> Messages =>
        Targets.Select(target => Build(target, classes: 0).Message).OfType<string>();

    public static IEnumerable<Contender> For<T>(CrossEntropyWorkload<T> workload)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var inLanes = workload.Case.Classes <= MostClassesInLanes;
        foreach (var target in Targets)
        {
            var candidates =
                from classes in inLanes ? new[] { 0, workload.Case.Classes } : [0]
                let build = Build(target, classes)
                where build.Message is null
                from loops in inLanes ? new[] { "rows", "lanes" } : ["rows"]
                let function = NativeLibrary.GetExport(build.Library, $"ce_{loops}_{workload.Case.Type}")
                select new CrossEntropyNativeC<T>(target.Isa, function, workload);
            if (candidates.ToArray() is { Length: > 0 } found)
            {
                yield return Fastest.Of(workload.Case.Threads, found);
            }
        }
    }

    /// <summary>The library for a number of classes; 0 is any.</summary>
    private static (nint Library, string? Message) Build((string Isa, string[] Flags, string Needed) target, int classes) =>
        Builds.GetOrAdd((target.Isa, classes), _ =>
        {
            string[] constant = classes == 0 ? [] : [string.Create(CultureInfo.InvariantCulture, $"-DCLASSES={classes}")];
            try
            {
                return (NativeCode.Load("ce.c", ["-O3", "-ffast-math", .. target.Flags, .. constant], target.Needed), null);
            }
            catch (NativeCodeException e)
            {
                return (0, $"{Name} is left out on {target.Isa}: {e.Message}.");
            }
        });
}
