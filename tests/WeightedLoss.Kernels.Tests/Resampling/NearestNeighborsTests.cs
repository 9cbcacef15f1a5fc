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
            var search = new NearestNeighbors<double>(rows.SelectMany(x => x).ToArray(), rows[0].Length, candidates);
            var neighbors = new int[cases[i].K];
            for (var row = 0; row < rows.Length; row++)
            {
                search.Find(rows[row], row, neighbors);
                Assert.Equal(expected[i][row], neighbors);
            }
        }
    }

    [Fact]
    public void Neighbors_EquallyNear_AreTheFirst()
    {
        var search = new NearestNeighbors<float>([0, 1, -1, 1, 0, 5], 1, [0, 1, 2, 3, 4, 5]);
        var neighbors = new int[4];
        search.Find([0], 0, neighbors);
        Assert.Equal([4, 1, 2, 3], neighbors);
    }

    [Fact]
    public void Neighbors_Categories_CountTheirMismatch()
    {
        // Column 1 is categorical and costs 4.
        float[] features = [0, 7, 1, 8, 2.5f, 7, 1.25f, 9];
        var search = new NearestNeighbors<float>(features, 2, [0, 1, 2, 3], [-1, 4]);
        var neighbors = new int[3];
        search.Find([0, 7], 0, neighbors);
        Assert.Equal([1, 3, 2], neighbors);
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
