using WeightedLoss.Generators.Dialects;
using WeightedLoss.Generators.Program;

namespace WeightedLoss.Generators.Loops;

/// <summary>
/// The gradient, from what the sweeps of <see cref="LanesMethod"/> left: a method of its own, because a JIT stops to inline in one of so
/// many variables.
/// </summary>
/// <param name="name">The method's name.</param>
/// <param name="shape">What is known of the rows.</param>
/// <param name="targets">What the form of the target adds.</param>
internal sealed class LanesGradientMethod(string name, LanesShape shape, Func<LaneGroups, LaneTargets> targets)
    : SampleMethod(name, "The gradient, from what the sweeps left.", shape.Element)
{
    private LaneGroups _groups = null!;
    private LaneProgram _program = null!;
    private Func<Lane, string, Lane, Lane> _gradientOf = null!;

    public override (string Type, string Parameters) Signature => ("void", $"in CrossEntropyArguments<{Element.Storage}> arguments");

    public override void Emit(Func<int?, LaneProgram> program, Dialect dialect)
    {
        _program = program(1);
        _groups = new(_program, dialect, shape);
        var ofTargets = targets(_groups);
        _groups.EmitDeclarations(needsStride: false);
        ofTargets.EmitDeclarations();
        _groups.Open();
        EmitGradient(ofTargets);
        _groups.Close();
    }

    private void EmitGradient(LaneTargets ofTargets)
    {
        _gradientOf = ofTargets.GradientOf(RowValues.LoadCoefficient(_program, _groups.LoadAt));
        _program.Open("if (arguments.IsClassMajor)");
        _program.Line("ref var column = ref Unsafe.Add(ref arguments.Gradient, row);");
        EmitLoop((k, result) => _program.Store("column", result, LaneClasses.Product(k, "arguments.GradientStride")));
        ofTargets.EmitOverGradient("column", "1", "arguments.GradientStride");
        _program.Close();
        if (shape.MayBeNarrow)
        {
            _program.Open($"else if (classes < {LaneClasses.Tile})");
            EmitRowReference();
            _groups.EmitNarrow(narrow => $"gradientStride == {narrow}", EmitTile);
            EmitLoop((k, result) => _program.Scatter("rows", "gradientStride", k, result));
            _program.Close();
            _program.Close();
        }

        _program.Open("else");
        EmitRowReference();
        _groups.Classes.ForEachTile(
            _groups.Dialect.WideTile,
            tile => EmitTile(tile, tile.IsRow ? LaneClasses.Text(tile.Width) : _groups.Classes.RowStride("gradientStride")));
        ofTargets.EmitOverGradient("rows", "gradientStride", "1");
        _program.Close();
    }

    private void EmitRowReference() => _program.Line("ref var rows = ref Unsafe.Add(ref arguments.Gradient, row * gradientStride);");

    private void EmitTile(ClassTile tile, string stride)
    {
        var results = new Lane[tile.Width];
        for (var j = 0; j < tile.Width; j++)
        {
            var index = shape.GradientNeedsIndex ? tile.Index(j) : default;
            _program.Suffix = $"_{tile.Number + j}";
            results[j] = Result(index, LaneClasses.Sum(tile.K, j));
        }

        _program.Suffix = "";
        _program.StoreTile("rows", stride, results, tile.K);
    }

    private void EmitLoop(Action<string, Lane> store) => _groups.Classes.ForEach((index, k, number) =>
    {
        _program.Suffix = $"_{number}";
        store(k, Result(index, k));
    }, shape.GradientNeedsIndex);

    private Lane Result(Lane index, string k) => _program.Let("result", _gradientOf(index, k, _groups.Classes.Get(k)));
}
