using System.CommandLine;
using System.Globalization;
using System.Numerics;
using Spectre.Console;
using WeightedLoss.Benchmarks.Compare;

namespace WeightedLoss.Benchmarks.Overhead;

/// <summary>What a call costs besides its elements, and what it allocates.</summary>
internal static class OverheadCommand
{
    private const int Small = 64;
    private const int Large = 4096;
    private const int AllocationCalls = 1000;

    // Any numbers in [0, 1) do for sample weights, and any array of the right length for the losses.
    private static readonly (string Name, Func<BinaryWorkload<float>, LossSum> Call)[] SingleCalls =
    [
        ("hard labels", w => BinaryCrossEntropy.LossAndGradient(w.LogitSpan, w.LabelSpan, w.GradientSpan, w.Options)),
        ("hard labels, loss only", w => BinaryCrossEntropy.Loss(w.LogitSpan, w.LabelSpan, w.Options)),
        ("soft targets", w => BinaryCrossEntropy.LossAndGradient(w.LogitSpan, w.TargetSpan, w.GradientSpan, w.Options)),
        ("sample weights", w => BinaryCrossEntropy.LossAndGradient(w.LogitSpan, w.LabelSpan, w.GradientSpan, w.Options, w.TargetSpan)),
        ("loss per sample", w => BinaryCrossEntropy.LossAndGradient(
            w.LogitSpan, w.LabelSpan, w.GradientSpan, w.Options, losses: w.ReferenceGradientSpan)),
    ];

    private static readonly (string Name, Func<BinaryWorkload<double>, LossSum> Call)[] DoubleCalls =
    [
        ("hard labels", w => BinaryCrossEntropy.LossAndGradient(w.LogitSpan, w.LabelSpan, w.GradientSpan, w.Options)),
        ("hard labels, loss only", w => BinaryCrossEntropy.Loss(w.LogitSpan, w.LabelSpan, w.Options)),
        ("soft targets", w => BinaryCrossEntropy.LossAndGradient(w.LogitSpan, w.TargetSpan, w.GradientSpan, w.Options)),
        ("sample weights", w => BinaryCrossEntropy.LossAndGradient(w.LogitSpan, w.LabelSpan, w.GradientSpan, w.Options, w.TargetSpan)),
        ("loss per sample", w => BinaryCrossEntropy.LossAndGradient(
            w.LogitSpan, w.LabelSpan, w.GradientSpan, w.Options, losses: w.ReferenceGradientSpan)),
    ];

    public static Command Create()
    {
        var command = new Command(
            "overhead",
            $"The fixed cost of a public call: its time at n = {Small} less {Small} times the time per element at n = {Large}; and the "
            + "bytes that a call allocates.");
        command.SetAction(_ => Run());
        return command;
    }

    private static int Run()
    {
        var table = ResultTable.Of(
            ResultTable.ConsoleBorder, ["call", "type"], [$"ns at {Small}", $"ns/element at {Large}", "fixed ns", "bytes"]);

        AddRows("f32", SingleCalls, table);
        AddRows("f64", DoubleCalls, table);
        AnsiConsole.WriteLine($"{MachineEnvironment.CpuModel}, {InstructionSetName.OfOurs}");
        AnsiConsole.Write(table);
        return 0;
    }

    private static void AddRows<T>(string type, (string Name, Func<BinaryWorkload<T>, LossSum> Call)[] calls, Table table)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using var small = new BinaryWorkload<T>(new BenchmarkCase("bce", type, "hard", Classes: 1, Small, Threads: 1, Gradient: true));
        using var large = new BinaryWorkload<T>(small.Case with { N = Large });
        var contenders = calls.SelectMany(call => new[] { new Call<T>(call.Call, small), new Call<T>(call.Call, large) }).ToArray();
        var timings = InterleavedTimer.Time(contenders, threads: 1, rounds: 51);

        for (var i = 0; i < calls.Length; i++)
        {
            var atSmall = timings[2 * i].Median;
            var perElement = timings[(2 * i) + 1].Median / Large;
            table.AddRow(
                calls[i].Name,
                type,
                Format(atSmall, "0.0"),
                Format(perElement, "0.000"),
                Format(atSmall - (Small * perElement), "0.0"),
                Format(AllocatedBytes(contenders[2 * i]) / (double)AllocationCalls, "0.###"));
        }
    }

    private static long AllocatedBytes(Contender contender)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < AllocationCalls; i++)
        {
            contender.Run();
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static string Format(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    private sealed class Call<T>(Func<BinaryWorkload<T>, LossSum> call, BinaryWorkload<T> workload) : Contender(
        "ours", InstructionSetName.OfOurs)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public override double Run() => call(workload).Loss;

        public override string? FindError(double result) => null;
    }
}
