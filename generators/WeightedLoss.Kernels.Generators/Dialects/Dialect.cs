using System.Globalization;
using WeightedLoss.Generators.Plan;
using WeightedLoss.Generators.Spec;
using WeightedLoss.Generators.Text;
using WeightedLoss.Shared;

namespace WeightedLoss.Generators.Dialects;

/// <summary>
/// How an instruction set spells operations on one register of lanes. Only correctly rounded operations have a spelling here, and those
/// that treat NaN or the sign of zero differently between processors are spelled so that the lanes' values agree.
/// </summary>
internal abstract class Dialect(Number number)
{
    /// <summary>The classes that are transposed together.</summary>
    public const int Tile = KernelFacts.SumChains;

    /// <summary>The type of the lanes.</summary>
    public Number Number { get; } = number;

    public abstract InstructionSet InstructionSet { get; }

    /// <summary>A C# expression: whether the machine can run this.</summary>
    public abstract string IsSupported { get; }

    /// <summary>A C# expression: whether a dispatcher should choose it.</summary>
    public virtual string IsPreferred => IsSupported;

    /// <summary>
    /// Registers that go through the arithmetic together. Where they are less than a virtual block of 64 bytes, loops visit the lanes of
    /// the block's registers one after the other.
    /// </summary>
    public abstract int Registers { get; }

    /// <summary>Whether these registers are a virtual block.</summary>
    public bool HasWholeBlock => Registers * Lanes == BlockLanes;

    /// <summary>Whether the arithmetic on many elements is cut into sweeps over a tile of them.</summary>
    public virtual bool IsSwept => true;

    /// <summary>Lanes in a register.</summary>
    public abstract int Lanes { get; }

    /// <summary>Whether the registers of a block go through the arithmetic side by side, or one after the other.</summary>
    public virtual bool InLockStep => true;

    /// <summary>Whether constants are read from a table in memory instead of registers.</summary>
    public virtual bool ConstantsInMemory => false;

    /// <summary>Whether a constant is kept in a register over the loop although the others are read from memory.</summary>
    public virtual bool IsHeld(string constant) => false;

    /// <summary>How such a constant comes into its register.</summary>
    public virtual string HeldConstant(string name) => Constant(name);

    /// <summary>The lanes of the virtual block of 64 bytes, the same for every instruction set.</summary>
    public int BlockLanes => Number.BlockLanes;

    /// <summary>The head of a loop over virtual blocks.</summary>
    public string OverBlocks(string count) => $"for (nuint i = 0; i < {count}; i += {BlockLanes})";

    /// <summary>
    /// The head of a loop over the registers of a block, where they are visited one after the other: where the lanes of each begin.
    /// </summary>
    public string OverRegisters => $"for (nuint lane = 0; lane < {BlockLanes}; {(Lanes == 1 ? "lane++" : $"lane += {Lanes}")})";

    public abstract string Zero { get; }

    public abstract string Broadcast(string scalar);

    public abstract string Constant(string name);

    /// <summary>The lanes from an element on; a register beyond the first follows on the one before.</summary>
    public abstract string Load(string array, string index, int register);

    /// <inheritdoc cref="Load"/>
    public abstract string Store(string array, string index, int register, string value);

    /// <summary>Elements of 16 bits in the lower halves of lanes of 32, from an element on.</summary>
    public abstract string LoadHalves(string array, string index, int register);

    /// <summary>The reverse of <see cref="LoadHalves"/>.</summary>
    public abstract string StoreHalves(string array, string index, int register, string value);

    /// <summary>Labels in an array of int, as numbers of the arithmetic type.</summary>
    public abstract string LoadLabels(string array, string index, int register);

    /// <summary>The same as integers of the lanes' size, with their signs.</summary>
    public abstract string LoadLabelBits(string array, string index, int register);

    /// <summary>−∞ where a label in an array of int is −1, and 0 where it is a class.</summary>
    public abstract string LowestWithoutLabel(string array, string index);

