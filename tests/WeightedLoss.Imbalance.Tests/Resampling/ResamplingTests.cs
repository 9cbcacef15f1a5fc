using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using WeightedLoss.Resampling;

namespace WeightedLoss.Tests.Resampling;

/// <summary>Rows of two columns on a small grid with labels of three classes, of each at least four rows.</summary>
public sealed record GridRows(float[] Features, int[] Labels)
{
    public static Arbitrary<GridRows> Arbitrary() =>
        (from rows in Gen.Choose(12, 60)
         from features in Gen.Choose(-5, 5).Select(n => n / 2f).ArrayOf(2 * rows)
         from labels in Gen.Choose(0, 2).ArrayOf(rows)
         select new GridRows(features, [.. labels.Select((y, i) => i < 12 ? i % 3 : y)])).ToArbitrary();

    public override string ToString() => string.Join("; ", Labels.Select((y, i) => $"{Features[2 * i]} {Features[(2 * i) + 1]} is {y}"));
}

[Properties(Arbitrary = [typeof(GridRows)])]
public class ResamplingTests
{
    [Property]
    public bool Oversampling_KeepsAllRowsAndEvensOutTheClasses(GridRows rows, ulong seed)
    {
        var all = RandomResampling.Oversample(rows.Labels, 3, seed);
        var half = RandomResampling.Oversample(rows.Labels, 3, seed, 0.5);
        var largest = Counts(rows.Labels).Max();
        return all.Take(rows.Labels.Length).SequenceEqual(Enumerable.Range(0, rows.Labels.Length))
            && Counts([.. all.Select(i => rows.Labels[i])]).All(n => n == largest)
            && Counts([.. half.Select(i => rows.Labels[i])]).Zip(Counts(rows.Labels))
                .All(p => p.First == Math.Max(p.Second, (largest + 1) / 2));
    }

    [Property]
    public bool Undersampling_KeepsDifferentRowsOfEachClass(GridRows rows, ulong seed)
    {
        var kept = RandomResampling.Undersample(rows.Labels, 3, seed);
        var twice = RandomResampling.Undersample(rows.Labels, 3, seed, 0.5);
        var smallest = Counts(rows.Labels).Min();
        return kept.SequenceEqual(kept.Distinct().Order())
            && Counts([.. kept.Select(i => rows.Labels[i])]).All(n => n == smallest)
            && Counts([.. twice.Select(i => rows.Labels[i])]).Zip(Counts(rows.Labels))
                .All(p => p.First == Math.Min(p.Second, 2 * smallest));
    }

    [Property]
    public bool SmoteRows_LieBetweenARowAndOneOfItsNeighbors(GridRows rows, ulong seed)
    {
        int[] of = [.. Enumerable.Range(0, rows.Labels.Length).Where(i => rows.Labels[i] == 1)];
        var made = Smote.Generate<float, int>(rows.Features, 2, rows.Labels, 1, 2 * of.Length, seed, 3);
        var search = NearestNeighbors.Create<float>(rows.Features, 2, of);
        var nearest = new int[3];
        return made.Length == 4 * of.Length && Enumerable.Range(0, 2 * of.Length).All(i =>
        {
            // Two rows from each, in order.
            var start = of[i / 2];
            search.Find<float>(rows.Features.AsSpan(2 * start, 2), start, nearest);
            return nearest.Any(end => IsBetween(rows.Features, start, end, made.AsSpan(2 * i, 2)));
        });
    }

