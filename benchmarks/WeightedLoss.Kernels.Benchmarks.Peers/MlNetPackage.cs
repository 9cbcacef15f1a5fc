using System.Reflection;
using Microsoft.ML.Trainers;
using WeightedLoss.Benchmarks.Compare;
using WeightedLoss.Benchmarks.Contenders;

namespace WeightedLoss.Benchmarks.Peers;

/// <summary>
/// ML.NET's class of the binary cross-entropy. It has none for more than two classes, for soft targets, for doubles or for a focal loss
/// that can be called from outside.
/// </summary>
internal sealed class MlNetPackage : PeerPackage
{
    public override string Name => "mlnet";

    public override IEnumerable<(string Name, string Value)> Versions =>
    [
        (
            "ML.NET",
            typeof(LogLoss).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown"),
    ];

    public override string? Message => null;

    public override IEnumerable<Contender> For<T>(BinaryWorkload<T> workload) =>
        workload is BinaryWorkload<float> { Case: { Loss: "bce", IsSoft: false } } hard ? [new LogLossMlNet(Name, hard)] : [];

    public override IEnumerable<Contender> For<T>(CrossEntropyWorkload<T> workload) => [];

    /// <summary>A loop over <see cref="LogLoss"/>, which takes one logit at a time and knows no weight.</summary>
    private sealed unsafe class LogLossMlNet(string name, BinaryWorkload<float> workload)
        : PartitionedContender<float, BinaryWorkload<float>>(name, "scalar", workload)
    {
        private readonly LogLoss _loss = new();

        protected override double RunPart(int part, int start, int length)
        {
            var extra = Workload.Options.PositiveWeight - 1;
            var scale = 1f / Workload.Case.Logits;
            var sum = 0d;
            for (var i = start; i < start + length; i++)
            {
                float label = Workload.Labels[i], weight = 1 + (extra * label);
                sum += weight * _loss.Loss(Workload.Logits[i], label);
                if (Workload.Case.Gradient)
                {
                    Workload.Gradient[i] = scale * weight * _loss.Derivative(Workload.Logits[i], label);
                }
            }

            return sum;
        }
    }
}