    /// <summary>
    /// A square of logits, rows × 4 classes, from memory that has the classes side by side to a class per value. Statements that the
    /// four expressions need go to the writer; <paramref name="suffix"/> makes their names unique.
    /// </summary>
    /// <param name="writer">Receives statements.</param>
    /// <param name="array">The first of the rows.</param>
    /// <param name="stride">From row to row: a C# expression, or a number.</param>
    /// <param name="classes">The number of classes to load, 4; or 2 or 3 where a row has no more, and then the rows have no gaps.</param>
    /// <param name="offset">The first class.</param>
    /// <param name="suffix">The end of all names.</param>
    public abstract string[] LoadTile(IndentedWriter writer, string array, string stride, int classes, string offset, string suffix);

    /// <summary>
    /// The classes of 256 bits, which are stored together; 0 if the instruction set has no such registers. Processors that store one vector
    /// register per clock, however wide, would let the gradient wait for its stores with 128 bits at a time.
    /// </summary>
    public virtual int WideTile => 0;

    /// <summary>
    /// The reverse of <see cref="LoadTile"/>, also for <see cref="WideTile"/> classes, or for fewer, if rows have no gaps.
    /// </summary>
    public abstract void StoreTile(IndentedWriter writer, string array, string stride, string[] values, string offset, string suffix);

    /// <summary>A mask of the labels that are 1.</summary>
    public abstract string IsPositive(string labels, int register);

    /// <summary>A mask of the labels that are 0 or 1.</summary>
    public abstract string IsKnown(string labels, int register);

    /// <summary>A condition: all labels of the block are 0. Null where that takes more than one comparison.</summary>
    public virtual string? NoLabelIsSet(string labels) => null;

    public string Add(string a, string b) => $"({a} + {b})";

    public string Subtract(string a, string b) => $"({a} - {b})";

    public string Multiply(string a, string b) => $"({a} * {b})";

    public string Divide(string a, string b) => $"({a} / {b})";

    /// <summary>a·b + c, rounded once.</summary>
    public abstract string MultiplyAdd(string a, string b, string c);

    /// <summary>c − a·b, rounded once.</summary>
    public abstract string NegatedMultiplyAdd(string a, string b, string c);

    /// <summary>a·b − c, rounded once.</summary>
    public abstract string MultiplySubtract(string a, string b, string c);

    /// <summary>√x, rounded once.</summary>
    public abstract string SquareRoot(string x);

    /// <summary>−|x|.</summary>
    public abstract string NegatedAbs(string x);

    /// <summary>a &gt; b ? a : b, so that a NaN in b stays; a is not NaN, and no result depends on the sign of a zero.</summary>
    public abstract string Max(string a, string b);

    /// <summary>a &lt; b ? a : b, so that a NaN in b stays; a is not NaN, and no result depends on the sign of a zero.</summary>
    public abstract string Min(string a, string b);

    /// <summary>x &gt; largest ? x : largest, so that a NaN in x is passed over; largest is not NaN.</summary>
    public virtual string Larger(string x, string largest) => Max(x, largest);

    /// <summary>x &lt; smallest ? x : smallest, so that a NaN in x is passed over; smallest is not NaN.</summary>
    public virtual string Smaller(string x, string smallest) => Min(x, smallest);

    /// <summary>mask ? largest : Larger(x, largest).</summary>
    public virtual string LargerUnless(string mask, string x, string largest) => Select(mask, largest, Larger(x, largest));

    /// <summary>The first lane.</summary>
    public abstract string First(string x);

    /// <summary>A class of the rows, element by element.</summary>
    public abstract string Gather(string array, string stride, string offset);

    /// <summary>The reverse of <see cref="Gather"/>.</summary>
    public abstract IEnumerable<string> Scatter(string array, string stride, string offset, string value);

    /// <summary>mask ? x : 0.</summary>
    public abstract string Keep(string mask, string x);

    /// <summary>mask ? 0 : x.</summary>
    public abstract string Drop(string mask, string x);

    /// <summary>mask ? −x : x.</summary>
    public abstract string NegateIf(string mask, string x);

    /// <summary>sign &lt; 0 ? −x : x. Where the sign is that of a zero, x must be 0.</summary>
    public abstract string NegateBySign(string sign, string x);

    /// <summary>mask ? a : b.</summary>
    public abstract string Select(string mask, string a, string b);

    /// <summary>mask ? a : b, where b is 0 in the lanes that the mask has set.</summary>
    public virtual string SelectOverZero(string mask, string a, string b) => Select(mask, a, b);

