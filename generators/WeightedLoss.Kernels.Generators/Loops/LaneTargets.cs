using WeightedLoss.Generators.Math;
using WeightedLoss.Generators.Program;

namespace WeightedLoss.Generators.Loops;

/// <summary>What the first sweep finds of a group of rows.</summary>
/// <param name="Weight">The weight that makes a row inert if it is 0.</param>
/// <param name="Largest">The largest logit that counts.</param>
/// <param name="Correct">What says whether a prediction is correct, by its name among the values.</param>
/// <param name="Shifted">What a row's results need of its logits.</param>
/// <param name="IsRare">More rows that are rare than those of every form; null if there are none.</param>
internal sealed record RowPeaks(
    Lane Weight, Lane Largest, (string Name, Lane Value) Correct, (string Name, Lane Value) Shifted, Lane? IsRare = null);

/// <summary>What a form of the target adds to the sweeps of one method.</summary>
/// <param name="groups">The rows.</param>
internal abstract class LaneTargets(LaneGroups groups)
{
    protected LaneGroups Groups => groups;

    protected LaneProgram Program => groups.Program;

    protected LaneClasses Classes => groups.Classes;

    /// <summary>The call that mends rare rows.</summary>
    public virtual string MendCall => "MendDense(in arguments)";

    /// <summary>What its sweeps refer to.</summary>
    public virtual void EmitDeclarations()
    {
    }

    /// <summary>What comes before the sweeps.</summary>
    public virtual void EmitPreparation()
    {
    }

    /// <summary>Reads rows into scratch memory; may begin another sweep in between.</summary>
    public abstract RowPeaks EmitRead();

    /// <summary>A sweep of its own.</summary>
    public virtual void EmitSweep()
    {
    }

    /// <summary>Replaces every logit by its e, and leaves their sum, without that of the class whose gradient is apart.</summary>
    public virtual void EmitExponentials((Lane Power, Lane Shift, Lane Smallest) scale)
    {
        var (sums, low) = new ClassSums(groups, ["rest"], (k, _, add) =>
        {
            var e = Program.Let("e", Exponential.Scaled(Program, Program.Let("t", Classes.Get(k)), scale));
            add(0, e);
            Classes.Set(k, e);
        }).Emit();
        groups.StoreValues(("rest", sums[0]));
        if (low is { } restLow)
        {
            groups.StoreValues(("restLow", restLow));
        }
    }

    /// <summary>The losses of the rows, and what the gradient is made of.</summary>
    public abstract void EmitResults(Func<int?, LaneProgram> newProgram);

    /// <summary>The gradient of a class, from the class in lanes, its index and its e.</summary>
    public abstract Func<Lane, string, Lane, Lane> GradientOf(Lane coefficient);

    /// <summary>
    /// What comes over the gradient of some rows, where the first of them lies, how far it is to the next, and to the next class.
    /// </summary>
    public virtual void EmitOverGradient(string gradient, string rowStride, string classStride)
    {
    }

    /// <summary>
    /// Reads rows with a dense target, and finds their largest logit and its class, the first of equal ones.
    /// </summary>
    /// <param name="weight">The weights of the rows.</param>
    /// <param name="read">What else is read of a class: receives it in lanes, its index, and what gives the row's own target of it.</param>
    protected RowPeaks EmitSpreadLogits(Lane weight, Action<Lane, string, Func<Lane>>? read = null)
    {
        var largest = Program.Let("largest", Program.Constant("Lowest", double.NegativeInfinity));
        var best = Program.Let("best", Program.Zero);
        new LogitReader(groups, (index, z, k, target) =>
        {
            var isLarger = Program.Let("isLarger", Program.IsGreater(z, largest));
            Program.Assign(best, Program.Select(isLarger, index, best));
            Program.Assign(largest, Program.Larger(z, largest));
            Classes.Set(k, z);
            read?.Invoke(index, k, target);
        }).Emit();
        return new(weight, largest, ("best", best), ("shiftedLargest", largest));
    }

    protected Lane EmitSampleWeight() => Program.Let("sampleWeight", Program.Load("arguments.SampleWeights", "row"));
}
