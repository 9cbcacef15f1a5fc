using WeightedLoss.Generators.Plan;
using WeightedLoss.Generators.Spec;
using WeightedLoss.Generators.Text;

namespace WeightedLoss.Generators.Dialects;

/// <summary>Vector128, Vector256 or Vector512: they run on every machine, in software where it has no such registers.</summary>
internal class PortableDialect(Number number, int bits) : Dialect(number)
{
    protected string Vector { get; } = $"Vector{bits}";

    protected string Type => $"{Vector}<{Number.Keyword}>";

    protected string AsElement => $"As{Number.Name}()";

    private string AsBits => $"As{Number.BitsName}()";

    public override InstructionSet InstructionSet => bits switch
    {
        512 => InstructionSet.Portable512,
        256 => InstructionSet.Portable256,
        _ => InstructionSet.Portable128,
    };

    public override string IsSupported => "true";

    public override string IsPreferred => "false";

    public override int Registers => 512 / bits;

    public override int Lanes => bits / Number.Bits;

    public override string Zero => $"{Type}.Zero";

    public override string Broadcast(string scalar) => $"{Vector}.Create({scalar})";

    public override string Constant(string name) => $"{Vector}.Create({name})";

    public override string LaneType => Type;

    public override string Load(string array, string index, int register) =>
        $"{Vector}.LoadUnsafe(ref {array}, {Sum(index, register * Lanes)})";

    public override string Store(string array, string index, int register, string value) =>
        $"{value}.StoreUnsafe(ref {array}, {Sum(index, register * Lanes)});";

    public override string LoadHalves(string array, string index, int register)
    {
        var at = Sum(index, register * Lanes);
        var half = bits == 128
            ? $"Vector128.CreateScalar(Unsafe.ReadUnaligned<ulong>(ref {BytesOf(array, at)})).AsUInt16()"
            : $"Vector{bits / 2}.LoadUnsafe(ref {array}, {at}).To{Vector}Unsafe()";
        return $"{Vector}.WidenLower({half}).{AsElement}";
    }

    public override string StoreHalves(string array, string index, int register, string value)
    {
        var at = Sum(index, register * Lanes);
        var narrow = $"Vector128.Narrow({value}.AsUInt32(), {value}.AsUInt32())";
        return bits == 128
            ? $"Unsafe.WriteUnaligned(ref {BytesOf(array, at)}, {narrow}.AsUInt64().ToScalar());"
            : $"Vector{bits / 2}.Narrow({value}.AsUInt32().GetLower(), {value}.AsUInt32().GetUpper()).StoreUnsafe(ref {array}, {at});";
    }

    private static string BytesOf(string array, string index) => $"Unsafe.As<ushort, byte>(ref Unsafe.Add(ref {array}, {index}))";

    public override string LoadLabels(string array, string index, int register) =>
        $"{Vector}.ConvertTo{Number.Name}({LoadIntegers(array, index, register)})";

    public override string LoadLabelBits(string array, string index, int register) => $"{LoadIntegers(array, index, register)}.{AsElement}";

    /// <summary>In float, the bits of −∞ among those of the label.</summary>
    public override string LowestWithoutLabel(string array, string index) => Number.Bits == 32
        ? $"({Vector}.LoadUnsafe(ref {array}, {index}).AsSingle() & {Constant("Lowest")})"
        : Keep(IsGreater(Zero, LoadLabels(array, index, 0)), Constant("Lowest"));

