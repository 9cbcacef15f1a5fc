using System.Numerics;
using WeightedLoss.Benchmarks.Compare;

namespace WeightedLoss.Benchmarks.Contenders;

/// <summary>Peers out of packages too large for everyone's build; another project adds them to this one.</summary>
internal abstract class PeerPackage
{
    /// <summary>The name of the contenders.</summary>
    public abstract string Name { get; }

    /// <summary>Whether results go to memory that the C library hands out anew each time, which then matters to the time.</summary>
    public virtual bool AllocatesResults => false;

    /// <summary>Name and version of the package.</summary>
    public abstract IEnumerable<(string Name, string Value)> Versions { get; }

    /// <summary>Why it can't be used here; null if it can.</summary>
    public abstract string? Message { get; }

    /// <summary>The contenders of a case; none where the package has no such loss.</summary>
    public abstract IEnumerable<Contender> For<T>(BinaryWorkload<T> workload)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <inheritdoc cref="For{T}(BinaryWorkload{T})"/>
    public abstract IEnumerable<Contender> For<T>(CrossEntropyWorkload<T> workload)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;
}
