using WeightedLoss.Generators.Math;
using WeightedLoss.Generators.Program;

namespace WeightedLoss.Generators.Losses;

/// <summary>A loss of a row of logits, one per class.</summary>
internal abstract class SoftmaxLoss : LossDefinition
{
    /// <summary>What its options hold, for the summaries of the public methods.</summary>
    public abstract string OptionsText { get; }

    /// <summary>
    /// Whether it takes dense targets: smoothed labels and soft targets. Then it has all sweeps of its own.
    /// </summary>
    public virtual bool HasDenseTargets => false;

    /// <summary>Whether the loss of two classes is the softplus of the difference of their logits, which has a way of its own.</summary>
    public virtual bool HasDifference => false;

    /// <summary>The loss that this one is at the limit of its parameters, which the library then takes.</summary>
    public virtual SoftmaxLoss Limit => this;

    /// <summary>The arithmetic of rows with a hard label.</summary>
    public abstract RowTerms Begin(ParameterValues parameters);
}

/// <summary>The arithmetic of rows with a hard label.</summary>
internal abstract class RowTerms
{
    /// <summary>The form for saturated rows; null if they have none of their own.</summary>
    public virtual SaturatedRow? Saturated => null;

    /// <summary>The loss, and what the gradient is made of.</summary>
    /// <param name="row">The row.</param>
    /// <param name="weight">The row's weight; 0 makes it inert.</param>
    /// <param name="gradientScale">The reduction's factor.</param>
    public abstract RowResult Evaluate(HardRow row, Lane weight, Lane gradientScale);

    /// <summary>A row's weight in the gradient: never infinite, because 0 times that would be NaN.</summary>
    internal static Lane EmitScaledWeight(LaneProgram program, Lane weight, Lane gradientScale) =>
        program.Let("scaledWeight", Limits.Finite(program, program.Multiply(weight, gradientScale)));
}

/// <summary>What a loss makes of a row.</summary>
/// <param name="Loss">w·loss.</param>
/// <param name="Coefficient">What the gradient has for each e.</param>
/// <param name="LabelGradient">The gradient of the class that is not part of the sums.</param>
/// <param name="IsCorrect">Whether the label has the largest logit, and no logit is NaN.</param>
internal readonly record struct RowResult(Lane Loss, Lane Coefficient, Lane LabelGradient, Lane IsCorrect);