    /// <remarks>
    /// 128 bits of a row at a time: each instruction set exchanges elements within pieces of this size, and the pieces of several rows
    /// make a register. No element outside the rows is read or written. Where there is no exchange, element by element.
    /// </remarks>
    public override string[] LoadTile(IndentedWriter writer, string array, string stride, int classes, string offset, string suffix)
    {
        if (!HasZip)
        {
            return
            [
                .. Enumerable.Range(0, classes).Select(j => Gather(array, stride, Sum(offset, j))),
            ];
        }

        if (Number.Bits == 64)
        {
            var values = new string[classes];
            foreach (var first in Pairs(classes))
            {
                var low = writer.Let($"even{first}{suffix}", LoadPieces(array, row => AddressOf(stride, row, Sum(offset, first))));
                var high = writer.Let($"odd{first}{suffix}", LoadPieces(array, row => AddressOf(stride, row + 1, Sum(offset, first))));
                values[first] = Zip("Low", low, high);
                values[first + 1] = Zip("High", low, high);
            }

            return values;
        }

        if (classes == 2)
        {
            var first = writer.Let($"pair0{suffix}", LoadPieces(array, row => AddressOf("2", row, offset)));
            var second = writer.Let($"pair1{suffix}", LoadPieces(array, row => AddressOf("2", row + 2, offset)));
            var low = writer.Let($"low{suffix}", Zip("Low", first, second));
            var high = writer.Let($"high{suffix}", Zip("High", first, second));
            return [Zip("Low", low, high), Zip("High", low, high)];
        }

        if (classes == 3 && HasShuffle)
        {
            var piece0 = writer.Let($"piece0{suffix}", LoadPieces(array, row => AddressOf("3", row, offset)));
            var piece1 = writer.Let($"piece1{suffix}", LoadPieces(array, row => AddressOf("3", row, Sum(offset, 4))));
            var piece2 = writer.Let($"piece2{suffix}", LoadPieces(array, row => AddressOf("3", row, Sum(offset, 8))));
            var front = writer.Let($"front{suffix}", Shuffle(piece0, piece1, "0b01_00_10_01"));
            var back = writer.Let($"back{suffix}", Shuffle(piece1, piece2, "0b10_01_11_10"));
            return [Shuffle(piece0, back, "0b10_00_11_00"), Shuffle(front, back, "0b11_01_10_00"), Shuffle(front, piece2, "0b11_00_11_01")];
        }

        // With three classes, four elements from the last row on may lie beyond the array: they are read one earlier.
        var rows = Enumerable.Range(0, 4).Select(r => writer.Let(
            $"row{r}{suffix}",
            classes == 3 && r == 3
                ? RotateDown(LoadPieces(array, row => AddressOf("3", row, "8")))
                : LoadPieces(array, row => AddressOf(stride, row + r, offset)))).ToArray();
        return [.. Transpose(writer, rows, suffix).Take(classes)];
    }

    public override void StoreTile(IndentedWriter writer, string array, string stride, string[] values, string offset, string suffix)
    {
        if (!HasZip)
        {
            for (var j = 0; j < values.Length; j++)
            {
                foreach (var line in Scatter(array, stride, Sum(offset, j), values[j]))
                {
                    writer.Line(line);
                }
            }

            return;
        }

        if (Number.Bits == 64)
        {
            StoreTileOfDoubles(writer, array, stride, values, offset, suffix);
        }
        else if (values.Length == 2)
        {
            var low = writer.Let($"pair0{suffix}", Zip("Low", values[0], values[1]));
            var high = writer.Let($"pair1{suffix}", Zip("High", values[0], values[1]));
            StoreInTurns(writer, array, offset, [low, high], suffix);
        }
        else if (values.Length == 3)
        {
            StoreTileOfThree(writer, array, values, offset, suffix);
        }
        else
        {
            var square = Transpose(writer, values, suffix);
            if (stride == "4")
            {
                StoreInTurns(writer, array, offset, square, suffix);
                return;
            }

            for (var r = 0; r < 4; r++)
            {
                StorePieces(writer, array, square[r], row => AddressOf(stride, row + r, offset));
            }
        }
    }

    private void StoreTileOfDoubles(
        IndentedWriter writer, string array, string stride, string[] values, string offset, string suffix)
    {
        if (stride == "2")
        {
            StoreInTurns(writer, array, offset, Transpose(writer, values, suffix), suffix);
            return;
        }

        foreach (var first in Pairs(values.Length))
        {
            var even = writer.Let($"even{first}{suffix}", Zip("Low", values[first], values[first + 1]));
            StorePieces(writer, array, even, row => AddressOf(stride, row, Sum(offset, first)));
            var odd = writer.Let($"odd{first}{suffix}", Zip("High", values[first], values[first + 1]));
            StorePieces(writer, array, odd, row => AddressOf(stride, row + 1, Sum(offset, first)));
        }
    }

