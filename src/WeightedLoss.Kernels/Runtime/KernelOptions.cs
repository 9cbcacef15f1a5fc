using System.ComponentModel;

namespace WeightedLoss.Runtime;

/// <summary>An option of a kernel that is on.</summary>
/// <remarks>For generated code.</remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct Yes;

/// <summary>An option of a kernel that is off.</summary>
/// <remarks>For generated code.</remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct No;

/// <summary>Targets are numbers between 0 and 1.</summary>
/// <remarks>For generated code.</remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct SoftTargets;

/// <summary>Targets are made of hard labels.</summary>
/// <remarks>For generated code.</remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct SmoothedLabels;

/// <summary>No label has a weight of its own.</summary>
/// <remarks>For generated code.</remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct ByClass;

/// <summary>Every label has a weight of its own.</summary>
/// <remarks>For generated code.</remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct BySample;

/// <summary>Every label has a weight and a positive weight of its own.</summary>
/// <remarks>For generated code.</remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct BySampleAndColumn;

/// <summary>A class count that is known at build time.</summary>
/// <remarks>For generated code.</remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface IClassCount
{
    /// <summary>The class count; 0 for <see cref="AnyCount"/>.</summary>
    static abstract int Value { get; }
}

/// <summary>A class count that is given at run time.</summary>
/// <remarks>For generated code.</remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct AnyCount : IClassCount
{
    /// <inheritdoc/>
    public static int Value => 0;
}
