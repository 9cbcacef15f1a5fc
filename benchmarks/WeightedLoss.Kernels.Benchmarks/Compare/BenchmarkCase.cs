namespace WeightedLoss.Benchmarks.Compare;

/// <summary>What the contenders compute.</summary>
/// <param name="Loss">bce, ce, asymmetric, or focal of the sigmoid or the softmax with γ = 2.</param>
/// <param name="Type">f32 or f64.</param>
/// <param name="Labels">hard (one byte each, four for ce) or soft (of the element type).</param>
/// <param name="Classes">Logits per sample; 1 for bce and the sigmoid's focal loss.</param>
/// <param name="N">Samples.</param>
/// <param name="Threads">The number of threads.</param>
/// <param name="Gradient">Whether the gradient is wanted besides the loss.</param>
internal sealed record BenchmarkCase(string Loss, string Type, string Labels, int Classes, int N, int Threads, bool Gradient)
{
    /// <summary>
    /// Of bce and focal: the share of positive labels. Blocks without a positive take a shorter way, so it matters to the time.
    /// </summary>
    public double PositiveShare { get; init; } = 0.01;

    /// <summary>The number of logits.</summary>
    public int Logits => N * Classes;

    /// <summary>Whether the labels are soft targets.</summary>
    public bool IsSoft => Labels == "soft";

    /// <summary>The memory that has to be read and written for a logit: logits, labels and gradient, once each.</summary>
    public double BytesPerLogit
    {
        get
        {
            var element = Type == "f32" ? sizeof(float) : sizeof(double);
            var label = IsSoft ? element : Classes == 1 ? sizeof(byte) : (double)sizeof(int) / Classes;
            return (element * (Gradient ? 2 : 1)) + label;
        }
    }

    /// <summary>For example <c>bce-f32-hard-n65536-t1-gradient</c> or <c>ce-f32-hard-c7-n9344-t1-gradient</c>.</summary>
    public override string ToString() =>
        $"{Loss}-{Type}-{Labels}-{(Classes == 1 ? "" : $"c{Classes}-")}n{N}-t{Threads}-{(Gradient ? "gradient" : "loss")}";

    /// <summary>Whether all parts of a filter, for example <c>f32-hard-n65536</c>, are parts of the name.</summary>
    public bool Matches(string filter) => filter.Split('-').All(ToString().Split('-').Contains);
}
