using WeightedLoss.Generators.Plan;
using WeightedLoss.Generators.Spec;
using WeightedLoss.Generators.Text;

namespace WeightedLoss.Generators.Dialects;

/// <summary>AVX2 with FMA: two registers of 32 bytes.</summary>
/// <remarks>
/// Sixteen registers don't hold the constants of an exponential beside the working values. Created in registers, the JIT moves them out
/// of the loop and spills them to the stack; read from a table, they are memory operands of the instructions that use them. The few that
/// are worth a register are read before the loop by a reference to the table of which the JIT knows nothing.
/// </remarks>
internal sealed class Avx2Dialect(Number number) : AvxDialect(number, 256, "Avx")
{
    public override InstructionSet InstructionSet => InstructionSet.Avx2;

    public override string IsSupported => "InstructionSets.HasAvx2";

    public override string IsPreferred => "InstructionSets.PrefersAvx2";

    public override bool ConstantsInMemory => true;

    public override bool InLockStep => false;

    public override bool IsHeld(string constant) => TuningTable.HeldConstants.Contains(constant);

    public override string HeldConstant(string name) => $"Vector256.LoadUnsafe(ref held, {name})";

    public override string Constant(string name) => $"Vector256.LoadUnsafe(ref constants, {name})";

    public override string MultiplyAdd(string a, string b, string c) => $"Fma.MultiplyAdd({a}, {b}, {c})";

    public override string NegatedMultiplyAdd(string a, string b, string c) => $"Fma.MultiplyAddNegated({a}, {b}, {c})";

    public override string MultiplySubtract(string a, string b, string c) => $"Fma.MultiplySubtract({a}, {b}, {c})";

    public override string Max(string a, string b) => $"Avx.Max({a}, {b})";

    public override string Min(string a, string b) => $"Avx.Min({a}, {b})";

    /// <summary>The set bits of the mask are a NaN, which the instruction passes over; a bitwise or has four pipes, a blend two.</summary>
    public override string LargerUnless(string mask, string x, string largest) => $"Avx.Max(({x} | {mask}), {largest})";

    /// <summary>A test of the whole register is two operations, this is one.</summary>
    public override string Any(string mask) => $"{mask}.ExtractMostSignificantBits() != 0";

    public override string Select(string mask, string a, string b) => $"Avx.BlendVariable({b}, {a}, {mask})";

    /// <summary>A blend by a register is three operations on Intel (Golden Cove), and on AMD one for half of the pipes.</summary>
    public override string SelectOverZero(string mask, string a, string b) => $"({b} | ({a} & {mask}))";

    public override string SelectBySign(string x, string negative, string other) => $"Avx.BlendVariable({other}, {negative}, {x})";

    public override string IsNotZero(string x) => $"Avx.CompareNotEqual({x}, {Zero})";

    public override string LoadLabels(string array, string index, int register) => Number.Bits == 32
        ? $"Avx.ConvertToVector256Single(Vector256.LoadUnsafe(ref {array}, {Sum(index, register * Lanes)}))"
        : $"Avx.ConvertToVector256Double(Vector128.LoadUnsafe(ref {array}, {Sum(index, register * Lanes)}))";

    public override string AreEqual(string a, string b) => $"Avx.CompareEqual({a}, {b})";

    public override string IsGreater(string a, string b) => $"Avx.CompareGreaterThan({a}, {b})";

    public override string LookUp(string table, string x) => $"Avx2.PermuteVar8x32({Local(table)}, {x}.AsInt32())";

    protected override (string First, string Second) InTurns(string a, string b) =>
        ($"Vector256.Create({a}.GetLower(), {b}.GetLower())", $"Avx.Permute2x128({a}, {b}, 0x31)");

    /// <summary>Of three registers, too, each pair of pieces makes one.</summary>
    protected override void StoreInTurns(IndentedWriter writer, string array, string offset, string[] registers, string suffix)
    {
        if (registers.Length != 3)
        {
            base.StoreInTurns(writer, array, offset, registers, suffix);
            return;
        }

        var (first, second, third) = (registers[0], registers[1], registers[2]);
        writer.Line($"{InTurns(first, second).First}.StoreUnsafe(ref {array}, {offset});");
        writer.Line($"Avx.Blend({third}, {first}, 0b1111_0000).StoreUnsafe(ref {array}, {Sum(offset, 2 * RowsPerPiece)});");
        writer.Line($"{InTurns(second, third).Second}.StoreUnsafe(ref {array}, {Sum(offset, 4 * RowsPerPiece)});");
    }

    protected override string Widen(string mask) =>
        $"Avx2.ConvertToVector256Int{Number.Bits}({mask}).{AsElement}";
}
