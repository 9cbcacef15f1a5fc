using System.Numerics;
using WeightedLoss.Benchmarks.Compare;

namespace WeightedLoss.Benchmarks.Contenders;

/// <summary>
/// What memory allows: copies the logits into the gradient. A row that outgrows the caches is read again in each pass, so a loss can come
/// near to this only while rows are short enough.
/// </summary>
internal sealed unsafe class GradientCopy<T>(CrossEntropyWorkload<T> workload)
    : PartitionedContender<T, CrossEntropyWorkload<T>>("copy", "any", workload)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override bool IsLimit => true;

    public override string? FindError(double result) => Agreement.FindError(Workload.GradientSpan, Workload.LogitSpan, 0, 0);

    protected override double RunPart(int part, int start, int length)
    {
        var (first, logits) = ((nint)start * Workload.Case.Classes, length * Workload.Case.Classes);
        new ReadOnlySpan<T>(Workload.Logits + first, logits).CopyTo(new Span<T>(Workload.Gradient + first, logits));
        return length == 0 ? 0 : double.CreateTruncating(Workload.Gradient[first]);
    }
}
