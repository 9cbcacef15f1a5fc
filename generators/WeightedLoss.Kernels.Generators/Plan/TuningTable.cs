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
    /// How many elements a sweep over a tile takes before the next sweep. The library's BinaryJob has memory for four values of so many.
    /// Binary cross-entropy takes 1.06 of the time with 64 instead, 1.03 with 128, 1.02 with 192 (AVX2, AMD Zen 4). What sweeps gain at all,
    /// with 64 elements instead of one sweep and in multiples of the bare exponential's time: binary cross-entropy 1.8 instead of 2.1, with
    /// one loss per label 3.5 instead of 4.0, in double 4.3 instead of 5.5 and 10.4 instead of 14.8; focal loss with γ = 2 5.4 instead of 8.1,
    /// in double 20 instead of 33 (AVX2, AMD Zen 5).
    /// </summary>
    internal const int SweepLength = 256;

    /// <summary>
    /// How many elements behind those of the first sweep a binary loss asks for, of every array, a line at a time, if there are more than the
    /// caches hold. (Float, gradient, Intel Xeon, family 6, model 207: 4·10⁶ labels take 0.73 to 0.89 of the time with AVX2, 0.78 with AVX-512,
    /// one loss per label 0.85 and 0.71, double 0.85 and 0.82; 256 and 1,536 give the same. A tile's lines at once 0.81 to 1.04; without the
    /// labels 0.78 to 0.82; without logits or gradient 0.88 to 0.95. Where caches hold everything, the question costs up to 1.02.)
    /// </summary>
    internal const int PrefetchDistance = 768;

    /// <summary>
    /// How many rows behind its own a kernel asks for that takes a row at a time, if there are more than the caches hold. (Float, AVX2,
    /// 8·10⁶ logits, Intel Xeon, family 6, model 207: 300 classes take 0.87 of the time, 1,000 0.81, 32,768 0.8 to 0.89; two rows 0.91, 0.83,
    /// 0.8 to 0.91. 131,072 classes, which leave no room in the second-level cache, would take 1.0 to 1.2.)
    /// </summary>
    internal const int RowsFetchedAhead = 3;

    /// <summary>
    /// Up to this class count, sums of e need no second part: at most two of their additions round. (Float, 20 million gradients of
    /// rows of ten kinds: 3 classes 3.8 ulp without, 4 classes 4.001, 9 classes 5.4. It costs 4 classes 9 % of the time, 7 classes 7 %, 10
    /// classes 6 %, 17 to 64 classes 0 to 3 %: AVX2, Intel Xeon, family 6, model 207.)
    /// </summary>
    internal const int MostClassesRough = 3;

    /// <summary>
    /// So few classes pick the label's e out of all while they are added up, 4 operations for each, instead of evaluating it once more, which
    /// takes 20, in double 30. (Evaluated, float with 4 classes takes 0.99 to 1.06 of the time, 5 0.99, 6 0.98, 7 0.99, double with 5 classes
    /// 1.02, with 8 1.01; picked, 9 to 16 classes take 1.02 to 1.09: AVX2 and AVX-512, Intel Xeon, family 6, model 207.)
    /// </summary>
    internal static int MostClassesPicked(bool isFloat) => isFloat ? 4 : 8;

    /// <summary>
    /// Up to this class count the lanes that have a class as their label are found by a comparison in every class, seven operations each. In
    /// more classes, labels are taken row by row, about twenty instructions each (AVX2, float, AMD Zen 4: 17 classes 0.97 of the time, 50 0.93,
    /// 100 0.88; but 16 1.05, and with a class count that is given at run time 10 1.05, 5 1.14, 2 1.33; smoothed labels 17 1.00, 32 0.90,
    /// 100 0.81, 256 0.76). Not below the other bounds of few classes: where labels are taken, rows have at least a tile of classes, and the
    /// label's e is never picked.
    /// </summary>
    internal const int MostClassesCompared = 16;

    /// <summary>
    /// Up to this class count the loops over the classes are unrolled. Ten classes took 0.76 ns per logit instead of 0.78, fifteen 0.66
    /// instead of 0.67 (AVX2, float, AMD Zen 5); more would make the library larger for less.
    /// </summary>
    internal const int MostClassesUnrolled = 16;

    /// <summary>
    /// The rows for which each value of a row has memory, in 2 KiB: a constant, so that a value's place is part of an instruction (AVX2,
    /// Intel Xeon, family 6, model 207: float with 2 classes takes 0.93 of the time, 3 0.91 to 0.98, 5 0.94, 16 0.96).
    /// </summary>
    internal static int RowCapacity(bool isFloat) => isFloat ? 512 : 256;

    /// <summary>Up to this class count a sample has a lane of its own; beyond it, the classes of one sample share the lanes.</summary>
    internal const int MostClassesInLanes = 256;

    /// <summary>
    /// AVX2: the constants that are used most, which stay in registers. The loops are bound by loads as much as by arithmetic: the
    /// gradient at n = 65,536 and 1 % positives took 0.84 of TensorPrimitives' time ÷ 3.72 without, ÷ 3.77 with "One", ÷ 3.89 with the shift
    /// of the exponential (AMD Zen 4, AVX-512 off).
    /// </summary>
    internal static readonly ImmutableHashSet<string> HeldConstants = ["One", "ExpShift", "RoundingShift"];
}
