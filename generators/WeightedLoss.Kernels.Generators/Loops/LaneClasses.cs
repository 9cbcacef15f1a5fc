using System.Globalization;
using WeightedLoss.Generators.Dialects;
using WeightedLoss.Generators.Program;

namespace WeightedLoss.Generators.Loops;

/// <summary>The classes of rows that have a lane each: loops over them, and where they lie in scratch memory, class after class.</summary>
/// <param name="program">Receives the statements.</param>
/// <param name="element">The type of the elements.</param>
/// <param name="count">The class count; 0 if it is given at run time, or by a type argument.</param>
/// <param name="lanes">The lanes of a register.</param>
internal sealed class LaneClasses(LaneProgram program, string element, int count, int lanes)
{
    /// <summary>Classes that are transposed together.</summary>
    internal const int Tile = Dialect.Tile;

    /// <summary>The case of a type argument that leaves the class count to run time.</summary>
    internal static readonly Option IsAny = new("TClasses", "AnyCount");

    /// <summary>Whether there is a statement for each class.</summary>
    public bool IsUnrolled => count > 0;

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
        if (IsUnrolled)
        {
            for (var k = 0; k < count; k++)
            {
                program.Suffix = $"_{k}";
                emit(Constant(k), Text(k), k);
                program.Suffix = "";
            }

            return;
        }

        program.Open("for (nuint k = 0; k < classes; k++)");
        emit(needsIndex ? program.LetAll("index", $"({element})(int)k") : default, "k", 0);
        program.Suffix = "";
        program.Close();
    }

    /// <summary>The same with the index alone.</summary>
    public void ForEach(Action<string> emit) => ForEach((_, k, _) => emit(k), needsIndex: false);

    /// <summary>
    /// As many classes after as many as a wide tile has, if there is one, and then four after four; the last four overlap the ones before
    /// if the class count is no multiple, which writes the same values twice. Few classes with a wide tile are one tile.
    /// </summary>
    /// <param name="wideTile">The classes of a wide tile; 0 if there is none.</param>
    /// <param name="emit">
    /// Receives the tile's first class as an index, how many it has, the number of the first one's statement, and how many of the tile were
    /// there before: 0 in a loop, where what is done to a class must bear to be done twice.
    /// </param>
    public void ForEachTile(int wideTile, Action<string, int, int, int> emit)
    {
        if (!IsUnrolled)
        {
            program.Line("nuint k = 0;");
            if (wideTile > 0)
            {
                program.Open($"for (; k + {wideTile} <= classes; k += {wideTile})");
                emit("k", wideTile, 0, 0);
                program.Close();
                program.Line();
            }

            program.Open("while (k < classes)");
            program.Line($"k = nuint.Min(k, classes - {Tile});");
            emit("k", Tile, 0, 0);
            program.Line($"k += {Tile};");
            program.Close();
            return;
        }

        var wide = System.Math.Min(wideTile, count);
        for (var k = 0; k < count;)
        {
            var tile = wide > 0 && k + wide <= count ? wide : System.Math.Min(Tile, count);
            var first = System.Math.Min(k, count - tile);
            program.Open();
            emit(Text(first), tile, first, k - first);
            program.Close();
            k += tile;
        }
    }

    /// <summary>The classes of a tile in lanes, by their place in it, one after the other: in a loop, each is made from the one before.</summary>
    /// <param name="first">The number of the first one's statement.</param>
    /// <param name="k">The first one as an index.</param>
    public Func<int, Lane> Indices(int first, string k)
    {
        if (IsUnrolled)
        {
            return j => Constant(first + j);
        }

        var previous = default(Lane);
        return j => previous = j == 0
            ? program.LetAll("index0", $"({element})(int){k}")
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
    public string RowStride(string variable) => count == 0 ? variable : Text(count);

    public static string Product(string k, string stride) => k == "0" ? "0" : $"{k} * {stride}";

    public static string Sum(string k, int j) => j == 0 ? k : int.TryParse(k, out var number) ? Text(number + j) : $"{k} + {j}";

    public static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private string ScratchIndex(string k) => int.TryParse(k, out var number) ? Text(number * lanes)
        : lanes == 1 ? k
        : $"({k}) * {lanes}";
}
