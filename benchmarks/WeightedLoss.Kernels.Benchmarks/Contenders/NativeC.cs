using System.Collections.Concurrent;
using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using WeightedLoss.Benchmarks.Compare;
using WeightedLoss.Benchmarks.Native;

namespace WeightedLoss.Benchmarks.Contenders;

/// <summary>The same loop in C, vectorised by the system's compiler with the C library's vector exp and log.</summary>
internal sealed unsafe class BinaryNativeC<T>(nint function, BinaryWorkload<T> workload)
    : PartitionedContender<T, BinaryWorkload<T>>(NativeC.Name, InstructionSetName.OfOurs, workload)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    protected override double RunPart(int part, int start, int length)
    {
        var labels = Workload.Case.IsSoft ? (void*)(Workload.Targets + start) : Workload.Labels + start;
        return ((delegate* unmanaged<T*, void*, T*, nint, T, T, double>)function)(
            Workload.Logits + start,
            labels,
            Workload.Gradient + start,
            length,
            Workload.Options.PositiveWeight,
            T.One / T.CreateChecked(Workload.Case.Logits));
    }
}

/// <summary>
/// The same for the softmax, and twice: as one writes it, row by row for any number of classes; and for few classes the fastest of four,
/// row by row or one row per lane, with the number of classes as an argument or as a constant.
/// </summary>
internal sealed unsafe class SoftmaxNativeC<T>(string name, nint function, CrossEntropyWorkload<T> workload)
    : PartitionedContender<T, CrossEntropyWorkload<T>>(name, InstructionSetName.OfOurs, workload)
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

/// <summary>The native C peers of a case.</summary>
internal static class NativeC
{
    public const string Name = "native-c";

    private const string NameOfPlain = "native-c-plain";

    // As in softmax.c.
    private const int MostClassesInLanes = 64;

    private static readonly ConcurrentDictionary<(string Source, int Classes), (nint Library, string? Message)> Builds = new();

    /// <summary>Why they are missing; empty when they are not.</summary>
    public static IEnumerable<string> Messages =>
        new[] { "binary.c", "softmax.c" }.Select(source => Build(source, classes: 0).Message).OfType<string>().Distinct();

    public static IEnumerable<Contender> For<T>(BinaryWorkload<T> workload)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (@case, build) = (workload.Case, Build("binary.c", classes: 0));
        var name = $"{@case.Loss}_{@case.Labels}_{(@case.Gradient ? "gradient" : "loss")}_{@case.Type}";
        return @case.Loss != "asymmetric" && build.Message is null
            ? [new BinaryNativeC<T>(NativeLibrary.GetExport(build.Library, name), workload)]
            : [];
    }

    public static IEnumerable<Contender> For<T>(CrossEntropyWorkload<T> workload)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (Build("softmax.c", classes: 0).Message is not null)
        {
            return [];
        }

        var inLanes = workload.Case.Classes <= MostClassesInLanes;
        var candidates =
            from classes in inLanes ? new[] { 0, workload.Case.Classes } : [0]
            where Build("softmax.c", classes).Message is null
            from loops in inLanes ? new[] { "rows", "lanes" } : ["rows"]
            select Candidate(Name, loops, classes);
        return [Fastest.Of(workload.Case.Threads, [.. candidates]), .. inLanes ? [Candidate(NameOfPlain, "rows", classes: 0)] : (Contender[])[]];

        Contender Candidate(string name, string loops, int classes) => new SoftmaxNativeC<T>(
            name,
            NativeLibrary.GetExport(Build("softmax.c", classes).Library, $"{workload.Case.Loss}_{loops}_{workload.Case.Type}"),
            workload);
    }

    /// <summary>The library of a source file for a number of classes; 0 is any.</summary>
    private static (nint Library, string? Message) Build(string source, int classes) =>
        Builds.GetOrAdd((source, classes), static key =>
        {
            string[] constant = key.Classes == 0 ? [] : [string.Create(CultureInfo.InvariantCulture, $"-DCLASSES={key.Classes}")];
            try
            {
                var target = NativeTarget.OfOurs;
                return (NativeCode.Load(key.Source, ["-O3", "-ffast-math", .. target.Flags, .. constant], target.VectorExp), null);
            }
            catch (NativeCodeException e)
            {
                return (0, $"{Name} is left out: {e.Message}.");
            }
        });
}
