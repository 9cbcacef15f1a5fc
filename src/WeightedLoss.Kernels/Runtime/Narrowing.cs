using System.Numerics;

namespace WeightedLoss.Runtime;

/// <summary>From double to the element type.</summary>
internal static class Narrowing
{
    /// <summary>The largest number of the type.</summary>
    internal static T Largest<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        typeof(T) == typeof(float) ? T.CreateTruncating(float.MaxValue) : T.CreateTruncating(double.MaxValue);

    /// <summary>What is too large for the type becomes its largest number, because an infinite factor would make 0 NaN.</summary>
    internal static T ToFinite<T>(double value)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var narrow = T.CreateTruncating(value);
        return T.IsFinite(narrow) ? narrow : Largest<T>();
    }
}
