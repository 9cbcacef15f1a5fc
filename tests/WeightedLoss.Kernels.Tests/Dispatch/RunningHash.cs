using System.Numerics;

namespace WeightedLoss.Tests.Dispatch;

/// <summary>FNV-1a over 64-bit words, with the high bits fed back; NaNs of every payload are the same.</summary>
internal sealed class RunningHash
{
    private ulong _state = 14695981039346656037;

    /// <summary>Sums without a number of correct predictions, which counts as 0 here.</summary>
    public void Add(LossSum sum) => Add(sum, correct: 0);

    public void Add(ClassLossSum sum) => Add(sum, sum.Correct);

    public void Add<T>(T[] values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach (var value in values)
        {
            Add(double.CreateChecked(value));
        }
    }

    public override string ToString() => _state.ToString("x16");

    private void Add(LossSum sum, long correct)
    {
        Add(sum.Loss);
        Add(sum.Weight);
        Add(sum.Count);
        Add(sum.Ignored);
        Add(correct);
    }

    private void Add(long value) => _state = (_state ^ (ulong)value) * 1099511628211 ^ (_state >> 29);

    private void Add(double value) => Add(double.IsNaN(value) ? -1 : BitConverter.DoubleToInt64Bits(value));
}
