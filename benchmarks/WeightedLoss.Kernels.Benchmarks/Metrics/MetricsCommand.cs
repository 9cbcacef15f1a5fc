using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Numerics;
using Spectre.Console;
using WeightedLoss.Benchmarks.Compare;

namespace WeightedLoss.Benchmarks.Metrics;

/// <summary>What ranking many scores takes on one core.</summary>
internal static class MetricsCommand
{
    private const int Scores = 10_000_000;
    private const int LaterCalls = 5;

    public static Command Create()
    {
        var command = new Command(
            "metrics", $"The time of areas and threshold curve of {Scores:N0} scores, 1 % of them positive: the first call, and later ones.");
        command.SetAction(_ => Run());
        return command;
    }

    private static int Run()
    {
        var table = ResultTable.Of(ResultTable.ConsoleBorder, ["metrics", "type"], ["first call, s", "later calls, s"]);
        AddRows<float>("f32", table);
        AddRows<double>("f64", table);
        AnsiConsole.WriteLine(MachineEnvironment.CpuModel);
        AnsiConsole.Write(table);
        return 0;
    }

    private static void AddRows<T>(string type, Table table)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var random = new Random(1);
        var labels = new byte[Scores];
        var scores = new T[Scores];
        for (var i = 0; i < Scores; i++)
        {
            labels[i] = random.NextDouble() < 0.01 ? (byte)1 : (byte)0;
            scores[i] = T.CreateChecked((4 * random.NextDouble()) - 2 + labels[i]);
        }

        AddRow("areas", () => RankingScores.Compute<T, byte>(scores, labels));
        AddRow("curve", () => ThresholdCurve.Create<T, byte>(scores, labels));

        void AddRow(string name, Action call)
        {
            var first = Seconds(call);
            var later = Quartiles.Of(Enumerable.Range(0, LaterCalls).Select(_ => Seconds(call))).Median;
            table.AddRow(
                name, type, first.ToString("F2", CultureInfo.InvariantCulture), later.ToString("F2", CultureInfo.InvariantCulture));
        }
    }

    private static double Seconds(Action call)
    {
        var start = Stopwatch.GetTimestamp();
        call();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
