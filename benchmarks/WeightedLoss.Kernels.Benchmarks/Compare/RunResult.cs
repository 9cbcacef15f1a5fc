using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using WeightedLoss.Benchmarks.Epochs;

namespace WeightedLoss.Benchmarks.Compare;

/// <summary>A level of the data cache.</summary>
/// <param name="Level">From 1.</param>
/// <param name="Bytes">Its size.</param>
internal sealed record CacheLevel(int Level, long Bytes);

/// <summary>What a run on one instruction set came to: the content of a result file.</summary>
/// <param name="Cpu">The processor's name.</param>
/// <param name="InstructionSet">What ours chose, and the peers were bound to.</param>
/// <param name="Measured">When, in UTC.</param>
/// <param name="Environment">Name and value of everything that is known of machine, runtime, compiler and sources.</param>
/// <param name="Caches">The data caches, smallest first; empty if unknown.</param>
/// <param name="Messages">Who was left out, and why.</param>
/// <param name="Rows">All contenders of all cases.</param>
/// <param name="Curve">The time for every small number of classes; null if not measured.</param>
/// <param name="Epochs">The times of training epochs; null if not measured.</param>
internal sealed record RunResult(
    string Cpu,
    string InstructionSet,
    DateTime Measured,
    IReadOnlyDictionary<string, string> Environment,
    IReadOnlyList<CacheLevel> Caches,
    IReadOnlyList<string> Messages,
    IReadOnlyList<CompareRow> Rows,
    IReadOnlyList<ClassCurvePoint>? Curve,
    IReadOnlyList<EpochTime>? Epochs)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>A hash of the bits that ours computed in all cases.</summary>
    public string Checksum =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(string.Join(
            '\n', Rows.Where(row => row.IsOurs).Select(row => $"{row.Case} {row.Checksum}").Order(StringComparer.Ordinal)))))[..16];

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
