using WeightedLoss.Runtime;

namespace WeightedLoss.Tests.Memory;

/// <summary>Copies and fills of every short length write what they should and nothing else.</summary>
public sealed class ElementsTests
{
    private const int Longest = 140;

    [Fact]
    public void Bytes() => Check(i => (byte)(i + 1), byte.MaxValue);

    [Fact]
    public void Integers() => Check(i => i + 1, -1);

    [Fact]
    public void Doubles() => Check(i => i + 0.5, -1);

    private static void Check<T>(Func<int, T> value, T mark)
        where T : unmanaged
    {
        var source = Enumerable.Range(0, Longest).Select(value).ToArray();
        for (var length = 0; length <= Longest; length++)
        {
            var (before, after) = (new[] { mark }, new[] { mark, mark });
            T[] target = [.. before, .. new T[length], .. after];
            Elements.Copy<T>(source.AsSpan(0, length), target.AsSpan(1, length));
            Assert.Equal([.. before, .. source[..length], .. after], target);
            Elements.Fill(target.AsSpan(1, length), source[7]);
            Assert.Equal([.. before, .. Enumerable.Repeat(source[7], length), .. after], target);

            // To a place that begins before the source and overlaps it.
            foreach (var distance in new[] { 0, 1, 3, 8, 31 })
            {
                T[] moved = [.. new T[distance], .. source[..length]];
                T[] expected = [.. source[..length], .. moved[length..]];
                Elements.Copy<T>(moved.AsSpan(distance, length), moved.AsSpan(0, length));
                Assert.Equal(expected, moved);
            }
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => Elements.Copy<T>(source, new T[Longest - 1]));
    }
}
