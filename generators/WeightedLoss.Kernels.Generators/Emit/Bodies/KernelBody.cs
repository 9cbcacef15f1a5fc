using WeightedLoss.Generators.Emit.Dialects;
using WeightedLoss.Generators.Plan;
using WeightedLoss.Generators.Spec;
using WeightedLoss.Generators.Text;

namespace WeightedLoss.Generators.Emit.Bodies;

/// <summary>A method of a loss that adds to the lanes' sums, against one that only maps an array.</summary>
internal interface ISummed;

/// <summary>A loss as the emitter sees it: its methods, and how they are reached. The arithmetic stands in the methods.</summary>
internal abstract class KernelBody
{
    /// <summary>The attribute, for the header.</summary>
    public abstract string Attribute { get; }

    /// <summary>The interface that the kernel structs implement.</summary>
    public abstract string Interface { get; }

    /// <summary>The interface of the struct that chooses among the kernels of one class and type.</summary>
    public virtual string FacadeInterface => Interface;

    /// <summary>The type of the arguments of the entry point.</summary>
    public abstract string Arguments { get; }

    /// <summary>The registry's entry type, without type arguments.</summary>
    public abstract string Entry { get; }

    /// <summary>The name of the property that lists a class's kernels of this loss.</summary>
    public abstract string Registry { get; }

    /// <summary>What the name of the struct begins with that chooses among the kernels of one class and type; nothing where there is one kernel.</summary>
    public virtual string Facade => "";

    public abstract IReadOnlyList<KernelMethod> Methods { get; }

    /// <summary>The interface's methods that a dispatcher forwards: signature, and call.</summary>
    public abstract IReadOnlyList<(string Signature, string Call)> Dispatched { get; }

    /// <summary>The interface's members that a dispatcher has of its own.</summary>
    public virtual void EmitDispatcherMembers(IndentedWriter writer)
    {
    }

    /// <summary>The method that leads to the variants; nothing where the interface's methods are the kernel's.</summary>
    public virtual void EmitEntryPoint(IndentedWriter writer, Dialect dialect)
    {
    }

    /// <summary>The last type arguments of a kernel's registry entry, given all kernels of the class.</summary>
    public virtual IReadOnlyList<string> EntryTypes(KernelId kernel, IReadOnlyList<KernelId> all) => [];

    /// <summary>The last arguments of a kernel's registry entry, each with a comma before it.</summary>
    public virtual string EntryArguments(KernelId kernel) => "";

    /// <summary>The interface's methods, as they choose among the kernels of one class and type.</summary>
    public virtual void EmitFacade(IndentedWriter writer, IReadOnlyList<KernelId> kernels)
    {
    }

    /// <summary>The public methods of the class that carries the attribute.</summary>
    public virtual void EmitPublicMethods(IndentedWriter writer, string dispatcher)
    {
    }

    /// <summary>The public method for probabilities, of a loss that may leave it to another one of its class.</summary>
    public virtual void EmitProbabilities(IndentedWriter writer, string dispatcher)
    {
    }

    /// <summary>The dispatcher of the first kernel for which something is left open; where the class has none, what the library has.</summary>
    protected static string DispatcherOr(string others, IEnumerable<KernelId> kernels, Func<KernelId, bool> isOpen) =>
        kernels.Where(isOpen).Select(kernel => kernel.DispatcherName).FirstOrDefault() ?? others;

    public static KernelBody For(KernelId kernel)
    {
        var element = Dialect.For(kernel).Element;
        return kernel.Loss switch
        {
            LossKind.BinaryCrossEntropy => new BinaryCrossEntropyBody(element),
            LossKind.CrossEntropy => new CrossEntropyBody(element, kernel.Classes),
            LossKind.SoftmaxFocal => new SoftmaxFocalBody(element, kernel.Classes, kernel.Gamma),
            LossKind.SigmoidFocal => new SigmoidFocalBody(element, kernel.Gamma),
            _ => new FunctionBody(kernel.Loss, element),
        };
    }
}
