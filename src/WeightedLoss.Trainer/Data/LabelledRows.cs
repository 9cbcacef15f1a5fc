namespace WeightedLoss.Trainer.Data;

/// <summary>Standardised rows with their labels.</summary>
/// <param name="Rows">As the models take them.</param>
/// <param name="Labels">One per row, counting from 0.</param>
/// <param name="Weights">One per row; or none.</param>
internal sealed record LabelledRows(Matrix Rows, byte[] Labels, float[] Weights);
