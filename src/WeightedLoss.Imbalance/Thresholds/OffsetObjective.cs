namespace WeightedLoss.Thresholds;

/// <summary>What a set of decisions is worth, kept up to date while one row at a time changes its class.</summary>
/// <param name="labels">[n], what the rows are.</param>
/// <param name="weights">[n], or nothing.</param>
/// <param name="classes">The number of classes.</param>
internal abstract class OffsetObjective(int[] labels, double[] weights, int classes)
{
    /// <summary>The number of classes.</summary>
    public int Classes { get; } = classes;

    /// <summary>What the decisions are worth; more is better.</summary>
    public abstract double Worth { get; }

    protected int[] Labels => labels;

    /// <summary>Starts over with a decision for each row.</summary>
    public abstract void Restart(ReadOnlySpan<int> predicted);

    /// <summary>Changes the decision on a row.</summary>
    public abstract void Move(int row, int from, int to);

    protected double WeightOf(int row) => weights.Length == 0 ? 1 : weights[row];
}

/// <summary>The mean F1 of the classes that have rows or are predicted.</summary>
internal sealed class MacroF1Objective : OffsetObjective
{
    private readonly double[] _support;
    private readonly double[] _predicted;
    private readonly double[] _correct;

    // The rows of some weight that are of a class or are predicted as it. Sums that rows are taken off again need not return to 0.
    private readonly long[] _rows;
    private double _sum;
    private int _present;

    public MacroF1Objective(int[] labels, double[] weights, int classes)
        : base(labels, weights, classes)
    {
        _support = new double[classes];
        _predicted = new double[classes];
        _correct = new double[classes];
        _rows = new long[classes];
        for (var i = 0; i < labels.Length; i++)
        {
            _support[labels[i]] += WeightOf(i);
        }
    }

    public override double Worth => _present == 0 ? 0 : _sum / _present;

    public override void Restart(ReadOnlySpan<int> predicted)
    {
        Array.Clear(_predicted);
        Array.Clear(_correct);
        Array.Clear(_rows);
        for (var i = 0; i < predicted.Length; i++)
        {
            Add(i, predicted[i], 1);
            _rows[Labels[i]] += WeightOf(i) == 0 ? 0 : 1;
        }

        (_sum, _present) = (0, 0);
        for (var k = 0; k < Classes; k++)
        {
            Count(k, 1);
        }
    }

    public override void Move(int row, int from, int to)
    {
        Count(from, -1);
        Count(to, -1);
        Add(row, from, -1);
        Add(row, to, 1);
        Count(from, 1);
        Count(to, 1);
    }

    private void Add(int row, int predicted, int sign)
    {
        var weight = sign * WeightOf(row);
        _predicted[predicted] += weight;
        _correct[predicted] += Labels[row] == predicted ? weight : 0;
        _rows[predicted] += weight == 0 ? 0 : sign;
    }

    private void Count(int k, int sign)
    {
        if (_rows[k] != 0)
        {
            _sum += sign * (2 * _correct[k] / (_support[k] + _predicted[k]));
            _present += sign;
        }
    }
}

/// <summary>The cost of all decisions, negated.</summary>
internal sealed class CostObjective(int[] labels, double[] weights, CostMatrix costs) : OffsetObjective(labels, weights, costs.Classes)
{
    private double _cost;

    public override double Worth => -_cost;

    public override void Restart(ReadOnlySpan<int> predicted)
    {
        _cost = 0;
        for (var i = 0; i < predicted.Length; i++)
        {
            _cost += Cost(i, predicted[i]);
        }
    }

    public override void Move(int row, int from, int to) => _cost += Cost(row, to) - Cost(row, from);

    // In a unit in which no sum overflows.
    private double Cost(int row, int predicted) => WeightOf(row) * (costs.Scale * costs[Labels[row], predicted]);
}
