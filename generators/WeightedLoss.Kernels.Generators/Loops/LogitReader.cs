using WeightedLoss.Generators.Program;
using WeightedLoss.Runtime;

namespace WeightedLoss.Generators.Loops;

/// <summary>Reads the logits of a group of rows, and their soft targets.</summary>
/// <param name="groups">The rows.</param>
/// <param name="read">Receives the class in lanes, the logit, the class's index, and what gives the row's own target of it.</param>
internal sealed class LogitReader(LaneGroups groups, Action<Lane, Lane, string, Func<Lane>> read)
{
    private readonly LaneProgram _program = groups.Program;
    private readonly LaneClasses _classes = groups.Classes;
    private readonly bool _isSoft = groups.Shape.Form == TargetForm.Soft;

    public void Emit()
    {
        _program.Open("if (arguments.IsClassMajor)");
        _program.Line("ref var column = ref Unsafe.Add(ref arguments.Logits, row);");
        if (_isSoft)
        {
            _program.Line("ref var targets = ref Unsafe.Add(ref arguments.Targets, row);");
        }

        EmitLoop(
            k => _program.Load("column", LaneClasses.Product(k, "arguments.Stride")),
            k => _program.Load("targets", LaneClasses.Product(k, "arguments.TargetStride")));
        _program.Close();
        if (groups.Shape.MayBeNarrow)
        {
            _program.Open($"else if (classes < {LaneClasses.Tile})");
            EmitRowReferences();
            groups.EmitNarrow(
                narrow => $"stride == {narrow}{(_isSoft ? $" && arguments.TargetStride == {narrow}" : "")}",
                (tile, stride) => EmitTile(tile, stride, stride));
            EmitLoop(k => _program.Gather("rows", "stride", k), k => _program.Gather("targets", "arguments.TargetStride", k));
            _program.Close();
            _program.Close();
        }

        _program.Open("else");
        EmitRowReferences();
        _classes.ForEachTile(0, tile => EmitTile(tile, _classes.RowStride("stride"), "arguments.TargetStride"));
        _program.Close();
    }

    private void EmitRowReferences()
    {
        _program.Line("ref var rows = ref Unsafe.Add(ref arguments.Logits, row * stride);");
        if (_isSoft)
        {
            _program.Line("ref var targets = ref Unsafe.Add(ref arguments.Targets, row * arguments.TargetStride);");
        }
    }

    private void EmitTile(ClassTile tile, string stride, string targetStride)
    {
        var values = _program.LoadTile("rows", stride, tile.Width, tile.K);
        _program.Suffix = "T";
        var targets = _isSoft ? _program.LoadTile("targets", targetStride, tile.Width, tile.K) : [];
        _program.Suffix = "";
        for (var j = 0; j < tile.Width; j++)
        {
            if (tile.IsNew(j) is { } condition)
            {
                var place = j;
                _classes.If(condition, () =>
                {
                    var index = groups.Shape.NeedsIndex ? tile.Index(place) : default;
                    var target = place < targets.Length ? targets[place] : default;
                    _program.Suffix = $"_{tile.Number + place}";
                    read(index, _program.Let("z", values[place]), LaneClasses.Sum(tile.K, place), () => target);
                    _program.Suffix = "";
                });
            }
        }
    }

    private void EmitLoop(Func<string, Lane> load, Func<string, Lane> loadTarget) => _classes.ForEach((index, k, number) =>
    {
        _program.Suffix = $"_{number}";
        read(index, _program.Let("z", load(k)), k, () => loadTarget(k));
    }, groups.Shape.NeedsIndex);
}
