namespace WeightedLoss.Trainer.Tests.Experiments;

/// <summary>What goes wrong is said in one line on standard error, by its name.</summary>
public sealed class ExperimentErrorTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("compare --data few.csv --out out", 1, "of positive there are 5 when fold 2 is tested; give fewer --neighbors")]
    [InlineData("compare --data classes.csv --neighbors 40 --out out", 1, "of 'c' there are 30 when fold 1 is tested")]
    [InlineData("sweep --data few.csv --folds 9 --out out", 1, "only 8 positive rows, but 9 folds need at least 9 of each class")]
    [InlineData("sweep --data few.csv --costs costs.csv --out out", 1, "--costs is for more than two classes")]
    [InlineData("sweep --data few.csv --exponents 1 --out out", 1, "--exponents is for more than two classes")]
    [InlineData("sweep --data classes.csv --positive-weights 1,2 --out out", 1, "--positive-weights is for two classes")]
    [InlineData("sweep --data classes.csv --cost-false-negative 5 --out out", 1, "give --costs FILE")]
    [InlineData(
        "sweep --data classes.csv --costs negative.csv --out out", 1, "predicting 'b' for 'a' must be a number from 0 on, but is '-2'")]
    [InlineData(
        "sweep --data classes.csv --costs unknown.csv --out out", 1, "line 1: no row has the label 'z'; the labels are 'a', 'b', 'c'")]
    [InlineData("sweep --data classes.csv --costs missing.csv --out out", 1, "the first column has no costs for 'c'. The first line is a cell")]
    [InlineData("sweep --data classes.csv --costs ragged.csv --out out", 1, "line 3: 'b' has 2 costs, not 3")]
    [InlineData("sweep --data classes.csv --costs zero.csv --out out", 1, "zero.csv: decisions must make a difference")]
    [InlineData("sweep --data classes.csv --costs nowhere.csv --out out", 1, "There is no file nowhere.csv")]
    [InlineData("sweep --data far.csv --learning-rate 10 --epochs 9 --positive-weights 1e6 --out out", 1, "column 'x'")]
    [InlineData("sweep --data few.csv --out few.csv", 1, "few.csv")]
    [InlineData("sweep --cost-false-negative -1", 2, "--cost-false-negative must be a number from 0")]
    [InlineData("sweep --data few.csv --cost-false-negative 0 --cost-false-positive 0 --out out", 2, "must not both be 0")]
    [InlineData("sweep --positive-weights 1,x", 2, "but 'x' is in '1,x'")]
    [InlineData("sweep --positive-weights 1,,2", 2, "but '' is in '1,,2'")]
    [InlineData("sweep --positive-weights 0", 2, "--positive-weights must be auto or a list")]
    [InlineData("sweep --positive-weights nan", 2, "--positive-weights must be auto or a list")]
    [InlineData("sweep --positive-weights 3,3", 2, "--positive-weights has 3 twice")]
    [InlineData("sweep --positive-weights 1 --exponents 1", 2, "only one can be given")]
    [InlineData("sweep --exponents -1", 2, "--exponents must be auto or a list")]
    [InlineData("sweep --gammas 1", 2, "--gammas needs --loss focal")]
    [InlineData("sweep --loss ce", 2, "'ce'")]
    [InlineData("sweep --folds 2", 2, "--folds must be a number from 3")]
    [InlineData("compare --methods weighted,magic", 2, "but 'magic' is none of them")]
    [InlineData("compare --neighbors 0", 2, "--neighbors must be a number from 1")]
    [InlineData("compare --colour red", 2, "--colour")]
    public void Run_WrongInput_SaysSoInOneLineAndWritesNoReport(string command, int exitCode, string expected)
    {
        Classes.Write(_folder["classes.csv"]);
        _folder.Write("few.csv", string.Concat(Enumerable.Range(0, 80).Select(i => $"{i},{(i % 10 == 0 ? 1 : 0)}\n").Prepend("x,y\n")));
        _folder.Write(
            "far.csv", string.Concat(Enumerable.Range(0, 40).Select(i => $"{(i == 7 ? 1e300 : -1e300)},{i % 2}\n").Prepend("x,y\n")));
        _folder.Write("costs.csv", ",a,b,c\na,0,1,1\nb,1,0,1\nc,1,1,0\n");
        _folder.Write("negative.csv", ",a,b,c\na,0,-2,1\nb,1,0,1\nc,1,1,0\n");
        _folder.Write("unknown.csv", ",a,b,z\na,0,1,1\nb,1,0,1\nc,1,1,0\n");
        _folder.Write("missing.csv", ",a,b,c\na,0,1,1\nb,1,0,1\n");
        _folder.Write("zero.csv", ",a,b,c\na,0,0,0\nb,0,0,0\nc,0,0,0\n");
        _folder.Write("ragged.csv", ",a,b,c\na,0,1,1\nb,1,0\nc,1,1,0\n");

        var result = Cli.Run(Array.ConvertAll(command.Split(' '), arg => arg == "out" || File.Exists(_folder[arg]) ? _folder[arg] : arg));

        Assert.Equal(exitCode, result.ExitCode);
        Assert.StartsWith("error: ", result.Error, StringComparison.Ordinal);
        Assert.Contains(
            expected,
            result.Error.Replace(_folder.Path + Path.DirectorySeparatorChar, "", StringComparison.Ordinal),
            StringComparison.Ordinal);
        Assert.Equal(1, result.Error.Count(c => c == '\n'));
        Assert.Empty(Directory.GetFiles(_folder.Path, "*.html", SearchOption.AllDirectories));
        Assert.Empty(Directory.GetFiles(_folder.Path, "*.scores", SearchOption.AllDirectories));
    }
}
