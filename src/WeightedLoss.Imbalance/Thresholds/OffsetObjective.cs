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
    public abstract void Restart(ReadOnlySpan<int> called);

    /// <summary>Changes the decision on a row.</summary>
    public abstract void Move(int row, int from, int to);

    protected double WeightOf(int row) => weights.Length == 0 ? 1 : weights[row];
}

/// <summary>The mean F1 of the classes that have rows or are called.</summary>
internal sealed class MacroF1Objective : OffsetObjective
{
    private readonly double[] _support;
    private readonly double[] _called;
    private readonly double[] _hits;

    // The rows of some weight that are of a class or are called it. Sums that rows are taken off again need not return to 0.
    private readonly long[] _rows;
    private double _sum;
    private int _present;

    public MacroF1Objective(int[] labels, double[] weights, int classes)
        : base(labels, weights, classes)
    {
        _support = new double[classes];
        _called = new double[classes];
        _hits = new double[classes];
        _rows = new long[classes];
        for (var i = 0; i < labels.Length; i++)
        {
            _support[labels[i]] += WeightOf(i);
        }
    }

    public override double Worth => _present == 0 ? 0 : _sum / _present;

    public override void Restart(ReadOnlySpan<int> called)
    {
        Array.Clear(_called);
        Array.Clear(_hits);
        Array.Clear(_rows);
        for (var i = 0; i < called.Length; i++)
        {
            Add(i, called[i], 1);
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

    private void Add(int row, int called, int sign)
    {
        var weight = sign * WeightOf(row);
        _called[called] += weight;
        _hits[called] += Labels[row] == called ? weight : 0;
        _rows[called] += weight == 0 ? 0 : sign;
    }

    private void Count(int k, int sign)
    {
        if (_rows[k] != 0)
        {
            _sum += sign * (2 * _hits[k] / (_support[k] + _called[k]));
            _present += sign;
        }
    }
}

/// <summary>The cost of all decisions, negated.</summary>
internal sealed class CostObjective(int[] labels, double[] weights, CostMatrix costs) : OffsetObjective(labels, weights, costs.Classes)
{
    private double _cost;

    public override double Worth => -_cost;

    public override void Restart(ReadOnlySpan<int> called)
    {
        _cost = 0;
        for (var i = 0; i < called.Length; i++)
        {
            _cost += Cost(i, called[i]);
        }
    }

    public override void Move(int row, int from, int to) => _cost += Cost(row, to) - Cost(row, from);

    // In a unit in which no sum overflows.
    private double Cost(int row, int called) => WeightOf(row) * (costs.Scale * costs[Labels[row], called]);
}
