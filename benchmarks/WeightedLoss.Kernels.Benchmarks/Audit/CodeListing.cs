using System.Text.RegularExpressions;
using WeightedLoss.Benchmarks.Emitted;

namespace WeightedLoss.Benchmarks.Audit;

/// <summary>Reads what the JIT writes with <c>DOTNET_JitDisasm</c>.</summary>
internal static partial class CodeListing
{
    private const string Head = "; Assembly listing for method ", Table = "RWD";

    /// <summary>The emitted methods of an instruction set.</summary>
    public static IReadOnlyList<MethodCode> Read(IEnumerable<string> lines, string instructionSet)
    {
        var methods = new List<Reader>();
        var isEmitted = false;
        foreach (var line in lines)
        {
            if (line.StartsWith(Head, StringComparison.Ordinal))
            {
                var name = NameIn(line[Head.Length..]);
                isEmitted = instructionSet.Equals(
                    EmittedKernels.Read(name[..name.AsSpan().IndexOfAny('[', ':')])?.InstructionSet, StringComparison.OrdinalIgnoreCase);
                if (isEmitted)
                {
                    methods.Add(new(name));
                }
            }
            else if (isEmitted)
            {
                methods[^1].Add(line);
            }
        }

        return
        [
            .. methods
                .Select(method => method.ToMethodCode())
                .GroupBy(method => method.Name, (_, overloads) => overloads.Aggregate(Sum))
                .OrderBy(method => method.Name, StringComparer.Ordinal),
        ];
    }

    private static MethodCode Sum(MethodCode left, MethodCode right) => new(
        left.Name,
        left.Instructions + right.Instructions,
        left.Vectors + right.Vectors,
        left.StackVectors + right.StackVectors,
        left.LoopCalls + right.LoopCalls,
        left.EachPassCalls + right.EachPassCalls);

    /// <summary>The name without namespaces, outer classes, numbers of type parameters, and parameters.</summary>
    private static string NameIn(string signature)
    {
        var name = signature[..signature.IndexOf('(', StringComparison.Ordinal)];
        return TypeParameters().Replace(Qualifiers().Replace(name, ""), "").Replace(" ", "", StringComparison.Ordinal);
    }

    [GeneratedRegex("(\\w+(`\\d+)?[.+])+(?=\\w)")]
    private static partial Regex Qualifiers();

    [GeneratedRegex("`\\d+")]
    private static partial Regex TypeParameters();

    // A register, of x64 or of Arm. An instruction on one number has the same registers, but not a name like these.
    [GeneratedRegex("\\b[xyz]mm\\d|\\bv\\d+\\.|^q\\d")]
    private static partial Regex VectorRegister();

    [GeneratedRegex("^v?([a-oq-z]\\w*s[sd]|cvtt?s[sd]2si)$")]
    private static partial Regex OneNumber();

    [GeneratedRegex("[xyz]mmword ptr \\[(rsp|rbp)\\b|^q\\d.*\\[(sp|fp)\\b")]
    private static partial Regex StackVector();

    /// <summary>Reads one method.</summary>
    private sealed class Reader(string name)
    {
        private readonly CodeBlocks _blocks = new();
        private int _instructions;
        private int _vectors;
        private int _stackVectors;
        private bool _isFrameInRbp;
        private bool _isTable;

        public void Add(string line)
        {
            var text = line.Trim();
            if (text.Length == 0)
            {
                return;
            }

            _isTable |= text.StartsWith(Table, StringComparison.Ordinal);
            if (text[0] == ';')
            {
                _isFrameInRbp |= text == "; rbp based frame";
            }
            else if (_isTable)
            {
                _blocks.AddTable(text);
            }
            else if (line[0] != ' ' && text[^1] == ':')
            {
                _blocks.Begin(text[..^1]);
            }
            else
            {
                var space = text.IndexOf(' ', StringComparison.Ordinal);
                AddInstruction(space < 0 ? text : text[..space], space < 0 ? "" : text[space..].TrimStart());
            }
        }

        public MethodCode ToMethodCode()
        {
            var (loopCalls, eachPassCalls) = _blocks.CountLoopCalls();
            return new(name, _instructions, _vectors, _stackVectors, loopCalls, eachPassCalls);
        }

        private void AddInstruction(string mnemonic, string operands)
        {
            if (mnemonic == "align")
            {
                return;
            }

            var isVector = VectorRegister().IsMatch(operands) && !OneNumber().IsMatch(mnemonic);
            _blocks.Add(mnemonic, operands, isVector);
            _instructions++;
            _vectors += isVector ? 1 : 0;

            // Without a frame, rbp is a register like others.
            var isOnStack = StackVector().Match(operands) is { Success: true } match && (_isFrameInRbp || match.Groups[1].Value != "rbp");
            _stackVectors += isOnStack ? 1 : 0;
        }
    }
}