    private void StoreTileOfThree(IndentedWriter writer, string array, string[] values, string offset, string suffix)
    {
        if (HasShuffle)
        {
            var even = writer.Let($"even{suffix}", Shuffle(values[0], values[1], "0b10_00_10_00"));
            var mixed = writer.Let($"mixed{suffix}", Shuffle(values[2], values[0], "0b11_01_10_00"));
            var odd = writer.Let($"odd{suffix}", Shuffle(values[1], values[2], "0b11_01_11_01"));
            string[] thirds =
            [
                writer.Let($"piece0{suffix}", Shuffle(even, mixed, "0b10_00_10_00")),
                writer.Let($"piece1{suffix}", Shuffle(odd, even, "0b11_01_10_00")),
                writer.Let($"piece2{suffix}", Shuffle(mixed, odd, "0b11_01_11_01")),
            ];
            StoreInTurns(writer, array, offset, thirds, suffix);
            return;
        }

        // The fourth element of a row of three is overwritten by the next row; the last row takes the one before it along.
        string[] rows = Transpose(writer, [.. values, writer.Let($"rotated{suffix}", RotateUp(values[2]))], suffix);
        for (var r = 0; r < 3; r++)
        {
            StorePieces(writer, array, rows[r], row => AddressOf("3", row + r, offset));
        }

        StorePieces(writer, array, writer.Let($"last{suffix}", RotateUp(rows[3])), row => AddressOf("3", row, "8"));
    }

    /// <summary>
    /// A square of rows and classes from the one order to the other, in each piece of 128 bits: as many values as a piece has elements.
    /// </summary>
    protected string[] Transpose(IndentedWriter writer, string[] values, string suffix)
    {
        if (values.Length == 2)
        {
            return [writer.Let($"even{suffix}", Zip("Low", values[0], values[1])), writer.Let(
                $"odd{suffix}", Zip("High", values[0], values[1]))];
        }

        var low0 = writer.Let($"low0{suffix}", Zip("Low", values[0], values[1]));
        var low1 = writer.Let($"low1{suffix}", Zip("Low", values[2], values[3]));
        var high0 = writer.Let($"high0{suffix}", Zip("High", values[0], values[1]));
        var high1 = writer.Let($"high1{suffix}", Zip("High", values[2], values[3]));
        return
        [
            writer.Let($"line0{suffix}", ZipPairs("Low", low0, low1)), writer.Let($"line1{suffix}", ZipPairs("High", low0, low1)),
            writer.Let($"line2{suffix}", ZipPairs("Low", high0, high1)), writer.Let($"line3{suffix}", ZipPairs("High", high0, high1)),
        ];
    }

    /// <summary>
    /// Rows without gaps, whose pieces lie in registers in turns: the first pieces of all registers, then the second ones, and so on.
    /// </summary>
    protected virtual void StoreInTurns(IndentedWriter writer, string array, string offset, string[] registers, string suffix)
    {
        for (var r = 0; r < registers.Length; r++)
        {
            StorePieces(writer, array, registers[r], row => Sum(offset, (row * registers.Length) + (r * RowsPerPiece)));
        }
    }

    public override string NoLabelIsSet(string labels) => Number.Bits == 32
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

    public override string SquareRoot(string x) => $"{Vector}.Sqrt({x})";

    public override string NegatedAbs(string x) => $"({x} | {Constant("SignBit")})";

    public override string Max(string a, string b) => $"{Vector}.ConditionalSelect({Vector}.GreaterThan({a}, {b}), {a}, {b})";

    public override string Min(string a, string b) => $"{Vector}.ConditionalSelect({Vector}.LessThan({a}, {b}), {a}, {b})";

    public override string Keep(string mask, string x) => $"({mask} & {x})";

    public override string Drop(string mask, string x) => $"{Vector}.AndNot({x}, {mask})";

