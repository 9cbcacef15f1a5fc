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
        var search = new NearestNeighbors<float>(rows.Features, 2, of);
        var nearest = new int[3];
        return made.Length == 4 * of.Length && Enumerable.Range(0, 2 * of.Length).All(i =>
        {
            // Two rows from each, in order.
            var start = of[i / 2];
            search.Find(rows.Features.AsSpan(2 * start, 2), start, nearest);
            return nearest.Any(end => IsBetween(rows.Features, start, end, made.AsSpan(2 * i, 2)));
        });
    }

    [Property]
    public bool TomekLinks_AreGoneAndNothingElse(GridRows rows)
    {
        var n = rows.Labels.Length;
        int Nearest(int i) => Enumerable.Range(0, n).Where(j => j != i).MinBy(j => (Distance(rows, i, j), j));
        int[] nearest = [.. Enumerable.Range(0, n).Select(Nearest)];
        bool IsLink(int i) => nearest[nearest[i]] == i && rows.Labels[i] != rows.Labels[nearest[i]];
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
            var nearest = Enumerable.Range(0, n).Where(j => j != i).OrderBy(j => (Distance(rows, i, j), j)).Take(5);
            var votes = nearest.CountBy(j => rows.Labels[j]).ToDictionary();
            return votes.GetValueOrDefault(rows.Labels[i]) < votes.Values.Max();
        }

        return Cleaning.EditedNearestNeighbors(rows.Features, 2, rows.Labels, 3, 5)
            .SequenceEqual(Enumerable.Range(0, n).Where(i => !IsOutvoted(i)));
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
        Check("categoricalColumns", "categoricalColumns[0] is 1", () => Smote.GenerateMixed<float, byte>(features, 1, labels, [1], 1, 1, 1, 1));
        Check("categoricalColumns", "has all 1", () => Smote.GenerateMixed<float, byte>(features, 1, labels, [0], 1, 1, 1, 1));
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