    [Property]
    public bool TomekLinks_AreGoneAndNothingElse(GridRows rows)
    {
        var n = rows.Labels.Length;
        float Nearest(int i) => Enumerable.Range(0, n).Where(j => j != i).Min(j => Distance(rows, i, j));
        float[] nearest = [.. Enumerable.Range(0, n).Select(Nearest)];
        bool AreLinked(int i, int j) => i != j && Distance(rows, i, j) == nearest[i] && Distance(rows, i, j) == nearest[j];
        bool IsLink(int i) => Enumerable.Range(0, n).Any(j => rows.Labels[i] != rows.Labels[j] && AreLinked(i, j));
        return Cleaning.WithoutTomekLinks(rows.Features, 2, rows.Labels, 3).SequenceEqual(Enumerable.Range(0, n).Where(i => !IsLink(i)))
            && Cleaning.WithoutTomekLinks(rows.Features, 2, rows.Labels, 3, protectedClass: 1)
                .SequenceEqual(Enumerable.Range(0, n).Where(i => !IsLink(i) || rows.Labels[i] == 1));
    }

    [Property]
    public bool EditedNeighbors_AreThoseThatAreNotOutvoted(GridRows rows)
    {
        var n = rows.Labels.Length;
        bool IsOutvoted(int i)
        {
            var others = Enumerable.Range(0, n).Where(j => j != i).ToArray();
            var fifth = others.Select(j => Distance(rows, i, j)).Order().ElementAt(4);
            var votes = others.Where(j => Distance(rows, i, j) <= fifth).CountBy(j => rows.Labels[j]).ToDictionary();
            return votes.GetValueOrDefault(rows.Labels[i]) < votes.Values.Max();
        }

        return Cleaning.EditedNearestNeighbors(rows.Features, 2, rows.Labels, 3, 5)
            .SequenceEqual(Enumerable.Range(0, n).Where(i => !IsOutvoted(i)));
    }

    [Property]
    public bool Cleaning_OrderOfTheRows_ChangesNothing(GridRows rows, ulong seed)
    {
        var order = Enumerable.Range(0, rows.Labels.Length).ToArray();
        new Xoshiro256(seed).Shuffle(order);
        var other = new GridRows(
            [.. order.SelectMany(i => rows.Features[(2 * i)..((2 * i) + 2)])], [.. order.Select(i => rows.Labels[i])]);
        int[] OfClass1(int[] labels) => [.. Enumerable.Range(0, labels.Length).Where(i => labels[i] == 1)];
        return SameRows(r => Cleaning.WithoutTomekLinks(r.Features, 2, r.Labels, 3))
            && SameRows(r => Cleaning.EditedNearestNeighbors(r.Features, 2, r.Labels, 3))
            && SameRows(r => Smote.InDanger(r.Features, 2, r.Labels, 1, OfClass1(r.Labels), 5));

        bool SameRows(Func<GridRows, int[]> find) => find(rows).SequenceEqual(find(other).Select(i => order[i]).Order());
    }

    [Fact]
    public void EditedNeighbors_EqualRows_VoteTogether()
    {
        // Four rows in one place: each has two of the other class among the three others, whichever come first.
        byte[][] orders = [[1, 1, 0, 0], [1, 0, 1, 0], [0, 0, 1, 1], [0, 1, 1, 0]];
        Assert.All(orders, labels => Assert.Empty(Cleaning.EditedNearestNeighbors<float, byte>([5, 5, 5, 5], 1, labels, 2, 1)));
    }

    [Fact]
    public void TomekLinks_ManyEqualRows_AreAllLinked()
    {
        var labels = Enumerable.Range(0, 4000).Select(i => (byte)(i % 2)).ToArray();
        Assert.Empty(Cleaning.WithoutTomekLinks<float, byte>(new float[4000], 1, labels, 2));
        Assert.Equal(2000, Cleaning.WithoutTomekLinks<float, byte>(new float[4000], 1, labels, 2, protectedClass: 1).Length);
    }

