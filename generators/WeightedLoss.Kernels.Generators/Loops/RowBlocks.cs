using WeightedLoss.Generators.Dialects;
using WeightedLoss.Generators.Program;

namespace WeightedLoss.Generators.Loops;

/// <summary>Virtual blocks of the classes of one row, in the method at hand.</summary>
/// <param name="program">Receives statements on the row.</param>
/// <param name="block">Receives statements on the registers of a block.</param>
/// <param name="dialect">The instruction set.</param>
internal sealed class RowBlocks(LaneProgram program, LaneProgram block, Dialect dialect)
{
    /// <summary>
    /// Blocks that are summed in the element type before they go to double: the rounding errors of a lane stay near two units in the last
    /// place of a sum of 64 terms, for any class count.
    /// </summary>
    private const int RunBlocks = 64;

    public LaneProgram Program => program;

    public LaneProgram Block => block;

    /// <summary>Whether the registers of a block are visited one after the other.</summary>
    public bool IsAlone => !dialect.HasWholeBlock;

    /// <summary>The step of a loop over registers, or over blocks if they go together.</summary>
    public string Step => !IsAlone ? "j += block" : dialect.Lanes == 1 ? "j++" : $"j += {dialect.Lanes}";

    public Lane Broadcast(string scalar) => new(_ => dialect.Broadcast(scalar));

    /// <summary>Where the register at hand begins in a block that begins somewhere.</summary>
    public string At(string start) => !IsAlone ? start : start == "0" ? "lane" : $"({start}) + lane";

    /// <summary>Opens a loop over the registers of a block, where they are visited one after the other.</summary>
    public void OpenRegisters()
    {
        if (IsAlone)
        {
            program.Open(dialect.OverRegisters);
        }
    }

    public void CloseRegisters()
    {
        block.Flush();
        if (IsAlone)
        {
            program.Close();
        }
    }

    /// <summary>
    /// Opens a block whose lanes are not all new: one that ends with the row, and overlaps the one before. Where nothing overlaps, all are.
    /// </summary>
    /// <param name="suffix">The end of local names.</param>
    /// <param name="declaration">A statement that it needs, too; null for none.</param>
    /// <returns>Which lanes are new.</returns>
    public Lane OpenPartial(string suffix, string? declaration = null)
    {
        program.Line("var start = nuint.Min(i, classes - block);");
        program.Line($"var old = ({program.Number.Keyword})(int)(i - start) - ({program.Number.Keyword})0.5;");
        if (declaration is not null)
        {
            program.Line(declaration);
        }

        OpenRegisters();
        block.Suffix = suffix;
        return block.Let("isFresh", block.IsGreater(block.Load("numbers", At("0")), Broadcast("old")));
    }

    public void ClosePartial()
    {
        CloseRegisters();
        program.Line();
    }

    /// <summary>
    /// Sums over the classes: whole blocks in runs; a block with special values by itself: the one with the label, or for dense targets the
    /// one with the largest logit, whose e does not belong to the sum, and the last one, if classes are missing in it. The runs step over
    /// the block with the label without a branch, which a processor would not foresee.
    /// </summary>
    /// <param name="names">The sums.</param>
    /// <param name="suffix">The end of local names.</param>
    /// <param name="emitBlock">
    /// What a block adds to each, from its logits, where it starts, and what makes 0 of that which belongs to no sum.
    /// </param>
    /// <param name="emitFetch">Asks for memory.</param>
    /// <param name="storesFirst">Whether what it adds to the first one is stored in place of the gradient.</param>
    public void EmitSums(
        string[] names,
        string suffix,
        Func<Lane, string, Func<Lane, Lane>, Lane[]> emitBlock,
        Action? emitFetch = null,
        bool storesFirst = false)
    {
        program.Open("for (nuint i = 0; i < runs;)");
        program.Line($"var end = nuint.Min(i + (block * {RunBlocks}), runs);");
        OpenRegisters();
        EmitRun(names, suffix + "_run", emitBlock, emitFetch, storesFirst);
        CloseRegisters();
        EmitFold(names);
        program.Line("i = end;");
        program.Close();
        program.Line();

        program.Open("for (var i = apartBlock; i < classes; i = i < whole ? whole : classes)");
        EmitApart(suffix + "_part", emitBlock, storesFirst);
        EmitFold(names);
        program.Close();
        program.Line();
    }

    private void EmitRun(
        string[] names, string suffix, Func<Lane, string, Func<Lane, Lane>, Lane[]> emitBlock, Action? emitFetch, bool storesFirst)
    {
        block.Suffix = suffix;
        var sums = names.Select(sum => block.Let(sum, block.Zero)).ToArray();
        block.Open(IsAlone ? "for (var j = i + lane; j < end; j += block)" : "for (var j = i; j < end; j += block)");
        block.Line("var k = j + RowSupport.StepOver(j, apartBlock, block);");
        emitFetch?.Invoke();
        var parts = emitBlock(block.Load("logits", "k"), "k", value => value);
        WhereGradientIsWanted(storesFirst, () => block.Store("gradient", parts[0], "k"));
        for (var n = 0; n < sums.Length; n++)
        {
            block.Assign(sums[n], block.Add(sums[n], parts[n]));
        }

        block.Close();
        for (var n = 0; n < sums.Length; n++)
        {
            block.Store("scratch", sums[n], IsAlone ? $"({n} * block) + lane" : $"{n} * block");
        }
    }

    private void EmitApart(string suffix, Func<Lane, string, Func<Lane, Lane>, Lane[]> emitBlock, bool storesFirst)
    {
        var isFresh = OpenPartial(suffix, $"var apartLane = apart < 0 ? -1 : ({program.Number.Keyword})((nint)apart - (nint)start);");
        var isApart = block.Let("isApart", block.AreEqual(block.Load("numbers", At("0")), Broadcast("apartLane")));
        var lowest = block.Constant("Lowest", double.NegativeInfinity);
        var loaded = block.Select(isFresh, block.Load("logits", At("start")), lowest);
        var z = block.Let("z", block.Select(isApart, lowest, block.Let("fresh", loaded)));
        var parts = emitBlock(
            z, At("start"), value => block.Select(isApart, block.Zero, block.Let("freshValue", block.Select(isFresh, value, block.Zero))));
        for (var n = 0; n < parts.Length; n++)
        {
            block.Store("scratch", parts[n], At($"{n} * block"));
        }

        WhereGradientIsWanted(storesFirst, () =>
        {
            var mixed = block.Let("mixed", block.Select(isFresh, parts[0], block.Load("gradient", At("start"))));
            block.Store("gradient", mixed, At("start"));
        });
        ClosePartial();
    }

    private void WhereGradientIsWanted(bool storesFirst, Action emit)
    {
        if (storesFirst)
        {
            block.Open("if (arguments.WantsGradient)");
            emit();
            block.Close();
            block.Line();
        }
    }

    private void EmitFold(string[] names)
    {
        for (var n = 0; n < names.Length; n++)
        {
            program.Line($"{names[n]} += RowSupport.Sum(ref Unsafe.Add(ref scratch, {n} * block));");
        }
    }
}
