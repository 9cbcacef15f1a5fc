namespace WeightedLoss.Thresholds;

/// <summary>What a set of decisions is worth, kept up to date while one row at a time changes its class.</summary>
internal abstract class OffsetObjective(int classes)
{
    /// <summary>The number of classes.</summary>
    public int Classes { get; } = classes;

    /// <summary>What the decisions are worth; more is better.</summary>
    public abstract double Worth { get; }

    /// <summary>Starts over with a decision for each row.</summary>
    public abstract void Restart(ReadOnlySpan<int> called);

    /// <summary>Changes the decision on a row.</summary>
    public abstract void Move(int row, int from, int to);
}

/// <summary>The mean F1 of the classes that have rows or are called.</summary>
internal sealed class MacroF1Objective : OffsetObjective
{
    private readonly int[] _labels;
    private readonly long[] _support;
    private readonly long[] _called;
    private readonly long[] _hits;
    private double _sum;
    private int _present;

    public MacroF1Objective(int[] labels, int classes)
        : base(classes)
    {
        _labels = labels;
        _support = new long[classes];
        _called = new long[classes];
        _hits = new long[classes];
        foreach (var label in labels)
        {
            _support[label]++;
        }
    }

    public override double Worth => _present == 0 ? 0 : _sum / _present;

    public override void Restart(ReadOnlySpan<int> called)
    {
        Array.Clear(_called);
        Array.Clear(_hits);
        for (var i = 0; i < called.Length; i++)
        {
            _called[called[i]]++;
            _hits[called[i]] += _labels[i] == called[i] ? 1 : 0;
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
        _called[from]--;
        _called[to]++;
        _hits[from] -= _labels[row] == from ? 1 : 0;
        _hits[to] += _labels[row] == to ? 1 : 0;
        Count(from, 1);
        Count(to, 1);
    }

    private void Count(int k, int sign)
    {
        var divisor = _support[k] + _called[k];
        if (divisor != 0)
        {
            _sum += sign * (2.0 * _hits[k] / divisor);
            _present += sign;
        }
    }
}

/// <summary>The cost of all decisions, negated.</summary>
internal sealed class CostObjective(int[] labels, CostMatrix costs) : OffsetObjective(costs.Classes)
{
    private double _cost;

    public override double Worth => -_cost;

    public override void Restart(ReadOnlySpan<int> called)
    {
        _cost = 0;
        for (var i = 0; i < called.Length; i++)
        {
            _cost += Cost(labels[i], called[i]);
        }
    }

    public override void Move(int row, int from, int to) => _cost += Cost(labels[row], to) - Cost(labels[row], from);

    // In a unit in which no sum overflows.
    private double Cost(int actual, int called) => costs.Scale * costs[actual, called];
}
