using System.Text.Json.Serialization;

namespace WeightedLoss.Benchmarks.Compare;

/// <summary>A row of the result file: what was computed, by whom, and in what time.</summary>
/// <param name="Loss">bce, ce, focal or asymmetric.</param>
/// <param name="Type">f32 or f64.</param>
/// <param name="Labels">hard or soft.</param>
/// <param name="Classes">Logits per sample; 1 for binary losses.</param>
/// <param name="N">Samples.</param>
/// <param name="Threads">The number of threads.</param>
/// <param name="Gradient">Whether the gradient was computed besides the loss.</param>
/// <param name="Contender">Who computed.</param>
/// <param name="Isa">On which instruction set.</param>
/// <param name="NsPerElement">Nanoseconds per logit, the median of the rounds.</param>
/// <param name="RatioToOurs">
/// That time divided by the time of ours, the median over rounds: above 1 is slower than ours. Null where the spread is wider than the
/// difference.
/// </param>
/// <param name="NsPerElementLowerQuartile">A quarter of the rounds took at most this.</param>
/// <param name="NsPerElementUpperQuartile">A quarter of the rounds took at least this.</param>
/// <param name="RatioLowerQuartile">In a quarter of the rounds the ratio was at most this.</param>
/// <param name="RatioUpperQuartile">In a quarter of the rounds the ratio was at least this.</param>
/// <param name="GigabytesPerSecond">What has to be read and written once, by the time.</param>
/// <param name="ElementsPerClock">Logits per cycle of the core; null for several threads.</param>
/// <param name="FractionOfLimit">
/// The time of the slower of two limits, the memory alone and the faster of our and libmvec's exp alone, divided by this time; null for the
/// limits themselves, and where one is not known.
/// </param>
/// <param name="Rounds">The number of rounds.</param>
/// <param name="PositiveShare">Of bce and focal: the share of positive labels.</param>
/// <param name="Kernel">Of ours: the kernel.</param>
/// <param name="Checksum">Of ours in files from before there was a numerics version: a hash of the results of the case.</param>
internal sealed record CompareRow(
    string Loss,
    string Type,
    string Labels,
    int Classes,
    int N,
    int Threads,
    bool Gradient,
    string Contender,
    string Isa,
    double NsPerElement,
    double? RatioToOurs,
    double NsPerElementLowerQuartile,
    double NsPerElementUpperQuartile,
    double RatioLowerQuartile,
    double RatioUpperQuartile,
    double GigabytesPerSecond,
    double? ElementsPerClock,
    double? FractionOfLimit,
    int Rounds,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? PositiveShare,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] MeasuredKernel? Kernel,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Checksum = null)
{
    /// <summary>What was computed.</summary>
    [JsonIgnore]
    public BenchmarkCase Case =>
        new BenchmarkCase(Loss, Type, Labels, Classes, N, Threads, Gradient) is var found && PositiveShare is { } share
            ? found with { PositiveShare = share }
            : found;

    /// <summary>Whether this is ours by the public method, and not one of its other kernels.</summary>
    [JsonIgnore]
    public bool IsOurs => Kernel is not null || Checksum is not null;
}
