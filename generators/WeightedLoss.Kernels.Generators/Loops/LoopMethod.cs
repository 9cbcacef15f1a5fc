using WeightedLoss.Generators.Dialects;
using WeightedLoss.Generators.Program;
using WeightedLoss.Generators.Spec;

namespace WeightedLoss.Generators.Loops;

/// <summary>One flat method of a kernel.</summary>
internal abstract class KernelMethod(string name, string summary, Element element)
{
    public string Name => name;

    public string Summary => summary;

    /// <summary>What its arrays hold, and what it computes in.</summary>
    public Element Element => element;
}

/// <summary>An array that a loop walks; an argument's field has the same name with a capital.</summary>
/// <param name="Type">The type of its elements.</param>
/// <param name="Name">The name.</param>
/// <param name="If">The option that has it; null if it is always there.</param>
internal sealed record LoopArray(string Type, string Name, Option? If = null);

/// <summary>A method that walks arrays. A body says what happens before, in and after the loop over virtual blocks.</summary>
internal abstract class LoopMethod(string name, string summary, Element element) : KernelMethod(name, summary, element)
{
    /// <summary>The arrays that the loop walks.</summary>
    public abstract IReadOnlyList<LoopArray> Arrays { get; }

    /// <summary>Whether <see cref="LaneProgram.NextSweep"/> cuts the arithmetic.</summary>
    public virtual bool HasSweeps => false;

    /// <summary>Values that stay the same over the whole call.</summary>
    public virtual void EmitSetup(LaneProgram program)
    {
    }

    /// <summary>Declares the lanes' sums.</summary>
    public virtual void EmitStart(LaneProgram program)
    {
    }

    /// <summary>The arithmetic on one virtual block.</summary>
    public abstract void EmitIteration(LaneProgram program);

    /// <summary>Hands the lanes' sums over.</summary>
    public virtual void EmitEnd(LaneProgram program)
    {
    }
}

/// <summary>A method that adds to the call's sums; its options are type parameters.</summary>
internal abstract class SummedMethod(string name, string summary, Element element, params string[] options)
    : LoopMethod(name, summary, element)
{
    /// <summary>The type parameters.</summary>
    public IReadOnlyList<string> Options => options;

    /// <summary>Name and type parameters.</summary>
    public string GenericName => options.Length == 0 ? Name : $"{Name}<{string.Join(", ", options)}>";

    /// <summary>What the type parameters are.</summary>
    public string Constraints => string.Concat(options.Select(option => $" where {option} : struct"));

    /// <summary>The exponentials go first.</summary>
    public sealed override bool HasSweeps => true;
}

/// <summary>A method with loops of its own, over samples with several classes.</summary>
internal abstract class SampleMethod(string name, string summary, Element element) : KernelMethod(name, summary, element)
{
    /// <summary>What it returns, and its parameters.</summary>
    public abstract (string Type, string Parameters) Signature { get; }

    /// <summary>Arguments for the parameters behind the first, each with a comma before it.</summary>
    public virtual string OtherArguments => "";

    /// <summary>Its type parameter and what that must be, for example <c>TRows</c>, which evaluates rows; null if it has none.</summary>
    public virtual (string Parameter, string Constraint)? TypeParameter => null;

    /// <summary>The statements.</summary>
    public abstract void Emit(Func<int?, LaneProgram> program, Dialect dialect);
}
