namespace WeightedLoss;

/// <summary>The number of classes that a loss may have.</summary>
internal static class ClassChecks
{
    /// <summary>A float holds every class up to this one exactly; kernels compare classes as numbers of the element type.</summary>
    internal const int MostClasses = 1 << 24;

    /// <summary>At least two classes and at most as many as the losses take.</summary>
    internal static void Count(int classes)
    {
        if (classes < 2)
        {
            throw new ArgumentException($"There must be at least two classes, but {nameof(classes)} is {classes}.", nameof(classes));
        }

        if (classes > MostClasses)
        {
            throw new ArgumentException(
                $"There must be at most {MostClasses} classes, but {nameof(classes)} is {classes}.", nameof(classes));
        }
    }
}
