namespace WeightedLoss.Generators.Spec;

/// <summary>What a loss is called and what it takes, as values.</summary>
/// <param name="Id">In names of kernels, for example <c>focal-sigmoid</c>.</param>
/// <param name="Class">The class of the library that has it; attribute and options begin with it, for example <c>SigmoidFocal</c>.</param>
/// <param name="Phrase">In sentences, for example <c>weighted focal loss</c>.</param>
/// <param name="Family">What it is a loss of.</param>
/// <param name="Parameters">Its parameters, in the order in which kernels receive them.</param>
internal sealed record LossInfo(
    string Id, string Class, string Phrase, LossFamily Family, EquatableArray<LossParameter> Parameters = default)
{
    /// <summary>The metadata name of the attribute.</summary>
    public string AttributeMetadataName => $"WeightedLoss.{Class}KernelAttribute`1";

    /// <summary>The attribute as users write it, without its type argument.</summary>
    public string Attribute => $"{Class}Kernel";

    /// <summary>The type of the options, without its type argument.</summary>
    public string Options => $"{Class}Options";
}

/// <summary>What a loss takes for one loss.</summary>
internal enum LossFamily
{
    /// <summary>One logit per label.</summary>
    Binary,

    /// <summary>A row of logits, one per class.</summary>
    Softmax,

    /// <summary>No loss: a function of one number, for tests of the math fragments.</summary>
    Function,
}

/// <summary>A number that shapes a loss. A kernel has it as a constant, or is given it with the call.</summary>
/// <param name="Name">The property of attribute and options.</param>
/// <param name="Letter">In names of kernels, before its value.</param>
/// <param name="Default">Its value where an attribute gives others, and where options give none.</param>
/// <param name="Above">The lower bound of a constant, which it must exceed; null if it only has to be finite and at least 0.</param>
internal sealed record LossParameter(string Name, string Letter, double Default, double? Above = null)
{
    /// <summary>The upper bound of a constant, which it must not reach; null if there is none.</summary>
    public double? Below { get; init; }

    /// <summary>What a constant must be, for messages.</summary>
    public string Must =>
        (Below is null ? "finite and " : "")
        + (Above is { } least ? $"above {Text(least)}" : "at least 0")
        + (Below is { } most ? $" and below {Text(most)}" : "");

    /// <summary>Whether a kernel can have this value as a constant.</summary>
    public bool Allows(double value) =>
        !double.IsNaN(value) && !double.IsInfinity(value) && (Above is { } least ? value > least : value >= 0) && !(value >= Below);

    private static string Text(double number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
