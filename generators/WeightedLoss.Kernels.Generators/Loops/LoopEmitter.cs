using WeightedLoss.Generators.Dialects;
using WeightedLoss.Generators.Plan;
using WeightedLoss.Generators.Program;
using WeightedLoss.Generators.Text;
using WeightedLoss.Shared;

namespace WeightedLoss.Generators.Loops;

/// <summary>Writes the loops: written once, for every loss and instruction set.</summary>
internal static class LoopEmitter
{
    /// <summary>
    /// A method with sums: an outer loop over runs of blocks and, apart from it, the inner loop, so that the values that live across
    /// runs take no registers from it.
    /// </summary>
    internal static void EmitSummed(
        IndentedWriter writer, Dialect dialect, ConstantTable constants, SummedMethod method, string argumentsType)
    {
        const int blockIterations = TuningTable.BlockIterations;
        var generic = method.GenericName.Substring(method.Name.Length);
        writer.Line($"/// <summary>{method.Summary}</summary>");
        writer.Line(
            $"public static void {method.Name}{generic}(in {argumentsType} arguments, ref double lossLanes, ref double weightLanes)");
        EmitConstraints();
        writer.Open();
        writer.Open($"for (nuint start = 0; start < arguments.Count; start += {dialect.BlockLanes * blockIterations})");
        writer.Line($"var count = nuint.Min({dialect.BlockLanes * blockIterations}, arguments.Count - start);");
        if (dialect.HasWholeBlock)
        {
            writer.Line(
                $"{method.Name}Run{generic}(in arguments, start, count, ref lossLanes, ref weightLanes{ConstantsArgument(dialect)});");
        }
        else
        {
            writer.Open(dialect.OverRegisters);
            const string lanes = "ref Unsafe.Add(ref lossLanes, lane), ref Unsafe.Add(ref weightLanes, lane)";
            writer.Line($"{method.Name}Run{generic}(in arguments, start + lane, count, {lanes}{ConstantsArgument(dialect)});");
            writer.Close();
        }

        writer.Close();
        writer.Close();
        writer.Line();

        writer.Line($"/// <summary>At most {blockIterations} blocks, whose sums stay in the lanes' own type.</summary>");
        writer.Line("[MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]");
        writer.Line($"private static void {method.Name}Run{generic}(");
        var sums = "ref double lossLanes, ref double weightLanes" + ConstantsParameter(dialect);
        writer.Line($"    in {argumentsType} arguments, nuint start, nuint count, {sums})");
        EmitConstraints();
        var (program, loops) = Loops(dialect, constants, method);
        var arrays = method.Arrays.Select(array =>
        {
            var first = $"ref arguments.{Field(array.Name)}";
            return $"ref var {array.Name} = ref {If(array, $"ref Unsafe.Add({first}, start)", first)};";
        });
        var tiles = program.Tiles.Select(
            (tile, n) => $"ref var {tile} = ref Unsafe.Add(ref arguments.Scratch, {n * KernelFacts.SweepLength});");
        EmitMethodBody(writer, dialect, [.. arrays, .. tiles, .. program.Held], loops);

        void EmitConstraints()
        {
            foreach (var option in method.Options)
            {
                writer.Line($"    where {option} : struct");
            }
        }
    }

    /// <summary>An expression if an array is there, or else another one.</summary>
    private static string If(LoopArray array, string there, string otherwise) =>
        array.If is { } option ? $"({option.Condition} ? {there} : {otherwise})" : there.Substring("ref ".Length);

    /// <summary>The type of what one sweep of a map hands to the next: a value per element, on the stack.</summary>
    internal static void EmitSweepMemory(IndentedWriter writer, Dialect dialect)
    {
        writer.Line($"[InlineArray({KernelFacts.SweepLength})]");
        writer.Open("private struct SweepMemory");
        writer.Line($"private {dialect.Number.Keyword} _first;");
        writer.Close();
        writer.Line();
    }

