using WeightedLoss.Generators.Plan;
using WeightedLoss.Generators.Spec;

namespace WeightedLoss.Generators.Dialects;

/// <summary>AVX-512: one register of 64 bytes, and 32 of them, so that constants stay in registers.</summary>
internal sealed class Avx512Dialect(Number number) : AvxDialect(number, 512, "Avx512F")
{
    public override InstructionSet InstructionSet => InstructionSet.Avx512;

    public override string IsSupported => "InstructionSets.HasAvx512";

    public override string IsPreferred => "InstructionSets.PrefersAvx512";

    public override string MultiplyAdd(string a, string b, string c) => $"Avx512F.FusedMultiplyAdd({a}, {b}, {c})";

    public override string NegatedMultiplyAdd(string a, string b, string c) => $"Avx512F.FusedMultiplyAddNegated({a}, {b}, {c})";

    public override string MultiplySubtract(string a, string b, string c) => $"Avx512F.FusedMultiplySubtract({a}, {b}, {c})";

    public override string Max(string a, string b) => $"Avx512F.Max({a}, {b})";

    public override string Min(string a, string b) => $"Avx512F.Min({a}, {b})";

    /// <summary>
    /// By name, so that a mask stays in a mask register: from a conditional selection, the JIT makes a vector of one that is used twice.
    /// </summary>
    public override string Select(string mask, string a, string b) => $"Avx512F.BlendVariable({b}, {a}, {mask})";

    public override string Keep(string mask, string x) => Select(mask, x, Zero);

    public override string Drop(string mask, string x) => Select(mask, Zero, x);

    public override string LoadLabels(string array, string index, int register) => Number.Bits == 32
        ? $"Avx512F.ConvertToVector512Single(Vector512.LoadUnsafe(ref {array}, {Sum(index, register * Lanes)}))"
        : $"Avx512F.ConvertToVector512Double(Vector256.LoadUnsafe(ref {array}, {Sum(index, register * Lanes)}))";

    public override string LookUp(string table, string x) => $"Avx512F.PermuteVar16x32({Local(table)}, {x}.AsInt32())";

    protected override (string First, string Second) InTurns(string a, string b)
    {
        return (Chosen("0L, 1, 8, 9, 2, 3, 10, 11"), Chosen("4L, 5, 12, 13, 6, 7, 14, 15"));

        string Chosen(string order) =>
            $"Avx512F.PermuteVar8x64x2({a}.AsInt64(), Vector512.Create({order}), {b}.AsInt64()).{AsElement}";
    }

    protected override string Widen(string mask) =>
        $"Avx512F.ConvertToVector512Int{Number.Bits}({mask}).{AsElement}";
}
