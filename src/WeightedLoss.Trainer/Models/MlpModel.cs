using WeightedLoss.Trainer.Data;

namespace WeightedLoss.Trainer.Models;

/// <summary>
/// One hidden layer: logit = v·max(0, Wᵀx) + b. The parameters are W [features + 1, units], of which the last row is the bias (x ends
/// with a 1), then v [units], then b; the units are padded to a multiple of 16.
/// </summary>
internal sealed class MlpModel : Model
{
    private readonly int _units;
    private readonly int _paddedUnits;
    private readonly int _hiddenLength;

    /// <summary>A model whose weights are all 0.</summary>
    private MlpModel(int features, int units)
        : base(features, checked((features + 2) * Matrix.RoundUp(units)) + 1)
    {
        _units = units;
        _paddedUnits = Matrix.RoundUp(units);
        _hiddenLength = (features + 1) * _paddedUnits;
    }

    public override ref float Bias => ref Parameters[_hiddenLength + _paddedUnits];

    public override int Activations => _paddedUnits;

    private Span<float> Hidden => Parameters.AsSpan(0, _hiddenLength);

    private Span<float> Output => Parameters.AsSpan(_hiddenLength, _paddedUnits);

    /// <summary>
    /// A model with random weights of variance 2/inputs (K. He, X. Zhang, S. Ren, J. Sun, "Delving Deep into Rectifiers", ICCV 2015),
    /// uniform because that needs no more than a square root, and biases 0.
    /// </summary>
    public static MlpModel Random(int features, int units, ulong seed)
    {
        var model = new MlpModel(features, units);
        var random = new Xoshiro256(seed, RandomPurpose.Initialization);
        for (var j = 0; j < features; j++)
        {
            Fill(model.Hidden.Slice(j * model._paddedUnits, units), features);
        }

        Fill(model.Output[..units], units);
        return model;

        void Fill(Span<float> weights, int inputs)
        {
            var bound = Math.Sqrt(6.0 / inputs);
            foreach (ref var weight in weights)
            {
                weight = (float)(bound * ((2 * random.NextDouble()) - 1));
            }
        }
    }

    public override void Forward(ReadOnlySpan<float> rows, Span<float> activations, Span<float> logits)
    {
        var stride = Matrix.StrideOf(Features);
        for (var i = 0; i < logits.Length; i++)
        {
            var units = activations.Slice(i * _paddedUnits, _paddedUnits);
            DenseAlgebra.MultiplyRectify(rows.Slice(i * stride, Features + 1), Hidden, units);
            logits[i] = DenseAlgebra.Dot(units, Output) + Bias;
        }
    }

    public override void Backward(
        ReadOnlySpan<float> rows, ReadOnlySpan<float> activations, ReadOnlySpan<float> logitGradient, Span<float> gradient)
    {
        var stride = Matrix.StrideOf(Features);
        for (var i = 0; i < logitGradient.Length; i++)
        {
            var units = activations.Slice(i * _paddedUnits, _paddedUnits);
            DenseAlgebra.AddOuterRectified(
                rows.Slice(i * stride, Features + 1), units, logitGradient[i], Output, gradient[.._hiddenLength]);
            DenseAlgebra.AddScaled(logitGradient[i], units, gradient.Slice(_hiddenLength, _paddedUnits));
            gradient[_hiddenLength + _paddedUnits] += logitGradient[i];
        }
    }

    public override Layer[] ToLayers()
    {
        var weights = new float[Features * _units];
        for (var j = 0; j < Features; j++)
        {
            Hidden.Slice(j * _paddedUnits, _units).CopyTo(weights.AsSpan(j * _units));
        }

        return
        [
            new(Features, _units, weights, Hidden.Slice(Features * _paddedUnits, _units).ToArray()),
            new(_units, 1, Output[.._units].ToArray(), [Bias]),
        ];
    }

    public static MlpModel FromLayers(Layer hidden, Layer output)
    {
        var model = new MlpModel(hidden.Inputs, hidden.Outputs);
        for (var j = 0; j < hidden.Inputs; j++)
        {
            hidden.Weights.AsSpan(j * model._units, model._units).CopyTo(model.Hidden[(j * model._paddedUnits)..]);
        }

        hidden.Biases.CopyTo(model.Hidden[(hidden.Inputs * model._paddedUnits)..]);
        output.Weights.CopyTo(model.Output);
        model.Bias = output.Biases[0];
        return model;
    }
}