    /// <summary>A method that maps one array to another.</summary>
    internal static void EmitMap(IndentedWriter writer, Dialect dialect, ConstantTable constants, LoopMethod method)
    {
        var parameters = string.Join(", ", method.Arrays.Select(array => $"ref {array.Type} {array.Name}"));
        writer.Line($"/// <summary>{method.Summary}</summary>");
        writer.Open($"public static void {method.Name}({parameters}, nuint count)");
        if (!dialect.HasWholeBlock)
        {
            writer.Open(dialect.OverRegisters);
        }

        var arguments = method.Arrays.Select(
            array => dialect.HasWholeBlock ? $"ref {array.Name}" : $"ref Unsafe.Add(ref {array.Name}, lane)");
        writer.Line($"{method.Name}Loop({string.Join(", ", arguments)}, count{ConstantsArgument(dialect)});");
        if (!dialect.HasWholeBlock)
        {
            writer.Close();
        }

        writer.Close();
        writer.Line();
        writer.Line("[MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]");
        writer.Line($"private static void {method.Name}Loop({parameters}, nuint count{ConstantsParameter(dialect)})");

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
                programs.Add(new LaneProgram(dialect, method.Element, statements, constants, registers, registers != null ? true : null));
                return programs[programs.Count - 1];
            },
            dialect);

        var generic = method.TypeParameter is var (name, _) ? $"<{name}>" : "";
        var constraint = method.TypeParameter is var (parameter, must) ? $" where {parameter} : {must}" : "";
        var (returns, parameters) = method.Signature;
        writer.Line($"/// <summary>{method.Summary}</summary>");
        if (dialect.ConstantsInMemory)
        {
            writer.Line($"internal static {returns} {method.Name}{generic}({parameters}){constraint} =>");
            writer.Line($"    {method.Name}Run{generic}(in arguments{method.OtherArguments}{ConstantsArgument(dialect)});");
            writer.Line();
        }

        writer.Line("[MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]");
        writer.Line(dialect.ConstantsInMemory
            ? $"private static {returns} {method.Name}Run{generic}({parameters}{ConstantsParameter(dialect)}){constraint}"
            : $"internal static {returns} {method.Name}{generic}({parameters}){constraint}");
        EmitMethodBody(writer, dialect, [.. programs.SelectMany(program => program.Held).Distinct()], statements);
    }

    /// <summary>Whether <see cref="EmitSweepMemory"/> is needed: arguments bring the memory for sums along.</summary>
    internal static bool NeedsSweepMemory(Dialect dialect, KernelMethod method) =>
        method is LoopMethod loop and not SummedMethod && IsSwept(dialect, loop);

    /// <summary>A register that is alone gains nothing from sweeps.</summary>
    private static bool IsSwept(Dialect dialect, LoopMethod method) => dialect.IsSwept && method.HasSweeps;

    private static (LaneProgram Program, IndentedWriter Text) Loops(Dialect dialect, ConstantTable constants, LoopMethod method)
    {
        var loops = new IndentedWriter();
        var program = new LaneProgram(dialect, method.Element, loops, constants);
        method.EmitSetup(program);
        program.Flush();
        method.EmitStart(program);
        program.Flush();
        var isSwept = IsSwept(dialect, method);

        // Maps have no arguments that would tell whether to.
        var mayFetch = isSwept && method is SummedMethod;
        if (mayFetch)
        {
            loops.Line("var fetches = arguments.Fetches;");
        }

        if (isSwept)
        {
            loops.Open("while (count != 0)");
            loops.Line($"var tile = nuint.Min({KernelFacts.SweepLength}, count);");
        }

        loops.Open(dialect.OverBlocks(isSwept ? "tile" : "count"));
        if (mayFetch)
        {
            loops.Open("if (fetches)");
            foreach (var array in method.Arrays)
            {
                loops.Line($"{Guard(array)}Prefetch.Line(ref {array.Name}, i + {TuningTable.PrefetchDistance});");
            }

            loops.Close();
            loops.Line();
        }

        method.EmitIteration(program);
        program.Flush();
        loops.Close();
        if (isSwept)
        {
            foreach (var array in method.Arrays)
            {
                loops.Line($"{Guard(array)}{array.Name} = ref Unsafe.Add(ref {array.Name}, tile);");
            }

            loops.Line("count -= tile;");
            loops.Close();
        }

        method.EmitEnd(program);
        program.Flush();
        return program.Tiles.Count <= KernelFacts.SweepValues
            ? (program, loops)
            : throw new InvalidOperationException(
                $"The sweeps of {method.Name} hand on {program.Tiles.Count} values per element; callers have memory for "
                    + $"{KernelFacts.SweepValues}, see {nameof(KernelFacts)}.{nameof(KernelFacts.SweepValues)}.");
    }

    private static string Guard(LoopArray array) => array.If is { } option ? $"if ({option.Condition}) " : "";

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
    private static string ConstantsParameter(Dialect dialect) => dialect.ConstantsInMemory ? $", ref {dialect.Number.Keyword} held" : "";

    internal static string ConstantsArgument(Dialect dialect) =>
        dialect.ConstantsInMemory ? $", {Dialect.TableReference("Constants")}" : "";

    private static string Field(string name) => char.ToUpperInvariant(name[0]) + name.Substring(1);
}
