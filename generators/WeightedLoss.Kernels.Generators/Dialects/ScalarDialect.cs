using WeightedLoss.Generators.Plan;
using WeightedLoss.Generators.Spec;
using WeightedLoss.Generators.Text;

namespace WeightedLoss.Generators.Dialects;

/// <summary>One lane at a time, with plain variables; masks are bool.</summary>
internal sealed class ScalarDialect(Number number) : Dialect(number)
{
    private string Math => Number.Of("global::System.MathF", "global::System.Math");

    private string Float => $"{Number.BitsName}BitsTo{Number.Name}";

    private string Bits => $"{Number.Name}To{Number.BitsName}Bits";

    private string NoValue => Number.Literal(0);

    public override InstructionSet InstructionSet => InstructionSet.Scalar;

    public override string IsSupported => "true";

    public override int Registers => 1;

    /// <summary>Without registers of several lanes, the stores between sweeps take longer than they gain.</summary>
    public override bool IsSwept => false;

    public override int Lanes => 1;

    public override string Zero => NoValue;

    public override string Broadcast(string scalar) => scalar;

    public override string Constant(string name) => name;

    public override string LaneType => Number.Keyword;

    public override string MaskType => "bool";

    public override string Load(string array, string index, int register) => $"Unsafe.Add(ref {array}, {index})";

    public override string Store(string array, string index, int register, string value) => $"Unsafe.Add(ref {array}, {index}) = {value};";

    public override string LoadHalves(string array, string index, int register) => FromBits($"Unsafe.Add(ref {array}, {index})");

    public override string StoreHalves(string array, string index, int register, string value) =>
        $"Unsafe.Add(ref {array}, {index}) = (ushort)global::System.BitConverter.{Bits}({value});";

    public override string LoadLabels(string array, string index, int register) => $"({Number.Keyword})Unsafe.Add(ref {array}, {index})";

    public override string LoadLabelBits(string array, string index, int register) =>
        FromBits($"unchecked(({Number.BitsKeyword})Unsafe.Add(ref {array}, {index}))");

    public override string LowestWithoutLabel(string array, string index) => $"(Unsafe.Add(ref {array}, {index}) < 0 ? Lowest : {NoValue})";

    public override string[] LoadTile(IndentedWriter writer, string array, string stride, int classes, string offset, string suffix) =>
        [.. Enumerable.Range(0, classes).Select(j => $"Unsafe.Add(ref {array}, {Sum(offset, j)})")];

    public override void StoreTile(IndentedWriter writer, string array, string stride, string[] values, string offset, string suffix)
    {
        for (var j = 0; j < values.Length; j++)
        {
            writer.Line($"Unsafe.Add(ref {array}, {Sum(offset, j)}) = {values[j]};");
        }
    }

    public override string IsPositive(string labels, int register) => $"Unsafe.Add(ref {labels}, i) == 1";

    public override string IsKnown(string labels, int register) => $"Unsafe.Add(ref {labels}, i) <= 1";

    public override string MultiplyAdd(string a, string b, string c) => $"{Math}.FusedMultiplyAdd({a}, {b}, {c})";

    public override string NegatedMultiplyAdd(string a, string b, string c) => $"{Math}.FusedMultiplyAdd(-{a}, {b}, {c})";

    public override string MultiplySubtract(string a, string b, string c) => $"{Math}.FusedMultiplyAdd({a}, {b}, -{c})";

    public override string SquareRoot(string x) => $"{Math}.Sqrt({x})";

    public override string NegatedAbs(string x) => $"(-{Math}.Abs({x}))";

    public override string Max(string a, string b) => $"({a} > {b} ? {a} : {b})";

    public override string Min(string a, string b) => $"({a} < {b} ? {a} : {b})";

    public override string Keep(string mask, string x) => $"({mask} ? {x} : {NoValue})";

    public override string Drop(string mask, string x) => $"({mask} ? {NoValue} : {x})";

    public override string NegateIf(string mask, string x) => $"({mask} ? -{x} : {x})";

    public override string NegateBySign(string sign, string x) => NegateIf($"{sign} < {NoValue}", x);

    public override string Select(string mask, string a, string b) => $"({mask} ? {a} : {b})";

    /// <summary>Where a fused operation is emulated, it takes much longer than the question.</summary>
    public override string MultiplyUnless(string mask, string other, string a, string b) => $"({mask} ? {other} + {NoValue} : {a} * {b})";

    public override string SelectBySign(string x, string negative, string other) => $"({x} < {NoValue} ? {negative} : {other})";

    /// <summary>Where a fused operation is emulated, it takes much longer than the question.</summary>
    public override string OneIfPositive(string x, string other, string one, string beyondOne) => $"({x} > {NoValue} ? {one} : {other})";

    public override string IsNotZero(string x) => $"({x} != {NoValue})";

    public override string First(string x) => x;

    public override string Gather(string array, string stride, string offset) => $"Unsafe.Add(ref {array}, {offset})";

    public override IEnumerable<string> Scatter(string array, string stride, string offset, string value) =>
        [$"Unsafe.Add(ref {array}, {offset}) = {value};"];

    public override string AreEqual(string a, string b) => $"({a} == {b})";

    public override string IsGreater(string a, string b) => $"({a} > {b})";

    public override string Any(string mask) => mask;

    public override string Count(string mask) => $"({mask} ? 1 : 0)";

    /// <summary>In a project with overflow checks, too.</summary>
    public override string AddBits(string x, string y) => FromBits($"unchecked({ToBits(x)} + {ToBits(y)})");

    public override string SubtractBits(string x, string y) => FromBits($"unchecked({ToBits(x)} - {ToBits(y)})");

    public override string AndBits(string x, string y) => FromBits($"{ToBits(x)} & {ToBits(y)}");

    public override string XorBits(string x, string y) => FromBits($"{ToBits(x)} ^ {ToBits(y)}");

    public override string FromInteger(string x) => $"(float)(int){ToBits(x)}";

    public override string ShiftLeftBits(string x, int count) => FromBits($"{ToBits(x)} << {count}");

    public override string ShiftRightBits(string x, int count) => FromBits($"{ToBits(x)} >> {count}");

    public override string LookUp(string table, string x) => $"Unsafe.Add({TableReference(table)}, {ToBits(x)} & 7)";

    private string ToBits(string x) => $"global::System.BitConverter.{Bits}({x})";

    private string FromBits(string bits) => $"global::System.BitConverter.{Float}({bits})";
}
