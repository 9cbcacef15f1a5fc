using System.Collections.Immutable;

namespace WeightedLoss.Generators.Plan;

/// <summary>
/// Every choice that was made by measurement. To measure another value, build the library twice and compare:
/// <c>compare-builds</c> in <c>benchmarks/README.md</c>.
/// </summary>
internal static class TuningTable
{
    /// <summary>
    /// How many virtual blocks are summed in the lanes' own type before they go to double. 32 bounds the rounding of a sum in float
    /// below 32²/2 half ulps of its smallest term, 7e-7 relative in the worst case (equal terms), and the log-product below 2³².
    /// 64 would halve the cost of the fold, but may exceed the 1e-6 that a summed loss keeps.
    /// </summary>
    internal const int BlockIterations = 32;

    /// <summary>
    /// How many elements behind those of the first sweep a binary loss asks for, of every array, a line at a time, if there are more than
    /// the caches hold. From 256 to 1,536 gives the same.
    /// </summary>
    internal const int PrefetchDistance = 768;

    /// <summary>
    /// How many rows behind its own a kernel asks for that takes a row at a time, if there are more than the caches hold. With more, the
    /// rows of very many classes leave no room in the second-level cache.
    /// </summary>
    internal const int RowsFetchedAhead = 3;

    /// <summary>
    /// Up to this class count, sums of e need no second part: at most two of their additions round, and the gradient stays within 4 ulp.
    /// With more classes it would not.
    /// </summary>
    internal const int MostClassesApproximate = 3;

    /// <summary>
    /// Up to this class count the loops over the classes are unrolled, and the label's e is picked out of all while they are added up, 4
    /// operations for each, instead of evaluating it once more.
    /// </summary>
    internal const int MostClassesUnrolled = 3;

    /// <summary>
    /// AVX2: the constants that are used most, which stay in registers. The loops are bound by loads as much as by arithmetic.
    /// </summary>
    internal static readonly ImmutableHashSet<string> HeldConstants = ["One", "ExpShift", "RoundingShift"];
}
