using System.Numerics;
using WeightedLoss.Benchmarks.Compare;

namespace WeightedLoss.Benchmarks.Contenders;

/// <summary>Checks exponentials against the runtime's, which are good to 1 ulp.</summary>
internal static class ExpCheck
{
    /// <summary>What is wrong with the exponentials in the gradient's place, in words; null when nothing is.</summary>
    public static unsafe string? FindError<T>(Workload<T> workload, double relative, double absolute)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // Arguments repeat, so that there is nothing new behind the first period.
        for (var i = 0; i < Math.Min(workload.Case.Logits, Math.Max(Workload<T>.Period, workload.Case.Classes)); i++)
        {
            var (actual, expected) = (workload.Gradient[i], T.Exp(workload.ExpArguments[i]));
            if (Agreement.FindError<T>([actual], [expected], relative, absolute) is { } error)
            {
                return $"at {workload.ExpArguments[i]}: {error}";
            }
        }

        return null;
    }
}
