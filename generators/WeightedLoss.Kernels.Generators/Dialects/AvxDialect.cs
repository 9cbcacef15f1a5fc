using WeightedLoss.Generators.Spec;
using WeightedLoss.Generators.Text;

namespace WeightedLoss.Generators.Dialects;

/// <summary>
/// What the instruction sets of x86 share: exchanges within pieces of 128 bits, and stores of 256 bits, two pieces of a row.
/// </summary>
internal abstract class AvxDialect(Number number, int bits, string instructions) : PortableDialect(number, bits)
{
    public override int WideTile => 2 * RowsPerPiece;

    protected override bool HasZip => true;

    protected override string Zip(string half, string a, string b) => $"{instructions}.Unpack{half}({a}, {b})";

    protected override bool HasShuffle => true;

    protected override string Shuffle(string a, string b, string elements) => $"{instructions}.Shuffle({a}, {b}, {elements})";

    /// <summary>The pieces of a and b in turns, in two registers.</summary>
    protected abstract (string First, string Second) InTurns(string a, string b);

    /// <remarks>
    /// 256 bits of each row. What a row of fewer classes has too much is overwritten by the next row; the last row is stored in two parts.
    /// </remarks>
    public override void StoreTile(IndentedWriter writer, string array, string stride, string[] values, string offset, string suffix)
    {
        var classes = values.Length;
        if (classes <= RowsPerPiece)
        {
            base.StoreTile(writer, array, stride, values, offset, suffix);
            return;
        }

        // What there is too much repeats values in pairs, so that no exchange of two is done that is not needed anyway.
        var back = Enumerable.Range(RowsPerPiece, RowsPerPiece).Select(
            k => values[k < classes ? k : classes % 2 == 0 ? k - 2 : classes - 1]);
        var fronts = Transpose(writer, [.. values.Take(RowsPerPiece)], $"Front{suffix}");
        var backs = Transpose(writer, [.. back], $"Back{suffix}");
        var rows = new string[Lanes];
        for (var r = 0; r < RowsPerPiece; r++)
        {
            var halves = Halves(writer, $"joined{r}", fronts[r], backs[r], suffix);
            for (var piece = 0; piece < halves.Length; piece++)
            {
                var row = (piece * RowsPerPiece) + r;
                rows[row] = halves[piece];
                if (classes == WideTile)
                {
                    // Each as soon as it is known, because registers are few.
                    StoreRow(row);
                }
            }
        }

        if (classes == WideTile)
        {
            return;
        }

        for (var row = 0; row < Lanes - 1; row++)
        {
            StoreRow(row);
        }

        var start = AddressOf(stride, Lanes - 1, offset);
        var last = writer.Let($"last{suffix}", rows[Lanes - 1]);
        writer.Line($"{last}.GetLower().StoreUnsafe(ref {array}, {start});");
        writer.Line($"{End(last, classes)}.StoreUnsafe(ref {array}, {Sum(start, classes - RowsPerPiece)});");

        void StoreRow(int row) => writer.Line($"{rows[row]}.StoreUnsafe(ref {array}, {AddressOf(stride, row, offset)});");
    }

    protected override void StoreInTurns(IndentedWriter writer, string array, string offset, string[] registers, string suffix)
    {
        if (registers.Length % 2 != 0)
        {
            base.StoreInTurns(writer, array, offset, registers, suffix);
            return;
        }

        for (var r = 0; r < registers.Length; r += 2)
        {
            var halves = Halves(writer, $"joined{r}", registers[r], registers[r + 1], suffix);
            for (var piece = 0; piece < halves.Length; piece++)
            {
                writer.Line($"{halves[piece]}.StoreUnsafe(ref {array}, {Sum(offset, ((piece * registers.Length) + r) * RowsPerPiece)});");
            }
        }
    }

    /// <summary>A piece of a and the same of b, 256 bits, for each piece.</summary>
    private string[] Halves(IndentedWriter writer, string name, string a, string b, string suffix)
    {
        var (first, second) = InTurns(a, b);
        string[] joined = [writer.Let($"{name}Low{suffix}", first), writer.Let($"{name}High{suffix}", second)];
        return Lanes == 2 * RowsPerPiece ? joined : [.. joined.SelectMany(both => new[] { $"{both}.GetLower()", $"{both}.GetUpper()" })];
    }

    /// <summary>
    /// The last of so many elements, 128 bits of 256. In double, three is the only count between a piece and a wide tile.
    /// </summary>
    private string End(string half, int elements)
    {
        var order = string.Join(", ", Enumerable.Range(elements - RowsPerPiece, 8).Select(n => n % 8));
        return Number.Bits == 32
            ? $"Avx2.PermuteVar8x32({half}, Vector256.Create({order})).GetLower()"
            : $"Avx2.Permute4x64({half}, 0b00_11_10_01).GetLower()";
    }
}
