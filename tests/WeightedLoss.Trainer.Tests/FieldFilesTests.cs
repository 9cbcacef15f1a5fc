namespace WeightedLoss.Trainer.Tests;

/// <summary>
/// Files of the kinds that people have, where they are present: the right rows and classes, or an error that says what to do.
/// </summary>
public sealed class FieldFilesTests
{
    [Theory]
    [InlineData("hash_rows.csv --label y", "60 rows, label column 'y', 4 classes: '#neg', '#pos', 'neg', 'pos'.")]
    [InlineData("hash_header.csv", "60 rows, label column 'y', positive value '1'")]
    [InlineData("ver.csv", "300 rows, label column 'y', 3 classes: '1.1', '1.10', '2'.")]
    [InlineData("ver.csv", "Note: labels that differ in spelling only are different classes: '1.1', '1.10'")]
    [InlineData("big_labels3.csv", "60 rows, label column 'y', 3 classes: '7', '1577134800018226901', '1577134800018226902'.")]
    [InlineData("latin1_3.csv --encoding latin1", "60 rows, label column 'y', 3 classes: 'nè', 'né', 'oui'.")]
    [InlineData("semi_header_comma2.csv", "60 rows, label column 'y', positive value '1'")]
    [InlineData("dc1.csv --header none --decimal-comma", "60 rows, label column '2', positive value '1'")]
    [InlineData("na_labels.csv --missing-label drop", "59 rows, label column 'y', positive value '1'")]
    [InlineData("na_labels.csv --missing-label class", "60 rows, label column 'y', 3 classes: '0', '1', 'NA'.")]
    public void Train_FieldFile_FindsRowsAndClasses(string command, string expected)
    {
        var run = Run(command);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains(expected, run.Console, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("latin1_3.csv", "line 2: byte 0xE9 at offset 21 is not valid utf-8; --encoding NAME")]
    [InlineData("dc1.csv --header none", "line 1, column '1': '2,3' is not a number", "--decimal-comma", "--separator")]
    [InlineData("na_labels.csv", "the label 'NA' is a usual spelling of a missing value; --missing-label drop", "--missing-label class")]
    [InlineData("hdrnl.csv", "line 4, column 'a x': 'bad' is not a number")]
    public void Train_FieldFile_SaysWhatToDo(string command, params string[] expected)
    {
        var run = Run(command);

        Assert.Equal(1, run.ExitCode);
        Assert.All(expected, text => Assert.Contains(text, run.Error, StringComparison.Ordinal));
    }

    private static CliResult Run(string command)
    {
        var args = command.Split(' ');
        return Cli.Run(["train", "--epochs", "1", "--data", SharedData.PathOf($"field/{args[0]}"), .. args[1..]]);
    }
}
