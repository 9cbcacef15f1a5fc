using WeightedLoss.Generators.Plan;
using WeightedLoss.Generators.Spec;

namespace WeightedLoss.Generators.Dialects;

/// <summary>64-bit Arm's Advanced SIMD: registers of 16 bytes.</summary>
/// <remarks>
/// One register at a time: the values of four side by side do not fit into the processor's 32. The JIT turns every portable operation on
/// 128 bits into one instruction, except the maximum and the fused subtraction.
/// </remarks>
internal sealed class AdvSimdDialect(Number number) : PortableDialect(number, 128)
{
    private string FusedClass => Number.Of("AdvSimd", "AdvSimd.Arm64");

    public override InstructionSet InstructionSet => InstructionSet.AdvSimd;

    public override int Registers => 1;

    public override string IsSupported => "InstructionSets.HasAdvSimd";

    public override string IsPreferred => "InstructionSets.PrefersAdvSimd";

    public override string MultiplyAdd(string a, string b, string c) => $"{FusedClass}.FusedMultiplyAdd({c}, {a}, {b})";

    public override string NegatedMultiplyAdd(string a, string b, string c) => $"{FusedClass}.FusedMultiplySubtract({c}, {a}, {b})";

    public override string Max(string a, string b) => $"{FusedClass}.Max({a}, {b})";

    public override string Min(string a, string b) => $"{FusedClass}.Min({a}, {b})";

    /// <summary>The instruction for the maximum would let a NaN through.</summary>
    public override string Larger(string x, string largest) => base.Max(x, largest);

    /// <inheritdoc cref="Larger"/>
    public override string Smaller(string x, string smallest) => base.Min(x, smallest);

    /// <summary>By bytes: the four of an entry follow one another.</summary>
    public override string LookUp(string table, string x)
    {
        var entries = $"({Local(table)}Low.AsByte(), {Local(table)}High.AsByte())";
        var bytes = $"((({x}.AsUInt32() & Vector128.Create(7u)) * 0x04040404u) + Vector128.Create(0x03020100u)).AsByte()";
        return $"AdvSimd.Arm64.VectorTableLookup({entries}, {bytes}).AsSingle()";
    }

    public override string NoLabelIsSet(string labels) =>
        $"Unsafe.ReadUnaligned<{(Lanes == 4 ? "uint" : "ushort")}>(ref Unsafe.Add(ref {labels}, i)) == 0";

    protected override bool HasZip => true;

    protected override string Zip(string half, string a, string b) => $"AdvSimd.Arm64.Zip{half}({a}, {b})";

    protected override string RotateDown(string x) => $"AdvSimd.ExtractVector128({x}, {x}, 1)";

    protected override string RotateUp(string x) => $"AdvSimd.ExtractVector128({x}, {x}, 3)";
}
