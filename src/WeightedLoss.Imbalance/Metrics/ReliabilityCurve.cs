using System.Numerics;
using WeightedLoss.Common;

namespace WeightedLoss;

/// <summary>Probabilities in bins, with how often the positives really come: the diagram that shows calibration.</summary>
public sealed class ReliabilityCurve
{
    private const int MostBins = 1_000_000;

    private readonly ReliabilityBin[] _bins;

    private ReliabilityCurve(ReliabilityBin[] bins) => _bins = bins;

    /// <summary>The bins that have samples of any weight, from the lowest probabilities up.</summary>
    public ReadOnlySpan<ReliabilityBin> Bins => _bins;

    /// <summary>
    /// The expected calibration error: the mean over the bins, by weight, of the distance between mean probability and rate of positives; 0
    /// without samples.
    /// </summary>
    /// <remarks>
    /// M. P. Naeini, G. F. Cooper, M. Hauskrecht, "Obtaining Well Calibrated Probabilities Using Bayesian Binning", AAAI 2015, for the
    /// probability of being positive. It depends on the bins.
    /// </remarks>
    public double ExpectedCalibrationError
    {
        get
        {
            var weight = _bins.Sum(bin => bin.Weight);
            var scale = Scaling.ToRange(weight);
            return weight == 0 ? 0 : _bins.Sum(bin => scale * bin.Weight * bin.Gap) / (scale * weight);
        }
    }

    /// <summary>The largest distance between mean probability and rate of positives of a bin; 0 without samples.</summary>
    public double MaximumCalibrationError => _bins.Select(bin => bin.Gap).DefaultIfEmpty().Max();

    /// <summary>
    /// Puts probabilities into bins. A bin holds what is above its lower and at most its upper edge; the first one 0 too.
    /// </summary>
    /// <typeparam name="T">The type of the probabilities, float or double.</typeparam>
    /// <typeparam name="TLabel">The type of the labels.</typeparam>
    /// <param name="probabilities">[n], of being positive, in [0, 1].</param>
    /// <param name="labels">[n], 0 or 1.</param>
    /// <param name="bins">How many bins, 1 to 1,000,000; fewer come back where some are empty.</param>
    /// <param name="edges">Where bins end.</param>
    /// <param name="sampleWeights">[n], finite and at least 0, with a finite sum; or nothing. They don't move the edges.</param>
    /// <exception cref="ArgumentException">Lengths that differ, or a value out of its range.</exception>
    public static ReliabilityCurve Create<T, TLabel>(
        ReadOnlySpan<T> probabilities, ReadOnlySpan<TLabel> labels, int bins, BinEdges edges = BinEdges.EqualWidth,
        ReadOnlySpan<T> sampleWeights = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        // Small weights in a unit in which their products with probabilities keep their digits.
        var scale = Math.Max(1, Scaling.ToRange(ProbabilityMetrics.CheckBinary(probabilities, labels, sampleWeights)));
        if (bins is < 1 or > MostBins)
        {
            throw new ArgumentException($"There must be 1 to {MostBins} bins, but {nameof(bins)} is {bins}.", nameof(bins));
        }

        // [bins + 1], the first 0 and the last 1 for bins of equal width.
        var ends = edges switch
        {
            BinEdges.EqualWidth => [.. Enumerable.Range(0, bins + 1).Select(b => (double)b / bins)],
            BinEdges.EqualCount => Quantiles(probabilities, bins),
            _ => throw new ArgumentException($"There are no edges {(int)edges}.", nameof(edges)),
        };
        var inner = ends.AsSpan(1, bins - 1);
        var sums = new (double Weight, double Probability, double Positives)[bins];
        for (var i = 0; i < labels.Length; i++)
        {
            var p = double.CreateTruncating(probabilities[i]);
            var weight = scale * ProbabilityMetrics.WeightOf(sampleWeights, i);
            ref var sum = ref sums[FirstAtLeast(inner, p)];
            sum.Weight += weight;
            sum.Probability += weight * p;
            sum.Positives += labels[i] == TLabel.One ? weight : 0;
        }

        return new(
            [.. Enumerable.Range(0, bins)
                .Where(b => sums[b].Weight != 0)
                .Select(b => new ReliabilityBin(
                    ends[b], ends[b + 1], sums[b].Weight / scale, sums[b].Probability / sums[b].Weight, sums[b].Positives / sums[b].Weight))]);
    }

    // Equal edges bound empty bins, which are dropped: equal probabilities stay together.
    private static int FirstAtLeast(ReadOnlySpan<double> edges, double value)
    {
        var (low, high) = (0, edges.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = edges[middle] < value ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    // Between two samples an edge lies where a straight line between them puts it.
    private static double[] Quantiles<T>(ReadOnlySpan<T> probabilities, int bins)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var ends = new double[bins + 1];
        if (probabilities.IsEmpty)
        {
            return ends;
        }

        var sorted = probabilities.ToArray();
        Array.Sort(sorted);
        for (var b = 0; b <= bins; b++)
        {
            var (rank, rest) = Math.DivRem((long)b * (sorted.Length - 1), bins);
            var low = double.CreateTruncating(sorted[rank]);
            ends[b] = rest == 0 ? low : low + ((double.CreateTruncating(sorted[rank + 1]) - low) * ((double)rest / bins));
        }

        return ends;
    }
}

/// <summary>One bin of a <see cref="ReliabilityCurve"/>.</summary>
/// <param name="Lower">The lower edge.</param>
/// <param name="Upper">The upper edge.</param>
/// <param name="Weight">The number of samples, or the sum of their weights.</param>
/// <param name="MeanProbability">The mean probability of the samples.</param>
/// <param name="PositiveRate">The part of the samples that is positive.</param>
public readonly record struct ReliabilityBin(double Lower, double Upper, double Weight, double MeanProbability, double PositiveRate)
{
    /// <summary>The distance between mean probability and rate of positives.</summary>
    public double Gap => Math.Abs(MeanProbability - PositiveRate);
}

/// <summary>Where the bins of a <see cref="ReliabilityCurve"/> end.</summary>
public enum BinEdges
{
    /// <summary>At equal distances from 0 to 1.</summary>
    EqualWidth,

    /// <summary>At quantiles of the probabilities, so that bins have nearly as many samples; equal probabilities share a bin.</summary>
    /// <remarks>
    /// An edge between two probabilities is interpolated. Where it should be equal to a probability, the rounding of scikit-learn's
    /// calibration_curve may put it on the other side, and that sample into the next bin.
    /// </remarks>
    EqualCount,
}
