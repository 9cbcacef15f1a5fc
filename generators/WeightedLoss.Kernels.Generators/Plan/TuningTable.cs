using System.Collections.Immutable;

namespace WeightedLoss.Generators.Plan;

/// <summary>Every choice that was made by measurement, with the measurement.</summary>
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
    /// the caches hold. (Float, gradient, Intel Xeon, family 6, model 207: 4·10⁶ labels take 0.73 to 0.89 of the time with AVX2, 0.78 with
    /// AVX-512, one loss per label 0.85 and 0.71, double 0.85 and 0.82; 256 and 1,536 give the same. A tile's lines at once 0.81 to 1.04;
    /// without the labels 0.78 to 0.82; without logits or gradient 0.88 to 0.95. Where caches hold everything, the question costs up to
    /// 1.02.)
    /// </summary>
    internal const int PrefetchDistance = 768;

    /// <summary>
    /// How many rows behind its own a kernel asks for that takes a row at a time, if there are more than the caches hold. (Float, AVX2,
    /// 8·10⁶ logits, Intel Xeon, family 6, model 207: 300 classes take 0.87 of the time, 1,000 0.81, 32,768 0.8 to 0.89; two rows 0.91,
    /// 0.83, 0.8 to 0.91. 131,072 classes, which leave no room in the second-level cache, would take 1.0 to 1.2.)
    /// </summary>
    internal const int RowsFetchedAhead = 3;

    /// <summary>
    /// Up to this class count, sums of e need no second part: at most two of their additions round. (Float, 20 million gradients of
    /// rows of ten kinds: 3 classes 3.8 ulp without, 4 classes 4.001, 9 classes 5.4. It costs 4 classes 9 % of the time, 7 classes 7 %, 10
    /// classes 6 %, 17 to 64 classes 0 to 3 %: AVX2, Intel Xeon, family 6, model 207.)
    /// </summary>
    internal const int MostClassesApproximate = 3;

    /// <summary>
    /// Up to this class count the loops over the classes are unrolled, and the label's e is picked out of all while they are added up, 4
    /// operations for each, instead of evaluating it once more.
    /// </summary>
    internal const int MostClassesUnrolled = 3;

    /// <summary>
    /// AVX2: the constants that are used most, which stay in registers. The loops are bound by loads as much as by arithmetic: the
    /// gradient at n = 65,536 and 1 % positives took 0.84 of TensorPrimitives' time ÷ 3.72 without, ÷ 3.77 with "One", ÷ 3.89 with the
    /// shift of the exponential (AMD Zen 4, AVX-512 off).
    /// </summary>
    internal static readonly ImmutableHashSet<string> HeldConstants = ["One", "ExpShift", "RoundingShift"];
}
