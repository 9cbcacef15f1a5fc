using WeightedLoss.Benchmarks.Compare;

namespace WeightedLoss.Benchmarks.Contenders;

/// <summary>
/// A contender of a case of one thread, beside those of the same case with several: what more threads gain is a ratio of times of the same
/// rounds, whatever the clock of the machine did between one case and the next.
/// </summary>
internal sealed class OneThread(Contender contender) : Contender(NameOf(contender.Name), contender.Isa)
{
    /// <summary>A part of no loss here: what is beside it has more threads.</summary>
    public override bool IsLimit => true;

    public override int? BytesPerLogit => contender.BytesPerLogit;

    public override bool KeepsVectorsOnStack => contender.KeepsVectorsOnStack;

    /// <summary>Its name in result files.</summary>
    public static string NameOf(string contender) => contender + "-one-thread";

    public override double Run() => contender.Run();

    public override string? FindError(double result) => contender.FindError(result);
}
