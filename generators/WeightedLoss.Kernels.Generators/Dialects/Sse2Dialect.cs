using WeightedLoss.Generators.Plan;
using WeightedLoss.Generators.Spec;

namespace WeightedLoss.Generators.Dialects;

/// <summary>Every x64 processor: registers of 16 bytes, and no fused multiply-add, which the library emulates. Float only.</summary>
/// <remarks>
/// One register at a time, because four side by side would make the library half as large again.
/// </remarks>
internal sealed class Sse2Dialect(Number number) : PortableDialect(number, 128)
{
    public override InstructionSet InstructionSet => InstructionSet.Sse2;

    public override string IsSupported => "InstructionSets.HasSse2";

    public override string IsPreferred => "InstructionSets.PrefersSse2";

    public override int Registers => 1;

    /// <summary>An emulated multiplication takes so long that nothing waits for the next one.</summary>
    public override bool IsSwept => false;

    public override string MultiplyAdd(string a, string b, string c) => $"EmulatedFma.MultiplyAdd({a}, {b}, {c})";

    public override string NegatedMultiplyAdd(string a, string b, string c) => MultiplyAdd($"-{a}", b, c);

    public override string MultiplySubtract(string a, string b, string c) => MultiplyAdd(a, b, $"-{c}");

    public override string Max(string a, string b) => $"Sse2.Max({a}, {b})";

    public override string Min(string a, string b) => $"Sse2.Min({a}, {b})";

    public override string IsNotZero(string x) => $"Sse2.CompareNotEqual({x}, {Zero})";

    /// <summary>Of four lanes.</summary>
    public override string NoLabelIsSet(string labels) => $"Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref {labels}, i)) == 0";

    /// <summary>A test of the whole register is two operations, this is one.</summary>
    public override string Any(string mask) => $"{mask}.ExtractMostSignificantBits() != 0";

    /// <summary>There is no exchange by a register: each lane reads its entry from memory.</summary>
    public override string LookUp(string table, string x)
    {
        var entries = Enumerable.Range(0, Lanes).Select(
            lane => $"Unsafe.Add({TableReference(table)}, {x}.AsInt32().GetElement({lane}) & 7)");
        return $"Vector128.Create({string.Join(", ", entries)})";
    }

    public override IEnumerable<string> TableDeclarations(string table) => [];

    protected override bool HasZip => true;

    protected override string Zip(string half, string a, string b) => $"Sse2.Unpack{half}({a}, {b})";

    protected override bool HasShuffle => true;

    protected override string Shuffle(string a, string b, string elements) => $"Sse2.Shuffle({a}, {b}, {elements})";
}
