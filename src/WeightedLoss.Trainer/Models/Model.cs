using WeightedLoss.Trainer.Data;

namespace WeightedLoss.Trainer.Models;

/// <summary>
/// A model that gives each row its logits: one, or one per class. Its weights are one flat array, so that an optimizer needn't know its
/// shape.
/// </summary>
internal abstract class Model
{
    /// <summary>Rows are worked on, and their gradients added up, in chunks of this many, whatever the number of threads.</summary>
    public const int RowsPerChunk = 64;

    protected Model(int features, int outputs, int parameters)
    {
        Features = features;
        Outputs = outputs;
        Parameters = new float[Matrix.RoundUp(parameters)];
    }

    /// <summary>The number of features of a row.</summary>
    public int Features { get; }

    /// <summary>The number of logits of a row.</summary>
    public int Outputs { get; }

    /// <summary>All weights, with zeros where a shape is padded. A padded weight has gradient 0 and stays 0.</summary>
    public float[] Parameters { get; }

    /// <summary>The activations per row that the backward pass needs.</summary>
    public abstract int Activations { get; }

    /// <summary>The weight that is added to one of the logits of every row.</summary>
    public abstract ref float Bias(int output);

    /// <summary>The logits of a few rows.</summary>
    /// <param name="rows">[n, stride], as in a <see cref="Matrix"/>.</param>
    /// <param name="activations">[n, <see cref="Activations"/>], written.</param>
    /// <param name="logits">[n, <see cref="Outputs"/>], written.</param>
    public abstract void Forward(ReadOnlySpan<float> rows, Span<float> activations, Span<float> logits);

    /// <summary>Adds the gradient of a few rows.</summary>
    /// <param name="rows">[n, stride], as given to <see cref="Forward"/>.</param>
    /// <param name="activations">[n, <see cref="Activations"/>], as written by it.</param>
    /// <param name="logitGradient">[n, <see cref="Outputs"/>], ∂loss/∂logit.</param>
    /// <param name="gradient">The length of <see cref="Parameters"/>; added to.</param>
    public abstract void Backward(
        ReadOnlySpan<float> rows, ReadOnlySpan<float> activations, ReadOnlySpan<float> logitGradient, Span<float> gradient);

    /// <summary>The weights by layer, without padding.</summary>
    public abstract Layer[] ToLayers();

    /// <summary>The logits of all rows, [rows, <see cref="Outputs"/>].</summary>
    public float[] Logits(Matrix matrix, int threads)
    {
        var logits = new float[Matrix.LengthOf(matrix.Rows, Outputs)];
        Chunks.ForEach(matrix.Rows, RowsPerChunk, threads, (_, first, count) => Forward(
            matrix.RowsFrom(first, count), new float[count * Activations], logits.AsSpan(first * Outputs, count * Outputs)));
        return logits;
    }
}

/// <summary>One layer's weights and biases.</summary>
/// <param name="Inputs">The number of inputs.</param>
/// <param name="Outputs">The number of outputs.</param>
/// <param name="Weights">[inputs, outputs], row-major.</param>
/// <param name="Biases">[outputs].</param>
internal sealed record Layer(int Inputs, int Outputs, float[] Weights, float[] Biases);
