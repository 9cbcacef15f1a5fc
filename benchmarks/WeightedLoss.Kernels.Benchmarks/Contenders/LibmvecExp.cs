using System.Numerics;
using System.Runtime.InteropServices;
using WeightedLoss.Benchmarks.Compare;
using WeightedLoss.Benchmarks.Native;
using WeightedLoss.Runtime;

namespace WeightedLoss.Benchmarks.Contenders;

/// <summary>The C library's vector exp alone, as the system's compiler calls it from a plain loop; on each instruction set.</summary>
internal sealed unsafe class LibmvecExp<T>(string name, string isa, nint function, Workload<T> workload) : Contender(name, isa)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override double Run()
    {
        ((delegate* unmanaged<T*, T*, nint, void>)function)(workload.ExpArguments, workload.Gradient, workload.Case.Logits);
        return double.CreateTruncating(workload.Gradient[0]);
    }

    /// <summary>The vector math library promises 4 ulp; ours has 1.</summary>
    public override string? FindError(double result)
    {
        var (relative, absolute) = typeof(T) == typeof(float) ? (6e-7, 1e-37) : (1.2e-15, 2.3e-308);
        var expected = new T[workload.Case.Logits];
        for (var i = 0; i < expected.Length; i++)
        {
            expected[i] = T.Exp(workload.ExpArguments[i]);
        }

        return Agreement.FindError<T>(workload.GradientSpan, expected, relative, absolute);
    }
}

/// <inheritdoc cref="LibmvecExp{T}"/>
internal static class LibmvecExp
{
    // By vector function ABI: b, d, e or n for the instruction set, then the number of lanes.
    private static readonly Lazy<Build[]> Builds = new(() =>
    [
        .. InstructionSets.HasAvx512 ? [new Build("avx512", ["-march=native", "-mprefer-vector-width=512"], "_ZGVeN16v_expf")] : (Build[])[],
        .. InstructionSets.HasAvx2 ? [new Build("avx2", ["-march=native", "-mno-avx512f"], "_ZGVdN8v_expf")] : (Build[])[],
        .. InstructionSets.HasAdvSimd ? [new Build("neon", ["-mcpu=native"], "_ZGVnN4v_expf")] : (Build[])[],
    ]);

    public static IEnumerable<Contender> For<T>(Workload<T> workload)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (workload.Case.Threads != 1)
        {
            yield break;
        }

        var (name, function) = typeof(T) == typeof(float) ? ("libmvec-expf", "exp_f32") : ("libmvec-exp", "exp_f64");
        foreach (var build in Builds.Value)
        {
            if (build.Library is { } library)
            {
                yield return new LibmvecExp<T>(name, build.Isa, NativeLibrary.GetExport(library, function), workload);
            }
        }
    }

    /// <summary>Why there are fewer rows than instruction sets; empty when there are none missing.</summary>
    public static IEnumerable<string> Messages => Builds.Value.Where(build => build.Message is not null).Select(build => build.Message!);

    private sealed class Build
    {
        public Build(string isa, string[] target, string needed)
        {
            Isa = isa;
            try
            {
                Library = NativeCode.Load("exp.c", ["-O3", "-ffast-math", .. target], needed);
            }
            catch (NativeCodeException e)
            {
                Message = $"libmvec-expf and libmvec-exp are left out on {isa}: {e.Message}.";
            }
        }

        public string Isa { get; }

        public nint? Library { get; }

        public string? Message { get; }
    }
}
