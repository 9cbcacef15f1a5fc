using Microsoft.CodeAnalysis;

namespace WeightedLoss.Generators.Diagnostics;

/// <summary>Every diagnostic, with the one text that the compiler and the documentation show. An id is never used again.</summary>
internal static class Descriptors
{
    private const string Category = "WeightedLoss";

    internal static readonly DiagnosticDescriptor ClassNotReopenable = new(
        "WLK001",
        "Kernels need a static partial class",
        "'{0}' can't receive kernels: {1}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        description: "The generator adds kernels to the class that carries the attribute, so the class is static, and it and every type "
            + "around it are partial and not generic, and none is local to a file.");

    internal static readonly DiagnosticDescriptor UnsupportedElement = new(
        "WLK002",
        "There are no kernels for this element type",
        "There are no kernels for '{0}'; use float or double",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true);

    internal static readonly DiagnosticDescriptor ClassCountOutOfRange = new(
        "WLK004",
        "The class count is out of range",
        "Classes is {0}, but must lie between 2 and {1}; leave it out for kernels that take any class count",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true);

    internal static readonly DiagnosticDescriptor GammaOutOfRange = new(
        "WLK005",
        "The focusing parameter is out of range",
        "Gamma is {0}, but must be finite and above 0; leave it out for kernels that take any γ at run time",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        description: "Focal loss with γ = 0 is cross-entropy, which has kernels of its own.");

    internal static readonly DiagnosticDescriptor DuplicateKernel = new(
        "WLK003",
        "The same kernel is asked for twice",
        "'{0}' has [{1}<{2}>] twice; remove one",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true);
}
