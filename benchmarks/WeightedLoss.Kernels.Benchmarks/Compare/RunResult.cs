using System.Text.Json;
using System.Text.Json.Serialization;

namespace WeightedLoss.Benchmarks.Compare;

/// <summary>A level of the data cache.</summary>
/// <param name="Level">From 1.</param>
/// <param name="Bytes">Its size.</param>
internal sealed record CacheLevel(int Level, long Bytes);

/// <summary>What a run on one instruction set came to: the content of a result file.</summary>
/// <param name="Cpu">The processor's name.</param>
/// <param name="InstructionSet">What ours chose, and the peers were bound to.</param>
/// <param name="Measured">When, in UTC.</param>
/// <param name="NumericsVersion">The <see cref="LossKernels.NumericsVersion"/>; null in files from before there was one.</param>
/// <param name="Environment">Name and value of everything that is known of machine, runtime, compiler and sources.</param>
/// <param name="Caches">The data caches, smallest first; empty if unknown.</param>
/// <param name="Messages">Who was left out, and why.</param>
/// <param name="Rows">All contenders of all cases.</param>
/// <param name="Curve">The time for every small number of classes; null if not measured.</param>
internal sealed record RunResult(
    string Cpu,
    string InstructionSet,
    DateTime Measured,
    int? NumericsVersion,
    IReadOnlyDictionary<string, string> Environment,
    IReadOnlyList<CacheLevel> Caches,
    IReadOnlyList<string> Messages,
    IReadOnlyList<CompareRow> Rows,
    IReadOnlyList<ClassCurvePoint>? Curve)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>Whether it was measured before there was a numerics version, so that the bits of its kernels are unknown.</summary>
    [JsonIgnore]
    public bool IsOlder => NumericsVersion is null;

    /// <summary>The kernels of ours that were measured.</summary>
    [JsonIgnore]
    public IEnumerable<MeasuredKernel> Kernels =>
        Rows.Select(row => row.Kernel)
            .Concat((Curve ?? []).Select(point => point.Kernel))
            .OfType<MeasuredKernel>().Distinct();

    public string ToJson() => JsonSerializer.Serialize(this, Json) + "\n";

    /// <summary>The rows alone, of several runs.</summary>
    public static string RowsToJson(IEnumerable<RunResult> runs) => JsonSerializer.Serialize(runs.SelectMany(run => run.Rows), Json) + "\n";

    /// <exception cref="InvalidDataException">The file holds something else.</exception>
    public static RunResult Read(string path)
    {
        try
        {
            var read = JsonSerializer.Deserialize<RunResult>(File.ReadAllText(path), Json);
            return read is { Cpu: not null, InstructionSet: not null, Environment: not null, Caches: not null, Messages: not null, Rows: not null }
                ? read
                : throw new InvalidDataException($"{path} is no result of compare.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path} is no result of compare: {e.Message}", e);
        }
    }
}
