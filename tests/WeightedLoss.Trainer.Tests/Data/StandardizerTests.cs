using WeightedLoss.Trainer.Data;

namespace WeightedLoss.Trainer.Tests.Data;

public sealed class StandardizerTests
{
    private static readonly string[] Names = ["a", "b"];

    [Fact]
    public void Fit_TrainingRows_MeasuresThemOnly()
    {
        // The row that is left out would change both columns.
        var standardizer = Standardizer.Fit(Data([1, 0.1, 5, 0.1, 1000, 7, 3, 0.1]), [0, 1, 3]);

        Assert.Equal([3, 0.1], standardizer.Means);
        Assert.Equal(Math.Sqrt(8.0 / 3), standardizer.Deviations[0], 1e-15);
        Assert.Equal(0, standardizer.Deviations[1]);
    }

    [Fact]
    public void Apply_Rows_GivesMeanZeroDeviationOneAConstantAndPadding()
    {
        var data = Data([1, 0.1, 5, 0.1, 1000, 7, 3, 0.1]);
        var matrix = Standardizer.Fit(data, [0, 1, 3]).Apply("rows", Names, data.Values, [1, 2]);

        Assert.Equal(2, matrix.Rows);
        Assert.Equal(16, matrix.Stride);
        Assert.Equal((float)(2 / Math.Sqrt(8.0 / 3)), matrix.Row(0)[0]);
        Assert.Equal((float)(997 / Math.Sqrt(8.0 / 3)), matrix.Row(1)[0]);
        Assert.Equal(0, matrix.Row(1)[1]); // the column was constant in training
        foreach (var row in (int[])[0, 1])
        {
            Assert.Equal(1, matrix.Row(row)[2]);
            Assert.True(matrix.Row(row)[3..].IndexOfAnyExcept(0f) < 0);
        }
    }

    [Fact]
    public void Apply_ValueFarFromTraining_NamesRowAndColumn()
    {
        var data = Data([1, 1, 2, 2, 1, 1e30]);

        var error = Assert.Throws<InputException>(() => Standardizer.Fit(data, [0, 1]).Apply("rows", Names, data.Values, [2]));

        Assert.Contains("data row 3, column 'b': 1E+30", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_ValuesThatOverflow_AreAnError()
    {
        var error = Assert.Throws<InputException>(() => Standardizer.Fit(Data([1, -1e300, 2, 1e300]), [0, 1]));

        Assert.Contains("column 'b'", error.Message, StringComparison.Ordinal);
    }

    private static LabelledData Data(double[] values) =>
        new("rows", Names, values, new byte[values.Length / 2], new("y", 2, "1", true), BestLogits: null);
}
