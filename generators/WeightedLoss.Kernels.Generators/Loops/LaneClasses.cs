using System.Globalization;
using WeightedLoss.Generators.Dialects;
using WeightedLoss.Generators.Program;
using WeightedLoss.Shared;

namespace WeightedLoss.Generators.Loops;

/// <summary>What is known of the number of classes when a method is emitted.</summary>
/// <param name="Least">The least that it may be.</param>
/// <param name="Most">The most that it may be; 0 where nothing is known.</param>
internal readonly record struct ClassRange(int Least, int Most)
{
    /// <summary>It is given at run time.</summary>
    public static readonly ClassRange Any = default;

    /// <summary>
    /// It is a type argument, few enough that there is a statement for each class; the JIT drops those of classes that there are not.
    /// </summary>
    public static readonly ClassRange Few = new(Plan.TuningTable.MostClassesUnrolled + 1, KernelFacts.MostClassesCompared);

    /// <summary>It is a number.</summary>
    public static ClassRange Of(int count) => new(count, count);

    /// <summary>Whether there is a statement for each class.</summary>
    public bool IsUnrolled => Most != 0;

    /// <summary>The number; 0 if it is not known.</summary>
    public int Count => Least == Most ? Least : 0;
}

/// <summary>A few classes of a row that are transposed together.</summary>
/// <param name="K">The first one as an index.</param>
/// <param name="Width">How many they are.</param>
/// <param name="Number">The number of the first one's statement, for names.</param>
/// <param name="Index">A class in lanes, by its place in the tile.</param>
/// <param name="IsNew">
/// A condition for each: it belongs to no tile before; null if it does not, empty if it always does. In a loop, what is done to a class
/// must bear to be done twice.
/// </param>
internal sealed record ClassTile(string K, int Width, int Number, Func<int, Lane> Index, Func<int, string?> IsNew)
{
    /// <summary>Whether it is all that a row has, and rows have no gaps.</summary>
    public bool IsRow { get; init; }
}

/// <summary>The classes of rows that have a lane each: loops over them, and where they lie in scratch memory, class after class.</summary>
/// <param name="program">Receives the statements.</param>
/// <param name="range">The number of classes.</param>
/// <param name="lanes">The lanes of a register.</param>
internal sealed class LaneClasses(LaneProgram program, ClassRange range, int lanes)
{
    /// <summary>Classes that are transposed together.</summary>
    internal const int Tile = Dialect.Tile;

    /// <summary>The case of a type argument that leaves the class count to run time.</summary>
    internal static readonly Option IsAny = new("TClasses", "AnyCount");

    /// <summary>What a class has there.</summary>
    public Lane Get(string k) => program.Load("group", ScratchIndex(k));

    public void Set(string k, Lane value) => program.Store("group", value, ScratchIndex(k));

    /// <summary>What a class has in the memory of the targets.</summary>
    public Lane GetTarget(string k) => program.Load("groupTargets", ScratchIndex(k));

    public void SetTarget(string k, Lane value) => program.Store("groupTargets", value, ScratchIndex(k));

    /// <summary>A loop over the classes, or a statement for each.</summary>
    /// <param name="emit">Receives the class in lanes, as an index, and the number of the statement in the loop's body.</param>
    /// <param name="needsIndex">Whether it needs the class in lanes.</param>
    public void ForEach(Action<Lane, string, int> emit, bool needsIndex = true)
    {
        if (range.IsUnrolled)
        {
            for (var k = 0; k < range.Most; k++)
            {
                var number = k;
                IfThereIs(k, () =>
                {
                    program.Suffix = $"_{number}";
                    emit(Constant(number), Text(number), number);
                    program.Suffix = "";
                });
            }

            return;
        }

        program.Open("for (nuint k = 0; k < classes; k++)");
        emit(needsIndex ? program.LetAll("index", $"({program.Number.Keyword})(int)k") : default, "k", 0);
        program.Suffix = "";
        program.Close();
    }

    /// <summary>The same with the index alone.</summary>
    public void ForEach(Action<string> emit) => ForEach((_, k, _) => emit(k), needsIndex: false);

    /// <summary>The statements of a class, if there are so many.</summary>
    public void IfThereIs(int k, Action emit) => If(IsThere(k), emit);

    /// <summary>
    /// As many classes after as many as a wide tile has, if there is one, and then four after four; the last four overlap the ones before
    /// if the class count is no multiple, which writes the same values twice. Few classes that are known with a wide tile are one tile.
    /// </summary>
    /// <param name="wideTile">The classes of a wide tile; 0 if there is none.</param>
    /// <param name="emit">Receives each tile.</param>
    public void ForEachTile(int wideTile, Action<ClassTile> emit)
    {
        if (range.Count > 0)
        {
            EmitKnownTiles(wideTile, emit);
        }
        else if (range.IsUnrolled)
        {
            EmitFewTiles(wideTile, emit);
        }
        else
        {
            EmitTileLoops(wideTile, emit);
        }
    }

