using System.Numerics;
using System.Runtime.InteropServices;
using WeightedLoss.Benchmarks.Compare;
using WeightedLoss.Benchmarks.Native;

namespace WeightedLoss.Benchmarks.Contenders;

/// <summary>The C library's vector exp alone, as the system's compiler calls it from a plain loop.</summary>
internal sealed unsafe class LibmvecExp<T>(string name, nint function, Workload<T> workload) : Contender(name, InstructionSetName.OfOurs)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override bool IsLimit => true;

    public override int? BytesPerLogit => 2 * sizeof(T);

    public override double Run()
    {
        ((delegate* unmanaged<T*, T*, nint, void>)function)(workload.ExpArguments, workload.Gradient, workload.Case.Logits);
        return double.CreateTruncating(workload.Gradient[0]);
    }

    /// <summary>The vector math library promises 4 ulp; ours has 1.</summary>
    public override string? FindError(double result)
    {
        var (relative, absolute) = typeof(T) == typeof(float) ? (6e-7, 1e-37) : (1.2e-15, 2.3e-308);
        return ExpCheck.FindError(workload, relative, absolute);
    }
}

/// <inheritdoc cref="LibmvecExp{T}"/>
internal static class LibmvecExp
{
    private static readonly Lazy<(nint Library, string? Message)> Build = new(() =>
    {
        try
        {
            var target = NativeTarget.OfOurs;
            return (NativeCode.Load("exp.c", ["-O3", "-ffast-math", .. target.Flags], target.VectorExp), null);
        }
        catch (NativeCodeException e)
        {
            return (0, $"libmvec-expf and libmvec-exp are left out: {e.Message}.");
        }
    });

    /// <summary>Why they are missing; empty when they are not.</summary>
    public static IEnumerable<string> Messages => Build.Value.Message is { } message ? [message] : [];

    public static IEnumerable<Contender> For<T>(Workload<T> workload)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (name, function) = typeof(T) == typeof(float) ? ("libmvec-expf", "exp_f32") : ("libmvec-exp", "exp_f64");
        return workload.Case.Threads == 1 && Build.Value.Message is null
            ? [new LibmvecExp<T>(name, NativeLibrary.GetExport(Build.Value.Library, function), workload)]
            : [];
    }
}
