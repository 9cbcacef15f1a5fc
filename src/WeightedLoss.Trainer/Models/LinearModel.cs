using WeightedLoss.Trainer.Data;

namespace WeightedLoss.Trainer.Models;

/// <summary>Logistic regression: logit = w·x, where the constant 1 in x makes the last weight the bias.</summary>
internal sealed class LinearModel(int features) : Model(features, Matrix.StrideOf(features))
{
    public override ref float Bias => ref Parameters[Features];

    public override int Activations => 0;

    public override void Forward(ReadOnlySpan<float> rows, Span<float> activations, Span<float> logits)
    {
        var stride = Parameters.Length;
        for (var i = 0; i < logits.Length; i++)
        {
            logits[i] = DenseAlgebra.Dot(rows.Slice(i * stride, stride), Parameters);
        }
    }

    public override void Backward(
        ReadOnlySpan<float> rows, ReadOnlySpan<float> activations, ReadOnlySpan<float> logitGradient, Span<float> gradient)
    {
        var stride = Parameters.Length;
        for (var i = 0; i < logitGradient.Length; i++)
        {
            DenseAlgebra.AddScaled(logitGradient[i], rows.Slice(i * stride, stride), gradient);
        }
    }

    public override Layer[] ToLayers() => [new(Features, 1, Parameters[..Features], [Bias])];

    public static LinearModel FromLayer(Layer layer)
    {
        var model = new LinearModel(layer.Inputs);
        layer.Weights.CopyTo(model.Parameters, 0);
        model.Bias = layer.Biases[0];
        return model;
    }
}
