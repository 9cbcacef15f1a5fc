using System.Text.Json.Serialization;

namespace WeightedLoss.Benchmarks.Compare;

/// <summary>A row of the result file: what was computed, by whom, and in what time.</summary>
/// <param name="Loss">bce or ce.</param>
/// <param name="Type">f32 or f64.</param>
/// <param name="Labels">hard or soft.</param>
/// <param name="Classes">Logits per sample; 1 for bce.</param>
/// <param name="N">Samples.</param>
/// <param name="Threads">The number of threads.</param>
/// <param name="Gradient">Whether the gradient was computed besides the loss.</param>
/// <param name="Contender">Who computed.</param>
/// <param name="Isa">On which instruction set.</param>
/// <param name="NsPerElement">Nanoseconds per logit, the median of the rounds.</param>
/// <param name="RatioToOurs">That time divided by the time of ours on its best instruction set: above 1 is slower than ours.</param>
/// <param name="NsPerElementLowerQuartile">A quarter of the rounds took at most this.</param>
/// <param name="NsPerElementUpperQuartile">A quarter of the rounds took at least this.</param>
/// <param name="Rounds">The number of rounds.</param>
/// <param name="PositiveShare">Of bce: the share of positive labels.</param>
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
    double RatioToOurs,
    double NsPerElementLowerQuartile,
    double NsPerElementUpperQuartile,
    int Rounds,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? PositiveShare);