    [Fact]
    public void Ratios_ADecimalOfWholeRows_GivesThem()
    {
        // Largest and smallest class, in hundredths, against integers.
        foreach (var largest in (int[])[1, 7, 20, 25, 50, 100, 150, 300, 1000, 7000])
        {
            for (var percent = 1; percent <= 100; percent++)
            {
                var ratio = percent / 100.0;
                var labels = new byte[largest + 1];
                labels[^1] = 1;
                var wanted = Math.Max(1, ((largest * percent) + 99) / 100);
                Assert.Equal(
                    (largest, percent, largest + wanted),
                    (largest, percent, RandomResampling.Oversample<byte>(labels, 2, 1, ratio).Length));
            }
        }

        foreach (var smallest in (int[])[1, 3, 7, 21, 49, 63])
        {
            for (var percent = 1; percent <= 100; percent++)
            {
                var ratio = percent / 100.0;
                var labels = new byte[7000];
                labels.AsSpan(0, smallest).Fill(1);
                var kept = Math.Min(7000 - smallest, smallest * 100 / percent);
                Assert.Equal(
                    (smallest, percent, smallest + kept),
                    (smallest, percent, RandomResampling.Undersample<byte>(labels, 2, 1, ratio).Length));
            }
        }
    }

    [Theory]
    [InlineData(5.0 / 6, 6, 5)]
    [InlineData(1.0 / 49, 49, 1)]
    [InlineData(1 - 0.7, 10, 3)]
    [InlineData(0.0700001, 100, 8)]
    [InlineData(1e-300, 100, 1)]
    public void Ratio_ComputedWithRounding_GivesTheWholeRowsItStandsFor(double ratio, int largest, int expected)
    {
        var labels = new byte[largest + 1];
        labels[^1] = 1;
        Assert.Equal(largest + expected, RandomResampling.Oversample<byte>(labels, 2, 1, ratio).Length);
    }

    [Fact]
    public void SmoteRows_MillionsOfColumns_AreMade()
    {
        const int Columns = 4_200_000;
        var features = new float[7 * Columns];
        for (var i = 0; i < features.Length; i++)
        {
            features[i] = i / Columns;
        }

        var made = Smote.Generate<float, byte>(features, Columns, [1, 1, 1, 1, 1, 1, 1], 1, 1, seed: 1, neighbors: 1);
        Assert.Equal(Columns, made.Length);
        Assert.False(made.AsSpan().ContainsAnyExcept(made[0]));
        Assert.InRange(made[0], 0, 6);
    }

    [Fact]
    public void MixedRows_FeaturesOfAnyUnit_AreBetweenNeighbors()
    {
        foreach (var unit in (float[])[1e-30f, 1, 1e30f])
        {
            float[] features = [0, 5, unit, 5, 2 * unit, 6, 4 * unit, 6];
            var made = Smote.GenerateMixed<float, byte>(features, 2, [1, 1, 1, 1], [1], 1, 40, seed: 3, neighbors: 1);
            for (var row = 0; row < 40; row++)
            {
                // The category is that of the nearest: of 0, 1 and 2 it is 5, because another category is less than 2 away, and of 4 it is
                // 6.
                Assert.InRange(made[2 * row] / unit, 0, 4);
                Assert.Equal(made[2 * row] <= 2 * unit ? 5 : 6, made[(2 * row) + 1]);
            }
        }
    }

    [Fact]
    public void TomekLinks_HandWorked_LoseTheirRows()
    {
        // 1 and 1.1 are a link; 5 and 5.1 are of one class; 9's nearest neighbour has a nearer one.
        float[] features = [0, 1, 1.1f, 5, 5.1f, 9];
        Assert.Equal([0, 3, 4, 5], Cleaning.WithoutTomekLinks<float, byte>(features, 1, [0, 0, 1, 1, 1, 0], 2));
        Assert.Equal([0, 2, 3, 4, 5], Cleaning.WithoutTomekLinks<float, byte>(features, 1, [0, 0, 1, 1, 1, 0], 2, protectedClass: 1));
    }

