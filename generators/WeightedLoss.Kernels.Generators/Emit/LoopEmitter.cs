using WeightedLoss.Generators.Emit.Bodies;
using WeightedLoss.Generators.Emit.Dialects;
using WeightedLoss.Generators.Plan;
using WeightedLoss.Generators.Text;

namespace WeightedLoss.Generators.Emit;

/// <summary>One flat method of a kernel.</summary>
internal abstract class KernelMethod(string name, string summary)
{
    public string Name => name;

    public string Summary => summary;
}

/// <summary>A method that walks arrays. A body says what happens before, in and after the loop over virtual blocks.</summary>
internal abstract class LoopMethod(string name, string summary) : KernelMethod(name, summary)
{
    /// <summary>The arrays that the loop walks, as type and parameter name; an argument's field has the same name with a capital.</summary>
    public abstract IReadOnlyList<(string Type, string Name)> Arrays { get; }

    /// <summary>Whether <see cref="LaneProgram.NextSweep"/> cuts the arithmetic.</summary>
    public virtual bool HasSweeps => false;

    /// <summary>Values that stay the same over the whole call.</summary>
    public virtual void EmitSetup(LaneProgram program)
    {
    }

    /// <summary>Declares the lanes' sums.</summary>
    public virtual void EmitStart(LaneProgram program)
    {
    }

    /// <summary>The arithmetic on one virtual block.</summary>
    public abstract void EmitIteration(LaneProgram program);

    /// <summary>Hands the lanes' sums over.</summary>
    public virtual void EmitEnd(LaneProgram program)
    {
    }
}

/// <summary>A method with loops of its own, over samples with several classes.</summary>
internal abstract class SampleMethod(string name, string summary) : KernelMethod(name, summary)
{
    /// <summary>What it returns, and its parameters.</summary>
    public abstract (string Type, string Parameters) Signature { get; }

    /// <summary>The constraint on its type parameter <c>TRows</c>, which evaluates the rows; null if it has none.</summary>
    public virtual string? RowsConstraint => null;

    /// <summary>The statements.</summary>
    public abstract void Emit(Func<int?, LaneProgram> program, Dialect dialect);
}

/// <summary>Writes the loops: written once, for every loss and instruction set.</summary>
internal static class LoopEmitter
{
    /// <summary>
    /// A method with sums: an outer loop over runs of blocks and, apart from it, the inner loop, so that the values that live across
    /// runs take no registers from it.
    /// </summary>
    internal static void EmitSummed(
        IndentedWriter writer, Dialect dialect, ConstantTable constants, LoopMethod method, string argumentsType, int blockIterations)
    {
        var arrays = string.Join(", ", method.Arrays.Select(array => $"ref Unsafe.Add(ref arguments.{Field(array.Name)}, start)"));
        writer.Line($"/// <summary>{method.Summary}</summary>");
        writer.Line($"private static void {method.Name}(in {argumentsType} arguments, ref double lossLanes, ref double weightLanes)");
        writer.Open();
        writer.Open($"for (nuint start = 0; start < arguments.Count; start += {dialect.BlockLanes * blockIterations})");
        writer.Line($"var count = nuint.Min({dialect.BlockLanes * blockIterations}, arguments.Count - start);");
        writer.Line($"{method.Name}Run({arrays}, count, in arguments, ref lossLanes, ref weightLanes{ConstantsArgument(dialect)});");
        writer.Close();
        writer.Close();
        writer.Line();

        var parameters = string.Join(", ", method.Arrays.Select(array => $"ref {array.Type} {array.Name}"));
        writer.Line($"/// <summary>At most {blockIterations} blocks, whose sums stay in the lanes' own type.</summary>");
        writer.Line("[MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]");
        writer.Line($"private static void {method.Name}Run(");
        writer.Line($"    {parameters}, nuint count, in {argumentsType} arguments, ref double lossLanes, ref double weightLanes{ConstantsParameter(dialect)})");
        var (program, loops) = Loops(dialect, constants, method);
        var tiles = program.Tiles.Select((tile, n) => $"ref var {tile} = ref Unsafe.Add(ref arguments.Scratch, {n * TuningTable.SweepLength});");
        EmitMethodBody(writer, dialect, [.. tiles, .. program.Held], loops);
    }

    /// <summary>The type of what one sweep of a map hands to the next: a value per element, on the stack.</summary>
    internal static void EmitSweepMemory(IndentedWriter writer, Dialect dialect)
    {
        writer.Line($"[InlineArray({TuningTable.SweepLength})]");
        writer.Open("private struct SweepMemory");
        writer.Line($"private {dialect.Element} _first;");
        writer.Close();
        writer.Line();
    }

