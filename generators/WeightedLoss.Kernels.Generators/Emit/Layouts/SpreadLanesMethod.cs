using WeightedLoss.Generators.Emit.Bodies;
using WeightedLoss.Generators.Emit.Dialects;
using WeightedLoss.Generators.Emit.Math;

namespace WeightedLoss.Generators.Emit.Layouts;

/// <summary>A sample per lane, with a target that is spread over the classes: smoothed labels and soft targets, of any class count.</summary>
/// <param name="element">float or double.</param>
/// <param name="form">The form of the target.</param>
internal sealed class SpreadLanesMethod(string element, TargetForm form) : LanesMethod($"Lanes{form}", element, 0, form, hasLow: false)
{
    /// <summary>What rows with a spread target need of their values.</summary>
    internal static readonly string[] Inputs = ["rest", "others", "gaps", "rowPower", "peak", "shiftedLargest"];

    private Lane _sampleWeight;
    private Lane _peak;

    protected override Lane SampleWeight => _sampleWeight;

    protected override (string Name, Lane Value) Shifted => ("shiftedLargest", Largest);

    protected override void EmitRead()
    {
        var labels = Program.Let("labels", Program.LoadLabels("arguments.Labels", "row"));
        var weight = Program.Let("weight", Program.Load("arguments.Weights", "row"));
        _sampleWeight = Program.Let("sampleWeight", Program.Load("arguments.SampleWeights", "row"));
        Largest = Program.Let("largest", Program.Constant("Lowest", double.NegativeInfinity));
        Best = Program.Let("best", Program.Zero);
        EmitLogits((index, z, k, target) =>
        {
            var isLarger = Program.Let("isLarger", Program.IsGreater(z, Largest));
            Program.Assign(Best, Program.Select(isLarger, index, Best));
            Program.Assign(Largest, Program.Larger(z, Largest));
            Classes.Set(k, z);
            var uniform = Program.LetAll("uniform", $"Unsafe.Add(ref arguments.UniformWeights, {k})");
            Lane b;
            if (Form == TargetForm.Soft)
            {
                var classWeight = Program.LetAll("classWeight", $"Unsafe.Add(ref arguments.ClassWeights, {k})");
                b = Program.Multiply(Program.Let("weighted", Program.MultiplyAdd(classWeight, target(), uniform)), _sampleWeight);
            }
            else
            {
                var isLabel = Program.Let("isLabel", Program.AreEqual(labels, index));
                b = Program.Add(Program.Let("share", Program.Multiply(uniform, _sampleWeight)), Program.Keep(isLabel, weight));
            }

            Classes.SetTarget(k, Program.Let("b", b));
        });
    }

    protected override void EmitExponentials((Lane Power, Lane Shift, Lane Smallest) scale)
    {
        Best = Program.Let("best", LoadValue("best"));
        Largest = Program.Let("largest", LoadValue("shiftedLargest"));
        _peak = Program.Let("peak", Program.Zero);
        var (sums, _) = EmitSums(["rest", "others", "gaps"], scale);
        Values.Store(Program, ("rest", sums[0]), ("others", sums[1]), ("gaps", sums[2]), ("peak", _peak));
    }

    protected override void EmitClass(string k, int number, Action<int, Lane> add, (Lane Power, Lane Shift, Lane Smallest) scale)
    {
        var t = Program.Let("t", Classes.Get(k));
        var index = Program.LetAll("index", $"({Element})(int)({k})");
        var isBest = Program.Let("isBest", Program.AreEqual(Best, index));
        var b = Program.Let("b", Classes.GetTarget(k));
        Program.Assign(_peak, Program.Select(isBest, b, _peak));
        var gap = Program.Let("gap", Program.Multiply(b, Program.Subtract(Largest, t)));

        // A logit of −∞ that is no target costs nothing; the product would be NaN.
        add(2, Program.Keep(Program.IsNotZero(b), gap));
        add(1, Program.Select(isBest, Program.Zero, b));
        var e = Program.Let("e", Exponential.Scaled(Program, t, scale, IsFloat));
        add(0, Program.Select(isBest, Program.Zero, e));
        Classes.Set(k, e);
    }

    protected override void EmitResults(Func<int?, LaneProgram> program, Dialect dialect) =>
        Values.Emit(program, dialect, Inputs, "SampleWeights", (rows, values, weight, gradientScale) =>
            CrossEntropyBody.EmitSpread(rows, values, weight, gradientScale, IsFloat));

    protected override Func<Lane, string, Lane, Lane> GradientOf(Quotient coefficient, Dialect dialect)
    {
        var apart = Values.LoadApart(Program, index => Program.Load("rowValues", index));
        var best = Program.Let("best", LoadValue("best"));
        var gradientScale = new Lane(_ => dialect.Broadcast("arguments.Scale"));
        return (index, k, e) =>
        {
            var isApart = Program.Let("isApart", Program.AreEqual(best, index));
            var product = coefficient.Times(Program, Program.Let("value", e));
            return Program.Select(isApart, apart, Program.Let("g", Program.NegatedMultiplyAdd(Classes.GetTarget(k), gradientScale, product)));
        };
    }
}
