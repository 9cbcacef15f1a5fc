using Microsoft.CodeAnalysis;

namespace WeightedLoss.Generators.Diagnostics;

/// <summary>Every diagnostic, with the one text that the compiler and the documentation show. An id is never used again.</summary>
internal static class Descriptors
{
    /// <summary>Where the help pages stand in the repository; a test holds them against this file.</summary>
    internal const string HelpFolder = "src/WeightedLoss.Kernels/docs/diagnostics/";

    internal static readonly DiagnosticDescriptor ClassNotReopenable = Error(
        "WLK001",
        "Kernels need a static partial class",
        "'{0}' can't receive kernels: {1}",
        "The generator adds kernels to the class that carries the attribute, so the class is static, and it and every type "
            + "around it are partial and not generic, and none is local to a file.");

    internal static readonly DiagnosticDescriptor UnsupportedElement = Error(
        "WLK002",
        "There are no kernels for this element type",
        "There are no kernels for '{0}'; use float or double");

    internal static readonly DiagnosticDescriptor DuplicateKernel = Error(
        "WLK003",
        "The same kernel is asked for twice",
        "'{0}' has [{1}<{2}>] twice; remove one");

    internal static readonly DiagnosticDescriptor ClassCountOutOfRange = Error(
        "WLK004",
        "The class count is out of range",
        "Classes is {0}, but must lie between 2 and {1}; leave it out for kernels that take any class count");

    internal static readonly DiagnosticDescriptor ParameterOutOfRange = Error(
        "WLK005",
        "A parameter of the loss is out of range",
        "{0} is {1}, but must be {2}; an attribute without parameters makes kernels that take any value at run time",
        "The summary of each parameter states its range. A focal loss with γ = 0 is cross-entropy, which has kernels of its own.");

    internal static readonly DiagnosticDescriptor LanguageTooOld = Error(
        "WLK006",
        "The language version is too old for kernels",
        "Kernels need C# {0} or later, but this project compiles C# {1}; remove LangVersion from the project, or raise it");

    internal static readonly DiagnosticDescriptor NameTaken = Error(
        "WLK007",
        "A name of the public methods is taken",
        "'{0}' can't receive kernels: the generator needs the name '{1}' in it; rename {2}",
        "Loss, LossAndGradient and Probabilities are what the generator calls the methods that it adds to a class. The class itself, and the "
            + "members that it has already, are called otherwise; overloads may begin with anything but a span of logits.");

    internal static readonly DiagnosticDescriptor OtherVersion = Error(
        "WLK009",
        "Library and generator are of different versions",
        "This generator writes kernels for WeightedLoss.Kernels {0}, but the project references {1}; reference one package, which brings both");

    private static DiagnosticDescriptor Error(string id, string title, string message, string? description = null) => new(
        id, title, message, "WeightedLoss", DiagnosticSeverity.Error, isEnabledByDefault: true, description, $"{HelpFolder}{id}.md");
}
