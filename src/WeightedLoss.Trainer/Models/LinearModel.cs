using WeightedLoss.Trainer.Data;

namespace WeightedLoss.Trainer.Models;

/// <summary>
/// Logistic regression: logit = w·x, where the constant 1 in x makes the last weight the bias. With several outputs softmax regression,
/// whose parameters are one such w after the other.
/// </summary>
internal sealed class LinearModel(int features, int outputs) : Model(features, outputs, Matrix.LengthOf(outputs, Matrix.StrideOf(features)))
{
    private readonly int _stride = Matrix.StrideOf(features);

    public override int Activations => 0;

    public override ref float Bias(int output) => ref Parameters[(output * _stride) + Features];

    public override void Forward(ReadOnlySpan<float> rows, Span<float> activations, Span<float> logits)
    {
        for (var i = 0; i < logits.Length / Outputs; i++)
        {
            var row = rows.Slice(i * _stride, _stride);
            for (var k = 0; k < Outputs; k++)
            {
                logits[(i * Outputs) + k] = DenseAlgebra.Dot(row, Parameters.AsSpan(k * _stride, _stride));
            }
        }
    }

    public override void Backward(
        ReadOnlySpan<float> rows, ReadOnlySpan<float> activations, ReadOnlySpan<float> logitGradient, Span<float> gradient)
    {
        for (var i = 0; i < logitGradient.Length / Outputs; i++)
        {
            var row = rows.Slice(i * _stride, _stride);
            for (var k = 0; k < Outputs; k++)
            {
                DenseAlgebra.AddScaled(logitGradient[(i * Outputs) + k], row, gradient.Slice(k * _stride, _stride));
            }
        }
    }

    public override Layer[] ToLayers()
    {
        var layer = new Layer(Features, Outputs, new float[Features * Outputs], new float[Outputs]);
        for (var k = 0; k < Outputs; k++)
        {
            for (var j = 0; j < Features; j++)
            {
                layer.Weights[(j * Outputs) + k] = Parameters[(k * _stride) + j];
            }

            layer.Biases[k] = Bias(k);
        }

        return [layer];
    }

    public static LinearModel FromLayer(Layer layer)
    {
        var model = new LinearModel(layer.Inputs, layer.Outputs);
        for (var k = 0; k < layer.Outputs; k++)
        {
            for (var j = 0; j < layer.Inputs; j++)
            {
                model.Parameters[(k * model._stride) + j] = layer.Weights[(j * layer.Outputs) + k];
            }

            model.Bias(k) = layer.Biases[k];
        }

        return model;
    }
}
