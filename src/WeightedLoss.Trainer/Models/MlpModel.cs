using WeightedLoss.Trainer.Data;

namespace WeightedLoss.Trainer.Models;

/// <summary>
/// One hidden layer: logit = v·max(0, Wᵀx) + b. The parameters are W [features + 1, units], of which the last row is the bias (x ends
/// with a 1), then v [outputs, units], then b [outputs]; the units are padded to a multiple of 16.
/// </summary>
internal sealed class MlpModel : Model
{
    private readonly int _units;
    private readonly int _paddedUnits;
    private readonly int _hiddenLength;
    private readonly int _outputLength;

    /// <summary>A model whose weights are all 0.</summary>
    private MlpModel(int features, int units, int outputs)
        : base(features, outputs, Matrix.LengthOf(features + 1 + outputs, Matrix.RoundUp(units)) + outputs)
    {
        _units = units;
        _paddedUnits = Matrix.RoundUp(units);
        _hiddenLength = (features + 1) * _paddedUnits;
        _outputLength = outputs * _paddedUnits;
    }

    public override int Activations => _paddedUnits;

    private Span<float> Hidden => Parameters.AsSpan(0, _hiddenLength);

    private Span<float> Output => Parameters.AsSpan(_hiddenLength, _outputLength);

    public override ref float Bias(int output) => ref Parameters[_hiddenLength + _outputLength + output];

    /// <summary>
    /// A model with random weights of variance 2/inputs (K. He, X. Zhang, S. Ren, J. Sun, "Delving Deep into Rectifiers", ICCV 2015),
    /// uniform because that needs no more than a square root, and biases 0.
    /// </summary>
    public static MlpModel Random(int features, int units, int outputs, ulong seed)
    {
        var model = new MlpModel(features, units, outputs);
        var random = new Xoshiro256(seed, RandomPurpose.Initialization);
        for (var j = 0; j < features; j++)
        {
            Fill(model.Hidden.Slice(j * model._paddedUnits, units), features);
        }

        for (var k = 0; k < outputs; k++)
        {
            Fill(model.OutputOf(k)[..units], units);
        }

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
        for (var i = 0; i < logits.Length / Outputs; i++)
        {
            var units = activations.Slice(i * _paddedUnits, _paddedUnits);
            DenseAlgebra.MultiplyRectify(rows.Slice(i * stride, Features + 1), Hidden, units);
            for (var k = 0; k < Outputs; k++)
            {
                logits[(i * Outputs) + k] = DenseAlgebra.Dot(units, OutputOf(k)) + Bias(k);
            }
        }
    }

    public override void Backward(
        ReadOnlySpan<float> rows, ReadOnlySpan<float> activations, ReadOnlySpan<float> logitGradient, Span<float> gradient)
    {
        var stride = Matrix.StrideOf(Features);
        for (var i = 0; i < logitGradient.Length / Outputs; i++)
        {
            var units = activations.Slice(i * _paddedUnits, _paddedUnits);
            var slopes = logitGradient.Slice(i * Outputs, Outputs);
            DenseAlgebra.AddOuterRectified(rows.Slice(i * stride, Features + 1), units, slopes, Output, gradient[.._hiddenLength]);
            for (var k = 0; k < Outputs; k++)
            {
                DenseAlgebra.AddScaled(slopes[k], units, gradient.Slice(_hiddenLength + (k * _paddedUnits), _paddedUnits));
                gradient[_hiddenLength + _outputLength + k] += slopes[k];
            }
        }
    }

    public override Layer[] ToLayers()
    {
        var hidden = new Layer(Features, _units, new float[Features * _units], Hidden.Slice(Features * _paddedUnits, _units).ToArray());
        for (var j = 0; j < Features; j++)
        {
            Hidden.Slice(j * _paddedUnits, _units).CopyTo(hidden.Weights.AsSpan(j * _units));
        }

        var output = new Layer(_units, Outputs, new float[_units * Outputs], new float[Outputs]);
        for (var k = 0; k < Outputs; k++)
        {
            for (var unit = 0; unit < _units; unit++)
            {
                output.Weights[(unit * Outputs) + k] = OutputOf(k)[unit];
            }

            output.Biases[k] = Bias(k);
        }

        return [hidden, output];
    }

    public static MlpModel FromLayers(Layer hidden, Layer output)
    {
        var model = new MlpModel(hidden.Inputs, hidden.Outputs, output.Outputs);
        for (var j = 0; j < hidden.Inputs; j++)
        {
            hidden.Weights.AsSpan(j * model._units, model._units).CopyTo(model.Hidden[(j * model._paddedUnits)..]);
        }

        hidden.Biases.CopyTo(model.Hidden[(hidden.Inputs * model._paddedUnits)..]);
        for (var k = 0; k < output.Outputs; k++)
        {
            for (var unit = 0; unit < model._units; unit++)
            {
                model.OutputOf(k)[unit] = output.Weights[(unit * output.Outputs) + k];
            }

            model.Bias(k) = output.Biases[k];
        }

        return model;
    }

    private Span<float> OutputOf(int k) => Parameters.AsSpan(_hiddenLength + (k * _paddedUnits), _paddedUnits);
}
