namespace WeightedLoss;

/// <summary>
/// What the focal loss of the sigmoid is for a target between 0 and 1, which is a soft target or a smoothed label. For 0 and 1 the forms
/// are equal. p is σ(z), CE(z, y) is −y·log p − (1 − y)·log(1 − p).
/// </summary>
public enum FocalTargets
{
    /// <summary>
    /// The mean of the losses of both classes: w⁺·y·(1 − p)^γ·(−log p) + w⁻·(1 − y)·p^γ·(−log(1 − p)). Each class has the factor of its own
    /// probability.
    /// </summary>
    PerClass,

    /// <summary>
    /// One factor for both: (w⁺·y + w⁻·(1 − y))·(1 − p_t)^γ·CE(z, y) with p_t = y·p + (1 − y)·(1 − p), as torchvision's sigmoid_focal_loss,
    /// Keras' BinaryFocalCrossentropy and optax' sigmoid_focal_loss define it. A logit on the side of its target costs little, also where
    /// it is far beyond the target.
    /// </summary>
    Mixed,
}