    /// <summary>
    /// mask ? other : a·b, where a is 0 in the lanes that the mask has set, and b is a finite number, or NaN where other is, too; no result
    /// is −0.
    /// </summary>
    public virtual string MultiplyUnless(string mask, string other, string a, string b) => MultiplyAdd(a, b, Keep(mask, other));

    /// <summary>x &lt; 0 ? negative : other. For a zero or a NaN the two must have the same value, whatever its sign bit.</summary>
    public abstract string SelectBySign(string x, string negative, string other);

    /// <summary>
    /// x &gt; 0 ? 1 : other, for x ≥ 0 and other ≤ 1, which is 1 wherever beyondOne·x lies between 0 and 1. A NaN of other stays.
    /// </summary>
    public virtual string OneIfPositive(string x, string other, string one, string beyondOne) => Min(one, MultiplyAdd(beyondOne, x, other));

    /// <summary>x ≠ 0 as a mask; true for NaN.</summary>
    public abstract string IsNotZero(string x);

    /// <summary>a = b as a mask.</summary>
    public abstract string AreEqual(string a, string b);

    /// <summary>a &gt; b as a mask.</summary>
    public abstract string IsGreater(string a, string b);

    /// <summary>Where both masks are set.</summary>
    public string Both(string a, string b) => $"({a} & {b})";

    /// <summary>Where one of the masks is set.</summary>
    public string Either(string a, string b) => $"({a} | {b})";

    /// <summary>A condition: the mask is set in some lane.</summary>
    public abstract string Any(string mask);

    /// <summary>In how many lanes the mask is set.</summary>
    public abstract string Count(string mask);

    /// <summary>Integer operations on the bit patterns of x and y.</summary>
    public abstract string AddBits(string x, string y);

    /// <inheritdoc cref="AddBits"/>
    public abstract string SubtractBits(string x, string y);

    /// <inheritdoc cref="AddBits"/>
    public abstract string ShiftLeftBits(string x, int count);

    /// <inheritdoc cref="AddBits"/>
    public abstract string ShiftRightBits(string x, int count);

    /// <inheritdoc cref="AddBits"/>
    public abstract string AndBits(string x, string y);

    /// <inheritdoc cref="AddBits"/>
    public abstract string XorBits(string x, string y);

    /// <summary>The bit pattern of x, an integer from 0 on, as a number of the type; float only.</summary>
    public abstract string FromInteger(string x);

    /// <summary>The local variable with a constant or a table.</summary>
    internal static string Local(string name) => char.ToLowerInvariant(name[0]) + name.Substring(1);

    /// <summary>The entry of a table of eight floats that the three lowest bits of x say.</summary>
    public abstract string LookUp(string table, string x);

    /// <summary>Declarations that <see cref="LookUp"/> expects at the start of a method.</summary>
    public virtual IEnumerable<string> TableDeclarations(string table) => [];

    /// <summary>A reference to the first entry of a table.</summary>
    internal static string TableReference(string table) =>
        $"ref global::System.Runtime.InteropServices.MemoryMarshal.GetReference({table})";

    /// <summary>The C# type of the lanes.</summary>
    public abstract string LaneType { get; }

    /// <summary>The C# type of a mask.</summary>
    public virtual string MaskType => LaneType;

    /// <summary>An index expression, some elements further on.</summary>
    protected static string Sum(string index, int offset) =>
        offset == 0 ? index
            : int.TryParse(index, out var start) ? (start + offset).ToString(CultureInfo.InvariantCulture)
            : $"{index} + {offset.ToString(CultureInfo.InvariantCulture)}";

    public static Dialect For(InstructionSet set, Number number) => set switch
    {
        InstructionSet.Avx512 => new Avx512Dialect(number),
        InstructionSet.Avx2 => new Avx2Dialect(number),
        InstructionSet.AdvSimd => new AdvSimdDialect(number),
        InstructionSet.Sse2 => new Sse2Dialect(number),
        InstructionSet.Portable512 => new PortableDialect(number, 512),
        InstructionSet.Portable256 => new PortableDialect(number, 256),
        InstructionSet.Portable128 => new PortableDialect(number, 128),
        _ => new ScalarDialect(number),
    };
}