    public override string NegateIf(string mask, string x) => $"({x} ^ ({mask} & {Constant("SignBit")}))";

    /// <summary>A mask's sign bit counts, and no other.</summary>
    public override string NegateBySign(string sign, string x) => NegateIf(sign, x);

    public override string Select(string mask, string a, string b) => $"{Vector}.ConditionalSelect({mask}, {a}, {b})";

    public override string SelectBySign(string x, string negative, string other) =>
        $"{Vector}.ConditionalSelect({Vector}.LessThan({x}, {Zero}), {negative}, {other})";

    public override string IsNotZero(string x) => $"(~{Vector}.Equals({x}, {Zero}))";

    public override string First(string x) => $"{x}.ToScalar()";

    public override string Gather(string array, string stride, string offset) =>
        $"{Vector}.Create({string.Join(", ", Enumerable.Range(0, Lanes).Select(row => At(array, stride, row, offset)))})";

    public override IEnumerable<string> Scatter(string array, string stride, string offset, string value) =>
        Enumerable.Range(0, Lanes).Select(row => $"{At(array, stride, row, offset)} = {value}.GetElement({row});");

    public override string AreEqual(string a, string b) => $"{Vector}.Equals({a}, {b})";

    public override string IsGreater(string a, string b) => $"{Vector}.GreaterThan({a}, {b})";

    public override string Any(string mask) => $"{mask}.{AsBits} != {Vector}<{Number.BitsKeyword}>.Zero";

    public override string Count(string mask) => $"global::System.Numerics.BitOperations.PopCount({mask}.ExtractMostSignificantBits())";

    public override string AddBits(string x, string y) => $"({x}.{AsBits} + {y}.{AsBits}).{AsElement}";

    public override string SubtractBits(string x, string y) => $"({x}.{AsBits} - {y}.{AsBits}).{AsElement}";

    public override string AndBits(string x, string y) => $"({x} & {y})";

    public override string XorBits(string x, string y) => $"({x} ^ {y})";

    public override string FromInteger(string x) => $"{Vector}.ConvertToSingle({x}.AsInt32())";

    public override string ShiftLeftBits(string x, int count) => $"({x}.{AsBits} << {count}).{AsElement}";

    public override string ShiftRightBits(string x, int count) => $"({x}.{AsBits} >> {count}).{AsElement}";

    public override string LookUp(string table, string x)
    {
        if (Lanes >= 8)
        {
            return $"{Vector}.Shuffle({Local(table)}, {x}.AsInt32() & {Vector}.Create(7))";
        }

        var isLow = $"Vector128.Equals({x}.AsInt32() & Vector128.Create(4), Vector128<int>.Zero).AsSingle()";
        string Entry(string half) => $"Vector128.Shuffle({Local(table)}{half}, {x}.AsInt32() & Vector128.Create(3))";
        return $"Vector128.ConditionalSelect({isLow}, {Entry("Low")}, {Entry("High")})";
    }

    public override IEnumerable<string> TableDeclarations(string table)
    {
        if (Lanes >= 8)
        {
            return [$"var {Local(table)} = {Vector}.LoadUnsafe({TableReference(table)});"];
        }

        return
        [
            $"var {Local(table)}Low = Vector128.LoadUnsafe({TableReference(table)});",
            $"var {Local(table)}High = Vector128.LoadUnsafe({TableReference(table)}, 4);",
        ];
    }

    /// <summary>Whether elements can be exchanged within pieces of 128 bits.</summary>
    protected virtual bool HasZip => false;

    /// <summary>The lower or upper elements of two values in turns, in each piece of 128 bits.</summary>
    protected virtual string Zip(string half, string a, string b) => throw new NotSupportedException();

    /// <summary>Whether there is <see cref="Shuffle"/>; where there is not, three classes take the rotations.</summary>
    protected virtual bool HasShuffle => false;

    /// <summary>Two elements of a and two of b, in each piece of 128 bits of four elements.</summary>
    /// <param name="a">The first.</param>
    /// <param name="b">The second.</param>
    /// <param name="elements">Two bits per element of the result, the first in the lowest.</param>
    protected virtual string Shuffle(string a, string b, string elements) => throw new NotSupportedException();

