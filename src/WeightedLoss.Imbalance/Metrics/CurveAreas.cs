using WeightedLoss.Common;

namespace WeightedLoss.Metrics;

/// <summary>The areas under the precision-recall and the ROC curve, a point at a time from the highest threshold down.</summary>
internal struct CurveAreas
{
    // Weights of positives and negatives may be large or small enough for their products to leave the range of a double. The areas don't
    // depend on the unit of either.
    private readonly double _positiveScale;
    private readonly double _negativeScale;

    private double _truePositives;
    private double _falsePositives;
    private double _precision = 1;

    // Without the divisors that are known at the end only.
    private double _steps;
    private double _precisionTrapezoids;
    private double _rocTrapezoids;

    /// <summary>No point.</summary>
    /// <param name="positives">The weight of all positives, or about that.</param>
    /// <param name="negatives">The weight of all negatives, or about that.</param>
    public CurveAreas(double positives, double negatives)
    {
        _positiveScale = Scaling.ToRange(positives);
        _negativeScale = Scaling.ToRange(negatives);
    }

    /// <summary>Adds the point of a threshold.</summary>
    /// <param name="truePositives">The weight of the positives at or above it.</param>
    /// <param name="falsePositives">The weight of the negatives at or above it.</param>
    public void Add(double truePositives, double falsePositives)
    {
        var precision = Scaling.Part(truePositives, falsePositives);
        var found = _positiveScale * (truePositives - _truePositives);
        var alarms = _negativeScale * (falsePositives - _falsePositives);
        _steps += found * precision;
        _precisionTrapezoids += found * (precision + _precision) / 2;
        _rocTrapezoids += alarms * ((_positiveScale * truePositives) + (_positiveScale * _truePositives)) / 2;
        (_truePositives, _falsePositives, _precision) = (truePositives, falsePositives, precision);
    }

    /// <summary>The figures, after the lowest threshold.</summary>
    public readonly RankingScores ToScores()
    {
        var (positives, negatives) = (_positiveScale * _truePositives, _negativeScale * _falsePositives);
        return new(
            positives == 0 ? 0 : _steps / positives,
            positives == 0 ? 0 : _precisionTrapezoids / positives,
            positives == 0 || negatives == 0 ? double.NaN : _rocTrapezoids / positives / negatives,
            _truePositives,
            _falsePositives);
    }
}
