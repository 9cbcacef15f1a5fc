using WeightedLoss.Generators.Math;
using WeightedLoss.Generators.Program;

namespace WeightedLoss.Generators.Losses;

/// <summary>A loss of one logit per label.</summary>
internal abstract class BinaryLoss : LossDefinition
{
    /// <summary>What its options hold, for the summaries of the public methods.</summary>
    public abstract string OptionsText { get; }

    /// <summary>
    /// Whether the loss of weight 1 is max(s, 0) + log1p(exp(−|s|)), so that sums of it need no logarithm per label; see
    /// <see cref="BinaryTerms.EmitDerivative"/>.
    /// </summary>
    public virtual bool IsSoftplus => false;

    /// <summary>Whether targets between the classes can also be mixed into one probability.</summary>
    public virtual bool HasMixedTargets => false;

    /// <summary>The loss that this one is at the limit of its parameters, which the library then takes.</summary>
    public virtual BinaryLoss Limit => this;

    /// <summary>The arithmetic of one method.</summary>
    /// <param name="program">Receives the statements.</param>
    /// <param name="parameters">Its parameters.</param>
    public abstract BinaryTerms Begin(LaneProgram program, ParameterValues parameters);

    /// <summary>The same for soft targets that are mixed, with parameters given at run time.</summary>
    public virtual BinaryTerms BeginMixed(LaneProgram program) => throw new NotSupportedException();
}

/// <summary>The arithmetic of a loss of one logit per label, in one method.</summary>
internal abstract class BinaryTerms(LaneProgram program)
{
    protected LaneProgram Program => program;

    /// <summary>
    /// Whether a block of negative labels whose class has the weight 0 takes the way of mixed labels, because the one for negatives alone
    /// divides out what an infinite logit costs.
    /// </summary>
    public virtual bool NegativesNeedWeight => false;

    /// <summary>Values that stay the same over the whole call.</summary>
    public virtual void EmitSetup()
    {
    }

    /// <summary>
    /// Emits the sweeps over what every label needs, whatever its class, and then what is left of an iteration: once, or once more for rare
    /// logits.
    /// </summary>
    /// <param name="emitRest">Emits what is left, from the values of the sweeps.</param>
    public abstract void EmitSweeps(Action<BinaryForm> emitRest);

    /// <summary>weight·σ(s), from e = exp(−|s|), for <see cref="BinaryLoss.IsSoftplus"/>.</summary>
    public virtual Lane EmitDerivative(Lane s, Lane e, Lane weight) => throw new NotSupportedException();

    /// <summary>e = exp(−|z|), the first sweep.</summary>
    protected internal Lane EmitExponentials()
    {
        var t = program.Let("t", program.NegatedAbs(program.LoadElements("logits")));
        return program.NextSweep(("e", Exponential.OfNonPositive(program, t)))[0];
    }
}

/// <summary>
/// What the labels of a block make of the values of the sweeps. Each gives w·loss, and emits the gradient where it is called.
/// </summary>
internal abstract class BinaryForm
{
    /// <summary>Whether it is for rare logits, so that shorter text counts for more than blocks with negative labels alone.</summary>
    public virtual bool IsRare => false;

    /// <param name="load">Emits what is known of the labels.</param>
    public abstract WeightedTerm Hard(Func<HardLabel> load);

    /// <inheritdoc cref="Hard"/>
    public abstract WeightedTerm Soft(Func<SoftTarget> load);
}

/// <summary>A loss with its weight, and its gradient by the logit.</summary>
/// <param name="Loss">w·loss.</param>
/// <param name="EmitGradient">Emits the scaled gradient.</param>
internal readonly record struct WeightedTerm(Lane Loss, Func<Lane> EmitGradient);

/// <summary>An array that receives a value per label, if a call wants it. Loops know the list, and no output by name.</summary>
/// <param name="Array">The array.</param>
/// <param name="IsWanted">The option that asks for it.</param>
/// <param name="Emit">
/// The value, from what labels give, with their loss as it counts, and from what makes 0 of a named value of labels that do not count.
/// </param>
internal sealed record BinaryOutput(string Array, Option IsWanted, Func<WeightedTerm, Func<string, Lane, Lane>, Lane> Emit)
{
    public static IReadOnlyList<BinaryOutput> All { get; } =
    [
        new("losses", BinaryOptions.WantsLosses, static (term, _) => term.Loss),
        new("gradient", BinaryOptions.WantsGradient, static (term, live) => live("liveGradient", term.EmitGradient())),
    ];
}

/// <summary>The lanes of hard labels.</summary>
/// <param name="S">The logit of a negative label, minus that of a positive one.</param>
/// <param name="Weight">The weight in the loss.</param>
/// <param name="IsPositive">Which labels are 1; null if none is.</param>
/// <param name="EmitScaled">Emits the weight in the gradient, with its sign.</param>
internal readonly record struct HardLabel(Lane S, Lane Weight, Lane? IsPositive, Func<Lane> EmitScaled);

/// <summary>The lanes of soft targets.</summary>
/// <param name="Y">The target of the positive class, with smoothing.</param>
/// <param name="Not">That of the negative one.</param>
/// <param name="A">w⁺·y.</param>
/// <param name="B">w⁻·(1 − y).</param>
/// <param name="Both">a + b, the weight of the label.</param>
/// <param name="EmitFactors">Emits the factors of σ(−z) and σ(z) in the gradient, −a and b times the scale of the reduction.</param>
internal readonly record struct SoftTarget(Lane Y, Lane Not, Lane A, Lane B, Lane Both, Func<(Lane Positive, Lane Negative)> EmitFactors);

/// <summary>The options of a call that are type arguments of its kernel.</summary>
internal static class BinaryOptions
{
    public static readonly Option
        HasLabels = new("TTargets", "SmoothedLabels"),
        HasOwnWeights = new("TWeights", "ByClass", IsNegated: true),
        HasColumnWeights = new("TWeights", "BySampleAndColumn"),
        WantsLosses = new("TLosses", "Yes"),
        WantsGradient = new("TGradient", "Yes"),
        Ignores = new("TIgnored", "Yes");
}
