using System.ComponentModel;

namespace WeightedLoss.Runtime;

/// <summary>
/// The parameters of a loss and what is computed from them, for kernels that are given them at run time. The options of the loss fill the
/// places as the generator's definition of the loss reads them.
/// </summary>
/// <typeparam name="T">The element type.</typeparam>
/// <remarks>For generated code.</remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public struct LossParameters<T>
    where T : unmanaged
{
    /// <summary>The first place.</summary>
    public T P0;

    /// <summary>The second place.</summary>
    public T P1;

    /// <summary>The third place.</summary>
    public T P2;

    /// <summary>The fourth place.</summary>
    public T P3;

    /// <summary>The fifth place.</summary>
    public T P4;

    /// <summary>The sixth place.</summary>
    public T P5;
}