    /// <summary>Element 1 becomes element 0 and so on, in each piece of 128 bits of four elements.</summary>
    protected virtual string RotateDown(string x) => throw new NotSupportedException();

    /// <summary>The reverse of <see cref="RotateDown"/>.</summary>
    protected virtual string RotateUp(string x) => throw new NotSupportedException();

    /// <summary>As <see cref="Zip"/>, with two elements of 32 bits as one.</summary>
    private string ZipPairs(string half, string a, string b) => $"{Zip(half, $"{a}.AsDouble()", $"{b}.AsDouble()")}.AsSingle()";

    /// <summary>The first classes of pairs that cover all classes; the last pair overlaps the one before if the count is odd.</summary>
    private static IEnumerable<int> Pairs(int classes)
    {
        for (var first = 0; first + 2 <= classes; first += 2)
        {
            yield return first;
        }

        if (classes % 2 != 0)
        {
            yield return classes - 2;
        }
    }

    /// <summary>The elements of a piece of 128 bits.</summary>
    protected int RowsPerPiece => 128 / Number.Bits;

    /// <summary>
    /// A register of pieces of 128 bits; <paramref name="address"/> tells where the piece is whose first lane has this row.
    /// </summary>
    private string LoadPieces(string array, Func<int, string> address)
    {
        string[] pieces = [.. Enumerable.Range(0, bits / 128).Select(
            piece => $"Vector128.LoadUnsafe(ref {array}, {address(piece * RowsPerPiece)})")];
        return pieces.Length switch
        {
            1 => pieces[0],
            2 => $"Vector256.Create({pieces[0]}, {pieces[1]})",
            _ => $"Vector512.Create(Vector256.Create({pieces[0]}, {pieces[1]}), Vector256.Create({pieces[2]}, {pieces[3]}))",
        };
    }

    private void StorePieces(IndentedWriter writer, string array, string value, Func<int, string> address)
    {
        for (var piece = 0; piece < bits / 128; piece++)
        {
            var part = bits switch
            {
                128 => value,
                256 => piece == 0 ? $"{value}.GetLower()" : $"{value}.GetUpper()",
                _ => $"{value}.{(piece < 2 ? "GetLower" : "GetUpper")}().{(piece % 2 == 0 ? "GetLower" : "GetUpper")}()",
            };
            writer.Line($"{part}.StoreUnsafe(ref {array}, {address(piece * RowsPerPiece)});");
        }
    }

    /// <summary>Where a row's class is; a stride that is a number gives a number.</summary>
    protected static string AddressOf(string stride, int row, string offset) => row == 0 ? offset
        : int.TryParse(stride, out var constant) ? Sum(offset, row * constant)
        : $"({stride} * {row}) + {offset}";

    /// <summary>A mask of bytes as a mask of lanes: signed bytes keep all their bits equal when they widen.</summary>
    protected virtual string Widen(string mask)
    {
        var width = 128;
        for (var size = 2; size <= Number.Bits / 8; size *= 2)
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

    /// <summary>Integers of four bytes, as wide as the lanes.</summary>
    private string LoadIntegers(string array, string index, int register)
    {
        var start = Sum(index, register * Lanes);
        if (Number.Bits == 32)
        {
            return $"{Vector}.LoadUnsafe(ref {array}, {start})";
        }

        var half = Lanes == 2
            ? $"Vector128.CreateScalarUnsafe(Unsafe.As<int, long>(ref Unsafe.Add(ref {array}, {start}))).AsInt32()"
            : $"Vector{bits / 2}.LoadUnsafe(ref {array}, {start}).To{Vector}Unsafe()";
        return $"{Vector}.WidenLower({half})";
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

    private string Index(int register) => Sum("i", register * Lanes);

    private static string At(string array, string stride, int row, string offset) =>
        $"Unsafe.Add(ref {array}, {AddressOf(stride, row, offset)})";
}
