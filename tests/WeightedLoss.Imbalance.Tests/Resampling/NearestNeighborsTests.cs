using WeightedLoss.Resampling;
using WeightedLoss.Tests.Reference;

namespace WeightedLoss.Tests.Resampling;

public class NearestNeighborsTests
{
    [Fact]
    public async Task Neighbors_RandomRows_AreThoseOfScikitLearn()
    {
        var cases = Enumerable.Range(0, 6).Select(Case.Random).ToArray();
        var expected = await ScikitLearn.Run<int[][][]>("Resampling/neighbors.py", cases);
        for (var i = 0; i < cases.Length; i++)
        {
            var rows = cases[i].Rows;
            int[] candidates = [.. Enumerable.Range(0, rows.Length)];
            var search = NearestNeighbors.Create<double>(rows.SelectMany(x => x).ToArray(), rows[0].Length, candidates);
            var neighbors = new int[cases[i].K];
            for (var row = 0; row < rows.Length; row++)
            {
                search.Find<double>(rows[row], row, neighbors);
                Assert.Equal(expected[i][row], neighbors);
            }
        }
    }

    [Fact]
    public void Neighbors_EquallyNear_AreTheFirst()
    {
        var search = NearestNeighbors.Create<float>([0, 1, -1, 1, 0, 5], 1, [0, 1, 2, 3, 4, 5]);
        var neighbors = new int[4];
        search.Find<float>([0], 0, neighbors);
        Assert.Equal([4, 1, 2, 3], neighbors);

        // With all that are as near as the third.
        var all = new List<int>();
        Assert.Equal(1, search.FindAll<float>([0], 0, 3, all));
        Assert.Equal([1, 2, 3, 4], all);
    }

    [Fact]
    public void Neighbors_Categories_CountTheirMismatch()
    {
        // Column 1 is categorical and is 2 away.
        float[] features = [0, 7, 1, 8, 2.5f, 7, 1.25f, 9];
        var search = NearestNeighbors.Create<float>(features, 2, [0, 1, 2, 3], [-1, 2]);
        var neighbors = new int[3];
        search.Find<float>([0, 7], 0, neighbors);
        Assert.Equal([1, 3, 2], neighbors);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1e-38f)]
    [InlineData(1e-30f)]
    [InlineData(1e30f)]
    [InlineData(1e36f)]
    public void Neighbors_FloatsOfAnyUnit_AreInOrder(float unit)
    {
        // More candidates than vectors have lanes, in no order.
        var features = Enumerable.Range(0, 100).Select(i => unit * (37 * i % 100)).ToArray();
        AssertInOrder<float>(features, 1, x => x[0]);
        AssertInOrder<float>([.. features.Select((x, i) => i % 2 == 0 ? x : -x)], 1, x => Math.Abs(x[0]));
    }

    [Theory]
    [InlineData(1e-320)]
    [InlineData(1e-300)]
    [InlineData(1e-200)]
    [InlineData(1e200)]
    [InlineData(1e305)]
    public void Neighbors_DoublesOfAnyUnit_AreInOrder(double unit)
    {
        var features = Enumerable.Range(0, 100).Select(i => unit * (37 * i % 100)).ToArray();
        AssertInOrder<double>(features, 1, x => x[0]);

        // Beside a column of another unit.
        AssertInOrder<double>([.. features.SelectMany(x => (double[])[x, 5])], 2, x => x[0]);
        AssertInOrder<double>([.. features.SelectMany(x => (double[])[1e100, x, 5])], 3, x => x[1]);
    }

    [Fact]
    public void Neighbors_ColumnsOfSeveralUnits_AreInOrder()
    {
        float[] floats = [0, 3e-30f, 1e-30f, 1e30f, 2e30f, 2e-30f];
        AssertInOrder<float>(floats, 1, x => x[0]);
        double[] doubles = [0, 3e-300, 1e-300, 1.7e308, -1.7e308, 1.5e308, 2e-300];
        var neighbors = new int[6];
        NearestNeighbors.Create<double>(doubles, 1, [0, 1, 2, 3, 4, 5, 6]).Find<double>([1.7e308], 3, neighbors);
        Assert.Equal([5, 0, 1, 2, 6, 4], neighbors);
    }

    [Theory]
    [InlineData(1e-200)]
    [InlineData(1e200)]
    public void Neighbors_CategoriesOfAnyUnit_CountTheirMismatch(double unit)
    {
        double[] features = [0, 7, unit, 8, 2.5 * unit, 7, 1.25 * unit, 9];
        var neighbors = new int[3];
        NearestNeighbors.Create<double>(features, 2, [0, 1, 2, 3], [-1, 2 * unit]).Find<double>([0, 7], 0, neighbors);
        Assert.Equal([1, 3, 2], neighbors);
    }

    // From the first row on.
    private static void AssertInOrder<T>(T[] features, int columns, Func<T[], T> distance)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        var rows = features.Chunk(columns).ToArray();
        int[] candidates = [.. Enumerable.Range(0, rows.Length)];
        var neighbors = new int[rows.Length - 1];
        NearestNeighbors.Create<T>(features, columns, candidates).Find<T>(rows[0], 0, neighbors);
        Assert.Equal(candidates[1..].OrderBy(i => distance(rows[i])), neighbors);
    }

    private sealed record Case(double[][] Rows, int K)
    {
        public static Case Random(int seed)
        {
            var random = new Random(seed);
            var columns = 1 + (3 * seed);
            double[] Row() => [.. Enumerable.Range(0, columns).Select(_ => random.NextDouble())];
            return new([.. Enumerable.Range(0, 40 + (220 * seed)).Select(_ => Row())], 1 + (2 * seed));
        }
    }
}