    [Fact]
    public void Borderline_HandWorked_StartsFromRowsInDanger()
    {
        // With two neighbours: 0 and 1 are safe, 2 has one of the other class, 10 has none but others.
        float[] features = [0, 1, 2, 2.5f, 4, 9, 10, 11];
        byte[] labels = [1, 1, 1, 0, 0, 0, 1, 0];
        Assert.Equal([2], Smote.InDanger<float, byte>(features, 1, labels, 1, [0, 1, 2, 6], 2));
        var made = Smote.GenerateAtBorderline<float, byte>(features, 1, labels, 1, 20, seed: 1, neighbors: 1, dangerNeighbors: 2);
        Assert.All(made, x => Assert.InRange(x, 1, 2));
    }

    [Fact]
    public void Mixed_HandWorked_TakesTheCommonCategory()
    {
        // All are neighbours of each other: two others have the category that most others have.
        float[] features = [0, 5, 1, 5, 2, 5, 3, 6];
        var made = Smote.GenerateMixed<float, byte>(features, 2, [1, 1, 1, 1], [1], 1, 40, seed: 3, neighbors: 3);
        for (var row = 0; row < 40; row++)
        {
            Assert.InRange(made[2 * row], 0, 3);
            Assert.Equal(5, made[(2 * row) + 1]);
        }
    }

    [Fact]
    public void SameSeed_SameBits()
    {
        float[] features = [0, 1, 2, 3, 5, 8, 13, 21];
        byte[] labels = [1, 1, 1, 1, 0, 0, 0, 0];
        var made = Smote.Generate<float, byte>(features, 1, labels, 1, 5, seed: 42, neighbors: 2);
        Assert.Equal(made, Smote.Generate<float, byte>(features, 1, labels, 1, 5, seed: 42, neighbors: 2));
        Assert.NotEqual(made, Smote.Generate<float, byte>(features, 1, labels, 1, 5, seed: 43, neighbors: 2));

        // What every machine and every version must give.
        Assert.Equal(KnownRows, made);
        Assert.Equal(KnownKept, RandomResampling.Undersample<byte>([0, 0, 0, 1, 0, 0, 1, 0], 2, seed: 42));
    }

    [Fact]
    public void NoRows_CanBeMade() => Assert.Empty(Smote.Generate<float, byte>([1, 2], 1, [1, 1], 1, 0, seed: 1, neighbors: 1));

