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
    /// <summary>What losses with a focusing parameter are at its limit.</summary>
    public static BinaryLoss BinaryCrossEntropy => (BinaryLoss)Of("bce");

    /// <inheritdoc cref="BinaryCrossEntropy"/>
    public static SoftmaxLoss CrossEntropy => (SoftmaxLoss)Of("ce");

    /// <summary>Every definition of this folder: a loss is listed by being one.</summary>
    public static IReadOnlyList<LossDefinition> All { get; } =
    [
        .. typeof(LossDefinition).Assembly.GetTypes()
            .Where(
                type => type.IsSubclassOf(typeof(LossDefinition)) && !type.IsAbstract && type.GetConstructor(Type.EmptyTypes) is not null)
            .Select(type => (LossDefinition)Activator.CreateInstance(type))
            .OrderBy(loss => loss.Info.Id, StringComparer.Ordinal),
        .. FunctionDefinition.All,
    ];

    /// <summary>The loss with an id.</summary>
    public static LossDefinition Of(LossInfo info) => Of(info.Id);

    private static LossDefinition Of(string id) => All.First(loss => loss.Info.Id == id);
}
