using WeightedLoss.Trainer.Data;

namespace WeightedLoss.Trainer.Tests.Data;

public sealed class ColumnOptionsTests
{
    private static readonly string[] Columns = ["id", "a", "b", "row_id", "7", "y"];

    [Theory]
    [InlineData("", "", null, null, "0 1 2 3 4", 5)]
    [InlineData("", "id row_id", null, null, "1 2 4", 5)]
    [InlineData("", "*id", null, null, "1 2 4", 5)]
    [InlineData("", "?", null, null, "0", 3)]
    [InlineData("", "1", null, null, "1 2 3 4", 5)]
    [InlineData("", "7", null, null, "0 1 2 3", 5)] // a name before a number
    [InlineData("", "y", null, null, "0 1 2 3", 4)] // the last column that is left
    [InlineData("", "y", "7", null, "0 1 2", 3)]
    [InlineData("", "", "y", null, "0 1 2 3", 4)]
    [InlineData("", "", null, "a", "0 2 3 4 5", 1)]
    [InlineData("", "", null, "2", "0 2 3 4 5", 1)]
    [InlineData("b a", "", null, null, "2 1", 5)]
    [InlineData("b a b", "", null, null, "2 1", 5)]
    [InlineData("*", "*id", null, null, "1 2 4", 5)]
    [InlineData("y a", "", null, null, "5 1", 4)]
    public void Roles_OptionsGiven_NameTheColumns(
        string features, string ignored, string? weight, string? label, string expected, int expectedLabel)
    {
        var roles = new ColumnOptions(Words(features), Words(ignored), weight).Roles("f.csv", Columns, label);

        Assert.Equal((expected, expectedLabel), (string.Join(' ', roles.Features), roles.Label));
        Assert.Equal(weight is null ? -1 : Array.IndexOf(Columns, weight), roles.Weight);
    }

    [Theory]
    [InlineData("", "z", null, null, "f.csv has no column 'z', which --ignore names; it has 6 columns: 'id', 'a',")]
    [InlineData("", "z_*", null, null, "f.csv has no column 'z_*', which --ignore names")]
    [InlineData("z", "", null, null, "f.csv has no column 'z', which --features names")]
    [InlineData("", "", "z", null, "f.csv has no column 'z', which --weight-column names")]
    [InlineData("", "", "*id", null, "f.csv has no column '*id', which --weight-column names")]
    [InlineData("", "", null, "z", "f.csv has no column 'z', which --label names")]
    [InlineData("", "0", null, null, "no column '0'")]
    [InlineData("", "8", null, null, "no column '8'")]
    [InlineData("", "y", null, "y", "f.csv, column 'y': both --label and --ignore name it.")]
    [InlineData("a y", "", null, "y", "f.csv, column 'y': both --label and --features name it.")]
    [InlineData("a b", "b", null, null, "f.csv, column 'b': both --ignore and --features name it.")]
    [InlineData("", "", "y", "y", "f.csv, column 'y': both --weight-column and --label name it.")]
    [InlineData("", "*", null, null, "f.csv has 6 columns, but --ignore, --features and --weight-column leave no label and feature.")]
    [InlineData(
        "", "id a b row_id 7", null, null, "f.csv has 6 columns, but --ignore, --features and --weight-column leave no label and feature.")]
    public void Roles_OptionsThatDoNotFit_AreNamed(string features, string ignored, string? weight, string? label, string expected)
    {
        var error = Assert.Throws<InputException>(
            () => new ColumnOptions(Words(features), Words(ignored), weight).Roles("f.csv", Columns, label));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Roles_ColumnWithoutName_HasItsNumber()
    {
        string[] columns = ["", "a", "y"];

        Assert.Equal([1], new ColumnOptions([], ["1"]).Roles("f.csv", columns, null).Features);
        Assert.Equal([1], new ColumnOptions([], [""]).Roles("f.csv", columns, null).Features);
        Assert.Equal("1", ColumnOptions.Argument(columns, 0));
        Assert.Equal("a", ColumnOptions.Argument(columns, 1));
        Assert.Equal("\"a b\"", ColumnOptions.Argument(["a b"], 0));
    }

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
