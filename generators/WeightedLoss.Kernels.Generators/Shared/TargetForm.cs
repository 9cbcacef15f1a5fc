using System.ComponentModel;

namespace WeightedLoss.Runtime;

/// <summary>What the target of a row of logits is.</summary>
/// <remarks>For generated code.</remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public enum TargetForm
{
    /// <summary>A label.</summary>
    Hard,

    /// <summary>None: the probabilities are wanted. Computed as the gradient of a row of weight 1 that has no label.</summary>
    None,

    /// <summary>A label, and a part for every class that all rows share.</summary>
    Smooth,

    /// <summary>A number for every class.</summary>
    Soft,
}
