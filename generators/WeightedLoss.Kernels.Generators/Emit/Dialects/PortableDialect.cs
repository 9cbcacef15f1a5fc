using WeightedLoss.Generators.Plan;

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

    public override string IsPositive(string labels, int register) =>
        Widen($"Vector128.Equals({LoadLabels(labels, register)}, Vector128<byte>.One).AsSByte()");

    /// <summary>For bytes, at most 1 means equal to the smaller of itself and 1.</summary>
    public override string IsKnown(string labels, int register) => Widen(
        $"Vector128.Equals(Vector128.Min({LoadLabels(labels, register)}, Vector128<byte>.One), {LoadLabels(labels, register)}).AsSByte()");

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

    /// <summary>A mask of bytes as a mask of lanes: signed bytes keep all their bits equal when they widen.</summary>
    protected virtual string Widen(string mask)
    {
        var width = 128;
        for (var size = 2; size <= (Arithmetic == Arithmetic.Float32 ? 4 : 8); size *= 2)
        {
            if (Lanes * size * 8 > width)
            {
                width *= 2;
                mask = $"Vector{width}.WidenLower({mask}.ToVector{width}Unsafe())";
            }
            else
            {
                mask = $"Vector{width}.WidenLower({mask})";
            }
        }

        return $"{mask}.{AsElement}";
    }

    /// <summary>The labels of one register, in the lowest bytes.</summary>
    private string LoadLabels(string labels, int register)
    {
        if (Lanes == 16)
        {
            return $"Vector128.LoadUnsafe(ref {labels}, {Index(register)})";
        }

        var word = Lanes switch { 8 => "ulong", 4 => "uint", _ => "ushort" };
        return $"Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<{word}>(ref Unsafe.Add(ref {labels}, {Index(register)}))).AsByte()";
    }

    protected string Index(int register) => register == 0 ? "i" : $"i + {register * Lanes}";
}
