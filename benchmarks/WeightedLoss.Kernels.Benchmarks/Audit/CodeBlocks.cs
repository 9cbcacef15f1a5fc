using System.Text.RegularExpressions;

namespace WeightedLoss.Benchmarks.Audit;

/// <summary>The blocks of a method's code, and the jumps between them.</summary>
internal sealed partial class CodeBlocks
{
    private readonly List<Block> _blocks = [];
    private readonly List<string> _tableTargets = [];

    /// <summary>Begins a block.</summary>
    public void Begin(string label) => _blocks.Add(new(label));

    /// <summary>Adds an instruction to the block that has begun.</summary>
    public void Add(string mnemonic, string operands, bool isVector)
    {
        var block = _blocks[^1];
        block.HasVectors |= isVector;
        block.Calls += mnemonic is "call" or "bl" or "blr" ? 1 : 0;
        block.RestoresFrame |= operands.StartsWith("fp, lr, [sp]", StringComparison.Ordinal);
        switch (mnemonic)
        {
            case "ret" or "int3" or "brk" or "tail.jmp":
                block.FallsThrough = false;
                break;
            case "jmp" or "b" or "br":
                block.FallsThrough = false;
                block.JumpsByTable |= !Label().IsMatch(operands);
                break;
            case "lea" or "adr":
                // The address that the entries of a table are relative to.
                return;
        }

        block.Targets.AddRange(Label().Matches(operands).Select(match => match.Value));
    }

    /// <summary>Adds the target of a line of a jump table; data has none. The second label is the one that all are relative to.</summary>
    public void AddTable(string line)
    {
        if (Label().Match(line) is { Success: true } target)
        {
            _tableTargets.Add(target.Value);
        }
    }

    /// <summary>The calls inside loops over vectors, and those of them that every pass makes. The innermost loop counts.</summary>
    public (int All, int EachPass) CountLoopCalls()
    {
        if (_blocks.All(block => block.Calls == 0))
        {
            return default;
        }

        Link();
        var dominators = FindDominators();
        var loops = FindLoops(dominators);
        var (all, eachPass) = (0, 0);
        foreach (var (index, block) in _blocks.Index().Where(pair => pair.Item.Calls > 0))
        {
            if (loops.Where(loop => loop.Body.Contains(index)).MinBy(loop => loop.Body.Count) is { } loop
                && loop.Body.Any(inLoop => _blocks[inLoop].HasVectors))
            {
                all += block.Calls;
                eachPass += loop.Ends.All(end => dominators[end]!.Contains(index)) ? block.Calls : 0;
            }
        }

        return (all, eachPass);
    }

    [GeneratedRegex("G_M\\d+_IG\\d+")]
    private static partial Regex Label();

    private void Link()
    {
        var indices = _blocks.Index().ToDictionary(pair => pair.Item.Label, pair => pair.Index);
        foreach (var (index, block) in _blocks.Index())
        {
            // On Arm a jump to an address in a register is a call in the last place where the frame is gone.
            var targets = block.JumpsByTable && !block.RestoresFrame ? block.Targets.Concat(_tableTargets) : block.Targets;
            block.Next.UnionWith(targets.Select(label => indices[label]));
            if (block.FallsThrough && index + 1 < _blocks.Count)
            {
                block.Next.Add(index + 1);
            }

            foreach (var next in block.Next)
            {
                _blocks[next].Previous.Add(index);
            }
        }
    }

    /// <summary>The blocks that every way from the beginning to a block passes, by block; null for one that cannot be reached.</summary>
    private HashSet<int>?[] FindDominators()
    {
        var dominators = new HashSet<int>?[_blocks.Count];
        dominators[0] = [0];
        for (var hasChanged = true; hasChanged;)
        {
            hasChanged = false;
            for (var i = 1; i < _blocks.Count; i++)
            {
                HashSet<int>? found = null;
                foreach (var known in _blocks[i].Previous.Select(previous => dominators[previous]).OfType<HashSet<int>>())
                {
                    if (found is null)
                    {
                        found = [.. known];
                    }
                    else
                    {
                        found.IntersectWith(known);
                    }
                }

                found?.Add(i);
                hasChanged |= found is not null && found.Count != dominators[i]?.Count;
                dominators[i] = found;
            }
        }

        return dominators;
    }

    /// <summary>
    /// The loops: a jump back to a block that dominates it, with all blocks that reach the jump without passing that one.
    /// </summary>
    private List<Loop> FindLoops(HashSet<int>?[] dominators)
    {
        var loops = new Dictionary<int, Loop>();
        for (var end = 0; end < _blocks.Count; end++)
        {
            foreach (var start in _blocks[end].Next.Where(start => dominators[end]?.Contains(start) ?? false))
            {
                loops.TryAdd(start, new([start], []));
                var (body, ends) = loops[start];
                ends.Add(end);
                var open = new Stack<int>([end]);
                while (open.TryPop(out var block))
                {
                    if (body.Add(block))
                    {
                        _blocks[block].Previous.ForEach(open.Push);
                    }
                }
            }
        }

        return [.. loops.Values];
    }

    /// <summary>A loop: its blocks, and those from which it jumps back.</summary>
    private sealed record Loop(HashSet<int> Body, List<int> Ends);

    private sealed class Block(string label)
    {
        public string Label => label;

        public int Calls { get; set; }

        public bool HasVectors { get; set; }

        public bool FallsThrough { get; set; } = true;

        public bool JumpsByTable { get; set; }

        public bool RestoresFrame { get; set; }

        public List<string> Targets { get; } = [];

        public HashSet<int> Next { get; } = [];

        public List<int> Previous { get; } = [];
    }
}
