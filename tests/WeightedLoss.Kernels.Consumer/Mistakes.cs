using WeightedLoss;

namespace Consumer;

internal partial class Generic<T>
{
    [BinaryCrossEntropyKernel<float>]
    internal static partial class InGeneric;
}

[BinaryCrossEntropyKernel<float>]
file static partial class LocalToTheFile;

[BinaryCrossEntropyKernel<float>]
internal static class NotPartial;

[CrossEntropyKernel<float>(Classes = 1)]
internal static partial class OneClass;