    /// <summary>A method that maps one array to another.</summary>
    internal static void EmitMap(IndentedWriter writer, Dialect dialect, ConstantTable constants, LoopMethod method)
    {
        var parameters = string.Join(", ", method.Arrays.Select(array => $"ref {array.Type} {array.Name}"));
        var arguments = string.Join(", ", method.Arrays.Select(array => $"ref {array.Name}"));
        writer.Line($"/// <summary>{method.Summary}</summary>");
        if (dialect.ConstantsInMemory)
        {
            writer.Line($"public static void {method.Name}({parameters}, nuint count) =>");
            writer.Line($"    {method.Name}Loop({arguments}, count{ConstantsArgument(dialect)});");
            writer.Line();
            writer.Line("[MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]");
            writer.Line($"private static void {method.Name}Loop({parameters}, nuint count{ConstantsParameter(dialect)})");
        }
        else
        {
            writer.Line($"public static void {method.Name}({parameters}, nuint count)");
        }

        var (program, loops) = Loops(dialect, constants, method);
        var tiles = program.Tiles.Select(tile => $"var {tile}Memory = default(SweepMemory);\nref var {tile} = ref {tile}Memory[0];");
        EmitMethodBody(writer, dialect, [.. tiles, .. program.Held], loops);
    }

    /// <summary>A method that writes its own loops.</summary>
    internal static void EmitSample(IndentedWriter writer, Dialect dialect, ConstantTable constants, SampleMethod method)
    {
        var statements = new IndentedWriter();
        var programs = new List<LaneProgram>();
        method.Emit(
            registers =>
            {
                programs.Add(new LaneProgram(dialect, statements, constants, registers, registers != null ? true : null));
                return programs[programs.Count - 1];
            },
            dialect);

        writer.Line($"/// <summary>{method.Summary}</summary>");
        writer.Line("[MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]");
        var generic = method.RowsConstraint is null ? "" : "<TRows>";
        writer.Line($"private static {method.Signature.Type} {method.Name}{generic}({method.Signature.Parameters}{ConstantsParameter(dialect)})");
        if (method.RowsConstraint is { } constraint)
        {
            writer.Line($"    where TRows : struct, {constraint}");
        }

        EmitMethodBody(writer, dialect, [.. programs.SelectMany(program => program.Held).Distinct()], statements);
    }

    /// <summary>Whether <see cref="EmitSweepMemory"/> is needed: arguments bring the memory for sums along.</summary>
    internal static bool NeedsSweepMemory(Dialect dialect, KernelMethod method) =>
        method is LoopMethod loop and not ISummed && IsSwept(dialect, loop);

    /// <summary>A register that is alone gains nothing from sweeps.</summary>
    private static bool IsSwept(Dialect dialect, LoopMethod method) => dialect.Registers != 0 && method.HasSweeps;

    private static (LaneProgram Program, IndentedWriter Text) Loops(Dialect dialect, ConstantTable constants, LoopMethod method)
    {
        var loops = new IndentedWriter();
        var program = new LaneProgram(dialect, loops, constants);
        method.EmitSetup(program);
        program.Flush();
        if (dialect.Registers == 0)
        {
            loops.Open(dialect.OverRegisters);
        }

        method.EmitStart(program);
        program.Flush();
        var isSwept = IsSwept(dialect, method);

        // Maps have no arguments that would tell whether to.
        var mayFetch = isSwept && method is ISummed;
        if (mayFetch)
        {
            loops.Line("var fetches = arguments.Fetches;");
        }

        if (isSwept)
        {
            loops.Open("while (count != 0)");
            loops.Line($"var tile = nuint.Min({TuningTable.SweepLength}, count);");
        }

        loops.Open(dialect.OverBlocks(isSwept ? "tile" : "count"));
        if (mayFetch)
        {
            loops.Open("if (fetches)");
            foreach (var (_, name) in method.Arrays)
            {
                loops.Line($"Prefetch.Line(ref {name}, i + {TuningTable.PrefetchDistance});");
            }

            loops.Close();
            loops.Line();
        }

        method.EmitIteration(program);
        program.Flush();
        loops.Close();
        if (isSwept)
        {
            foreach (var (_, name) in method.Arrays)
            {
                loops.Line($"{name} = ref Unsafe.Add(ref {name}, tile);");
            }

            loops.Line("count -= tile;");
            loops.Close();
        }

        method.EmitEnd(program);
        program.Flush();
        if (dialect.Registers == 0)
        {
            loops.Close();
        }

        return (program, loops);
    }

    private static void EmitMethodBody(IndentedWriter writer, Dialect dialect, IEnumerable<string> held, IndentedWriter statements)
    {
        writer.Open();
        if (dialect.ConstantsInMemory)
        {
            writer.Line($"ref var constants = {Dialect.TableReference("Constants")};");
        }

        foreach (var declaration in held)
        {
            writer.Lines(declaration);
        }

        writer.Lines(statements.ToString().TrimEnd('\n'));
        writer.Close();
        writer.Line();
    }

    /// <summary>The table of constants once more, as a parameter, for the constants that are held in registers.</summary>
    private static string ConstantsParameter(Dialect dialect) => dialect.ConstantsInMemory ? $", ref {dialect.Element} held" : "";

    internal static string ConstantsArgument(Dialect dialect) =>
        dialect.ConstantsInMemory ? $", {Dialect.TableReference("Constants")}" : "";

    private static string Field(string name) => char.ToUpperInvariant(name[0]) + name.Substring(1);
}
