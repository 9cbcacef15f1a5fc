using System.CommandLine;
namespace WeightedLoss.Benchmarks.Report;
internal static class ReportCommand { public static Command Create() => new("report", "x"); }
