namespace WeightedLoss.Shared;

/// <summary>What generator and library both know of kernels: compiled into both, so that no number is written twice.</summary>
internal static class KernelFacts
{
    /// <summary>The bytes of a virtual block of lanes, the same for every instruction set.</summary>
    internal const int BlockBytes = 64;

    /// <summary>How many elements a sweep over a tile takes before the next sweep.</summary>
    internal const int SweepLength = 256;

    /// <summary>How many values of each element of such a tile kernels of binary losses have memory for.</summary>
    internal const int SweepValues = 4;

    /// <summary>
    /// Up to this class count a sample has a lane of its own, unless there are few; beyond it, the classes of one sample share the lanes.
    /// </summary>
    internal const int MostClassesInLanes = 256;

    /// <summary>
    /// Up to this class count the lanes that have a class as their label are found by a comparison in every class. In more classes, labels
    /// are gathered from their rows, and smoothed labels need no memory for the target of each class.
    /// </summary>
    internal const int MostClassesCompared = 16;

    /// <summary>
    /// Classes that are added up before their sum goes to the total, up to <see cref="MostShortBlocks"/> classes, for which a bound of the
    /// error is stated.
    /// </summary>
    internal const int ShortSumBlock = 12;

    /// <summary>The same for more classes.</summary>
    internal const int SumBlock = 16;

    /// <inheritdoc cref="ShortSumBlock"/>
    internal const int MostShortBlocks = 64;

    /// <summary>The chains of a block's sum, which take turns.</summary>
    internal const int SumChains = 4;

    /// <summary>
    /// The bytes of memory for one value of each row of a call: a constant, so that a value's place is part of an instruction.
    /// </summary>
    internal const int RowValueBytes = 2048;

    /// <summary>The values of a row with a hard label or a soft target.</summary>
    internal const int RowValues = 7;

    /// <summary>The values of a row with a smoothed label.</summary>
    internal const int SmoothRowValues = 8;

    /// <summary>
    /// A row whose largest logit is further from 0 is shifted by it; other rows are left, so that nothing is rounded there either.
    /// </summary>
    internal const int LargeFloat = 1024, LargeDouble = 2048;

    /// <summary>
    /// Whether q^γ is a product of at most four factors and a square root. Where it is not, it is an exponential of a logarithm.
    /// </summary>
    internal static bool HasProducts(double gamma) => gamma <= 4 && gamma * 2 == Math.Floor(gamma * 2);
}