    /// <summary>
    /// The classes of a tile in a loop in lanes, by their place in it, one after the other: each is made from the one before.
    /// </summary>
    /// <param name="k">The first one as an index.</param>
    public Func<int, Lane> Indices(string k)
    {
        var previous = default(Lane);
        return j => previous = j == 0
            ? program.LetAll("index0", $"({program.Number.Keyword})(int){k}")
            : program.Let($"index{j}", program.Add(previous, program.Constant("One", 1)));
    }

    /// <summary>A class that is known, in lanes.</summary>
    public Lane Constant(int k) => k switch
    {
        0 => program.Zero,
        1 => program.Constant("One", 1),
        _ => program.Constant($"Class{k}", k),
    };

    /// <summary>The elements from row to row: a number if it is known.</summary>
    public string RowStride(string variable) => range.Count == 0 ? variable : Text(range.Count);

    public static string Product(string k, string stride) => k == "0" ? "0" : $"{k} * {stride}";

    public static string Sum(string k, int j) => j == 0 ? k : int.TryParse(k, out var number) ? Text(number + j) : $"{k} + {j}";

    public static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Statements under a condition, which may be empty.</summary>
    public void If(string condition, Action emit)
    {
        if (condition.Length == 0)
        {
            emit();
            return;
        }

        program.Open($"if ({condition})");
        emit();
        program.Close();
    }

    /// <summary>
    /// A struct of few classes has their number as its size: the JIT knows it while it reads a method, and passes over statements for classes
    /// that there are not.
    /// </summary>
    private string IsThere(int k) => k < range.Least ? "" : $"Unsafe.SizeOf<TClasses>() > {k}";

    private void EmitKnownTiles(int wideTile, Action<ClassTile> emit)
    {
        var count = range.Count;
        var wide = System.Math.Min(wideTile, count);
        for (var k = 0; k < count;)
        {
            var width = wide > 0 && k + wide <= count ? wide : System.Math.Min(Tile, count);
            var (first, done) = (System.Math.Min(k, count - width), k);
            program.Open();
            emit(new(Text(first), width, first, j => Constant(first + j), j => first + j < done ? null : ""));
            program.Close();
            k += width;
        }
    }

    private void EmitFewTiles(int wideTile, Action<ClassTile> emit)
    {
        var wide = wideTile > Tile ? wideTile : Tile;
        for (var k = 0; k < range.Most; k += wide)
        {
            var first = k;
            program.Open(IsThere(k + wide - 1) is { Length: > 0 } isWhole ? $"if ({isWhole})" : null);
            emit(Known(first, wide));
            program.Close();
            for (var width = wide - 1; width > Tile && k == 0; width--)
            {
                // Few classes are one tile, whose rows have no gaps.
                program.Open($"else if (TClasses.Value == {width})");
                emit(new("0", width, 0, Constant, _ => "") { IsRow = true });
                program.Close();
            }

            if (wide > Tile)
            {
                program.Open("else" + (IsThere(k + Tile - 1) is { Length: > 0 } condition ? $" if ({condition})" : ""));
                emit(Known(first, Tile));
                program.Close();
                program.Line();
            }
        }

        program.Open(wide > Tile ? $"if (TClasses.Value > {wide} && TClasses.Value % {Tile} != 0)" : $"if (TClasses.Value % {Tile} != 0)");
        program.Line($"var last = (nuint)TClasses.Value - {Tile};");
        emit(
            new(
                "last",
                Tile,
                range.Most,
                j => program.LetAll($"indexOfLast{j}", $"({program.Number.Keyword})(TClasses.Value - {Tile - j})"),
                j => $"TClasses.Value % {Tile} > {Tile - 1 - j}"));
        program.Close();

        ClassTile Known(int first, int width) => new(Text(first), width, first, j => Constant(first + j), _ => "");
    }

    private void EmitTileLoops(int wideTile, Action<ClassTile> emit)
    {
        program.Line("nuint k = 0;");
        if (wideTile > 0)
        {
            program.Open($"for (; k + {wideTile} <= classes; k += {wideTile})");
            emit(new("k", wideTile, 0, Indices("k"), _ => ""));
            program.Close();
            program.Line();
        }

        program.Open("while (k < classes)");
        program.Line($"k = nuint.Min(k, classes - {Tile});");
        emit(new("k", Tile, 0, Indices("k"), _ => ""));
        program.Line($"k += {Tile};");
        program.Close();
    }

    private string ScratchIndex(string k) => int.TryParse(k, out var number) ? Text(number * lanes)
        : lanes == 1 ? k
        : $"({k}) * {lanes}";
}