    [Fact]
    public void WrongArguments_AreNamed()
    {
        float[] features = [1, 2, 3, 4];
        byte[] labels = [1, 1, 0, 0];
        Check(
            "labels", "2 neighbours need at least 3 samples, but class 1 of labels has 2",
            () => Smote.Generate<float, byte>(features, 1, labels, 1, 1, 1, 2));
        Check("labels", "class 7 of labels has 0", () => Smote.Generate<float, byte>(features, 1, labels, 7, 1, 1, 2));
        Check("labels", "class 300 of labels has 0", () => Smote.Generate<float, byte>(features, 1, labels, 300, 1, 1, 2));
        Check("features", "features[1] is NaN", () => Smote.Generate<float, byte>([1, float.NaN, 3, 4], 1, labels, 1, 1, 1, 1));
        Check("features", "whole rows of 3, but features has 4", () => Smote.Generate<float, byte>(features, 3, labels, 1, 1, 1, 1));
        Check("labels", "labels has 4 and features has 2 rows", () => Smote.Generate<float, byte>(features, 2, labels, 1, 1, 1, 1));
        Check("columns", "columns is 0", () => Smote.Generate<float, byte>(features, 0, labels, 1, 1, 1, 1));
        Check("count", "count is -1", () => Smote.Generate<float, byte>(features, 1, labels, 1, -1, 1, 1));
        Check("neighbors", "neighbors is 0", () => Smote.Generate<float, byte>(features, 1, labels, 1, 1, 1, 0));
        Check("label", "label is -1", () => Smote.Generate<float, byte>(features, 1, labels, -1, 1, 1, 1));
        Check("labels", "labels[0] is -1", () => Smote.Generate<float, int>(features, 1, [-1, 1, 0, 0], 1, 1, 1, 1));
        Check("dangerNeighbors", "dangerNeighbors is 4", () => Smote.GenerateAtBorderline<float, byte>(features, 1, labels, 1, 1, 1, 1, 4));
        Check("labels", "No row is in danger", () => Smote.GenerateAtBorderline<float, byte>([1, 2, 30, 40], 1, labels, 1, 1, 1, 1, 1));
        Check("categoricalColumns", "categoricalColumns[0] is 1", () => Smote.GenerateMixed<float, byte>(
            features, 1, labels, [1], 1, 1, 1, 1));
        Check("categoricalColumns", "has all 1", () => Smote.GenerateMixed<float, byte>(features, 1, labels, [0], 1, 1, 1, 1));
        Check("labels", "labels[1] is 18446744073709551616", () => Smote.Generate<float, UInt128>(
            features, 1, [0, s_wide, 1, 1], 1, 1, 1, 1));
        Check("labels", "labels[0] is -18446744073709551616", () => RandomResampling.Oversample<Int128>([-(Int128)s_wide, 0, 1], 2, 1));
        Check("labels", "labels[2] is 18446744073709551617", () => RandomResampling.Undersample<Int128>([0, 1, (Int128)s_wide + 1], 2, 1));
        Check("labels", "labels[3] is 18446744073709551616", () => Cleaning.WithoutTomekLinks<float, UInt128>(
            features, 1, [0, 1, 1, s_wide], 2));
        Check("labels", "at least 2147483648 samples", () => Smote.Generate<float, byte>(features, 1, labels, 1, 1, 1, int.MaxValue));
        Check("classes", "classes is 2147483647", () => RandomResampling.Oversample<byte>(labels, int.MaxValue, 1));
        Check("ratio", "ratio is 0", () => RandomResampling.Oversample<byte>(labels, 2, 1, 0));
        Check("ratio", "ratio is 1.5", () => RandomResampling.Undersample<byte>(labels, 2, 1, 1.5));
        Check("labels", "class 2 of labels has 0", () => RandomResampling.Undersample<byte>(labels, 3, 1));
        Check("labels", "labels[0] is 2", () => RandomResampling.Oversample<byte>([2, 0, 1], 2, 1));
        Check("protectedClass", "protectedClass is 2", () => Cleaning.WithoutTomekLinks<float, byte>(features, 1, labels, 2, 2));
        Check("neighbors", "neighbors is 0", () => Cleaning.EditedNearestNeighbors<float, byte>(features, 1, labels, 2, 0));
        Check("labels", "4 neighbours need at least 5 rows", () => Cleaning.EditedNearestNeighbors<float, byte>(features, 1, labels, 2, 4));

        static void Check(string name, string text, Func<object> action) =>
            Assert.Contains(text, Assert.Throws<ArgumentException>(name, action).Message);
    }

    // 2⁶⁴, whose lower half is 0.
    private static readonly UInt128 s_wide = (UInt128)1 << 64;

    private static float[] KnownRows => [0.946288228f, 0.24195081f, 2.45872355f, 1.90606236f, 2.12320185f];

    private static int[] KnownKept => [3, 4, 6, 7];

    private static int[] Counts(int[] labels) => [.. Enumerable.Range(0, 3).Select(k => labels.Count(y => y == k))];

    private static float Distance(GridRows rows, int i, int j)
    {
        var (x, y) = (rows.Features[2 * i] - rows.Features[2 * j], rows.Features[(2 * i) + 1] - rows.Features[(2 * j) + 1]);
        return (x * x) + (y * y);
    }

    private static bool IsBetween(float[] features, int start, int end, ReadOnlySpan<float> row)
    {
        var (ax, ay) = (features[2 * start], features[(2 * start) + 1]);
        var (dx, dy) = (features[2 * end] - ax, features[(2 * end) + 1] - ay);
        var (px, py) = (row[0] - ax, row[1] - ay);
        var along = (px * dx) + (py * dy);
        return Math.Abs((px * dy) - (py * dx)) < 1e-4 && along >= -1e-4 && along <= (dx * dx) + (dy * dy) + 1e-4;
    }
}
