using System.Globalization;
using WeightedLoss.Benchmarks.Compare;

namespace WeightedLoss.Benchmarks.Report;

/// <summary>What readers see in the place of the short names of result files.</summary>
internal static class DisplayName
{
    public static string OfInstructionSet(string isa) =>
        isa switch
        {
            "avx512" => "AVX-512",
            "avx2" => "AVX2",
            "neon" => "NEON",
            "sse2" => "SSE2",
            _ => isa,
        };

    public static string OfContender(string contender) =>
        contender switch
        {
            "libtorch" => "LibTorch",
            "libtorch-retained" => "LibTorch, memory kept",
            "native-c" => "C, the fastest",
            "native-c-plain" => "C, plain",
            "tensor-primitives" => "TensorPrimitives",
            "scalar" => "scalar loop",
            "mlnet" => "ML.NET",
            "memory-stream" or "copy" => "memory alone",
            "vector-exp" => "our exp alone",
            "libmvec-expf" or "libmvec-exp" => "libmvec's exp alone",
            _ => contender,
        };

    public static string OfType(string type) => type == "f32" ? "float" : "double";

    /// <summary>For example <c>CE float K = 7</c>; the size is left out where it is the usual one.</summary>
    public static string Of(BenchmarkCase @case) => string.Join(' ', Parts(@case));

    private static IEnumerable<string> Parts(BenchmarkCase @case)
    {
        yield return @case.Loss switch { "bce" => "BCE", "ce" => "CE", var other => other };
        yield return OfType(@case.Type);
        if (@case.IsSoft)
        {
            yield return "soft";
        }

        if (@case.Classes > 1)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"K = {@case.Classes:N0}");
        }

        if (@case.Classes == 1 && @case.N != 64 << 10)
        {
            yield return @case.N == 16 << 20 ? "n = 16M" : string.Create(CultureInfo.InvariantCulture, $"n = {@case.N:N0}");
        }
    }
}
