using System.Numerics;

namespace WeightedLoss.Runtime;

/// <summary>What the kernels of a focal loss are told of γ beside γ itself.</summary>
internal static class FocalGamma
{
    /// <summary>
    /// The −log q from which on q^γ·q, of which loss and gradient are made, is well below every normal number, so that q^γ counts as 0. The
    /// generator's Power says the same of constants.
    /// </summary>
    internal static T Limit<T>(T gamma)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => T.CreateTruncating(typeof(T) == typeof(float) ? 92 : 713) / (gamma + T.One);

    /// <summary>The q from which on q^γ·q is far above the smallest normal number: a power of two, as the generator's FarRow has it.</summary>
    internal static T Near<T>(T gamma)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => PowerOfTwo(gamma, typeof(T) == typeof(float) ? 96 : 960);

    /// <summary>The q below which q^γ counts as 0, a power of two.</summary>
    internal static T Least<T>(T gamma)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => PowerOfTwo(gamma, typeof(T) == typeof(float) ? 132 : 1028);

    /// <summary>
    /// The least exp(−|z|) with which the sigmoid's focal loss and its roundings are far above the smallest normal number; the generator's
    /// SigmoidFocalBody says why it is one of these powers of two.
    /// </summary>
    internal static T NearLogit<T>(T gamma)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (gamma > T.CreateTruncating(1 << 20))
        {
            return T.Zero;
        }

        var exponent = 63;
        while (T.CreateTruncating(exponent) * (gamma + T.One) > T.CreateTruncating(93))
        {
            exponent /= 2;
        }

        return T.ScaleB(T.One, -exponent);
    }

    /// <summary>The exp(−|z|) below which the loss of the right class is below every normal number, and that of the wrong one does not depend on it.</summary>
    internal static T LeastLogit<T>(T gamma)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        T.ScaleB(T.One, -int.Clamp(int.CreateTruncating(T.Ceiling(T.CreateTruncating(126) / (gamma + T.One))) + 2, 60, 126));

    private static T PowerOfTwo<T>(T gamma, int exponent)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        T.ScaleB(T.One, -int.CreateTruncating(T.CreateTruncating(exponent) / (gamma + T.One)));
}
