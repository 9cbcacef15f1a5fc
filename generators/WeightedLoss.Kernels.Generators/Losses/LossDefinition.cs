using WeightedLoss.Generators.Spec;

namespace WeightedLoss.Generators.Losses;

/// <summary>A loss: all that the product knows about it, but for the class of its options. Only here, losses are named.</summary>
internal abstract class LossDefinition
{
    /// <summary>What it is called, and what it takes.</summary>
    public abstract LossInfo Info { get; }
}

/// <summary>Every loss, and every function that losses are made of.</summary>
internal static class LossList
{
    public static readonly BinaryCrossEntropy BinaryCrossEntropy = new();

    public static readonly CrossEntropy CrossEntropy = new();

    public static IReadOnlyList<LossDefinition> All { get; } =
        [BinaryCrossEntropy, CrossEntropy, new SigmoidFocal(), new SoftmaxFocal(), .. FunctionDefinition.All];

    /// <summary>The loss with an id.</summary>
    public static LossDefinition Of(LossInfo info) => All.First(loss => loss.Info.Id == info.Id);
}
