namespace WeightedLoss.Metrics;

/// <summary>The areas under the precision-recall and the ROC curve, a point at a time from the highest threshold down.</summary>
internal struct CurveAreas
{
    private double _truePositives;
    private double _falsePositives;
    private double _precision = 1;

    // Without the divisors that are known at the end only.
    private double _steps;
    private double _precisionTrapezoids;
    private double _rocTrapezoids;

    public CurveAreas()
    {
    }

    /// <summary>Adds the point of a threshold.</summary>
    /// <param name="truePositives">The weight of the positives at or above it.</param>
    /// <param name="falsePositives">The weight of the negatives at or above it.</param>
    public void Add(double truePositives, double falsePositives)
    {
        var called = truePositives + falsePositives;
        var precision = called == 0 ? 0 : truePositives / called;
        var found = truePositives - _truePositives;
        _steps += found * precision;
        _precisionTrapezoids += found * (precision + _precision) / 2;
        _rocTrapezoids += (falsePositives - _falsePositives) * (truePositives + _truePositives) / 2;
        (_truePositives, _falsePositives, _precision) = (truePositives, falsePositives, precision);
    }

    /// <summary>The figures, after the lowest threshold.</summary>
    public readonly RankingScores ToScores() => new(
        _truePositives == 0 ? 0 : _steps / _truePositives,
        _truePositives == 0 ? 0 : _precisionTrapezoids / _truePositives,
        _truePositives == 0 || _falsePositives == 0 ? double.NaN : _rocTrapezoids / _truePositives / _falsePositives,
        _truePositives,
        _falsePositives);
}
