using WeightedLoss.Generators.Plan;
using WeightedLoss.Generators.Text;

namespace WeightedLoss.Generators.Emit.Dialects;

/// <summary>Vector128, Vector256 or Vector512: they run on every machine, in software where it has no such registers.</summary>
internal class PortableDialect(Arithmetic arithmetic, int bits) : Dialect(arithmetic)
{
    protected string Vector { get; } = $"Vector{bits}";

    protected string Type => $"{Vector}<{Element}>";

    protected string AsElement => Arithmetic == Arithmetic.Float32 ? "AsSingle()" : "AsDouble()";

    private string AsBits => Arithmetic == Arithmetic.Float32 ? "AsUInt32()" : "AsUInt64()";

    public override InstructionSet InstructionSet => bits switch
    {
        512 => InstructionSet.Portable512,
        256 => InstructionSet.Portable256,
        _ => InstructionSet.Portable128,
    };

    public override string IsSupported => "true";

    public override string IsPreferred => "false";

    public override int Registers => 512 / bits;

    public override int Lanes => bits / (Arithmetic == Arithmetic.Float32 ? 32 : 64);

    public override string Zero => $"{Type}.Zero";

    public override string Broadcast(string scalar) => $"{Vector}.Create({scalar})";

    public override string Constant(string name) => $"{Vector}.Create({name})";

    public override string Load(string array, int register) => $"{Vector}.LoadUnsafe(ref {array}, {Index(register)})";

    public override string Store(string array, int register, string value) => $"{value}.StoreUnsafe(ref {array}, {Index(register)});";

    public override string NoLabelIsSet(string labels) => Arithmetic == Arithmetic.Float32
        ? $"Vector128.LoadUnsafe(ref {labels}, i) == Vector128<byte>.Zero"
        : $"Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref {labels}, i)) == 0";

    public override void DeclareLabelMasks(IndentedWriter writer, string labels, string isPositive, string? isKnown)
    {
        writer.Line(Arithmetic == Arithmetic.Float32
            ? $"var labelBytes = Vector128.LoadUnsafe(ref {labels}, i);"
            : $"var labelBytes = Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref {labels}, i))).AsByte();");
        writer.Line($"var {isPositive}Bytes = Vector128.Equals(labelBytes, Vector128<byte>.One).AsSByte();");
        DeclareWideMask(writer, isPositive);
        if (isKnown is not null)
        {
            writer.Line($"var {isKnown}Bytes = Vector128.Equals(Vector128.Min(labelBytes, Vector128<byte>.One), labelBytes).AsSByte();");
            DeclareWideMask(writer, isKnown);
        }
    }

    public override string MultiplyAdd(string a, string b, string c) => $"{Vector}.FusedMultiplyAdd({a}, {b}, {c})";

    public override string NegatedMultiplyAdd(string a, string b, string c) => $"{Vector}.FusedMultiplyAdd(-{a}, {b}, {c})";

    public override string MultiplySubtract(string a, string b, string c) => $"{Vector}.FusedMultiplyAdd({a}, {b}, -{c})";

    public override string NegatedAbs(string x) => $"({x} | {Constant("SignBit")})";

    public override string Max(string a, string b) => $"{Vector}.ConditionalSelect({Vector}.GreaterThan({a}, {b}), {a}, {b})";

    public override string Keep(string mask, string x) => $"({mask} & {x})";

    /// <summary>By the bits: the complement of the mask would cost an instruction and a register.</summary>
    public override string Drop(string mask, string x, string kept) => $"({x} ^ {kept})";

    public override string NegateIf(string mask, string x) => $"({x} ^ ({mask} & {Constant("SignBit")}))";

    public override string Select(string mask, string a, string b) => $"{Vector}.ConditionalSelect({mask}, {a}, {b})";

    public override string SelectBySign(string x, string negative, string other) =>
        $"{Vector}.ConditionalSelect({Vector}.LessThan({x}, {Zero}), {negative}, {other})";

    public override string IsNotZero(string x) => $"(~{Vector}.Equals({x}, {Zero}))";

    public override string AddBits(string x, string y) => $"({x}.{AsBits} + {y}.{AsBits}).{AsElement}";

    public override string SubtractBits(string x, string y) => $"({x}.{AsBits} - {y}.{AsBits}).{AsElement}";

    public override string ShiftLeftBits(string x, int count) => $"({x}.{AsBits} << {count}).{AsElement}";

    public override string ShiftRightBits(string x, int count) => $"({x}.{AsBits} >> {count}).{AsElement}";

    /// <summary>From the variable {mask}Bytes, one variable per register whose lanes are all ones where the byte is.</summary>
    protected virtual void DeclareWideMask(IndentedWriter writer, string mask)
    {
        var isFloat = Arithmetic == Arithmetic.Float32;
        if (isFloat)
        {
            writer.Line($"var ({mask}Low, {mask}High) = Vector128.Widen({mask}Bytes);");
            writer.Line($"var ({mask}Quarter0, {mask}Quarter1) = Vector128.Widen({mask}Low);");
            writer.Line($"var ({mask}Quarter2, {mask}Quarter3) = Vector128.Widen({mask}High);");
        }
        else
        {
            writer.Line($"var ({mask}Low, {mask}High) = Vector128.Widen(Vector128.WidenLower({mask}Bytes));");
            writer.Line($"var ({mask}Quarter0, {mask}Quarter1) = Vector128.Widen({mask}Low);");
            writer.Line($"var ({mask}Quarter2, {mask}Quarter3) = Vector128.Widen({mask}High);");
        }

        if (bits == 512)
        {
            writer.Line($"var {mask} = Vector512.Create(Vector256.Create({mask}Quarter0, {mask}Quarter1), Vector256.Create({mask}Quarter2, {mask}Quarter3)).{AsElement};");
            return;
        }

        for (var register = 0; register < Registers; register++)
        {
            var value = bits == 128
                ? $"{mask}Quarter{register}"
                : $"Vector256.Create({mask}Quarter{2 * register}, {mask}Quarter{(2 * register) + 1})";
            writer.Line($"var {mask}{register} = {value}.{AsElement};");
        }
    }

    protected string Index(int register) => register == 0 ? "i" : $"i + {register * Lanes}";
}
