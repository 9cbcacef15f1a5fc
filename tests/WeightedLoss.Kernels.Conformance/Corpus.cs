using System.Numerics;
using WeightedLoss.Runtime;

namespace WeightedLoss.Conformance;

/// <summary>
/// Inputs that reach every path of a kernel: all tails, runs and chunks, weights, soft and hard labels, ignored labels, smoothing,
/// columns, losses one by one, extreme logits. They come from integers alone, so they are the same bits on every machine.
/// </summary>
internal static class Corpus
{
    /// <summary>The parts of the corpus, as what is behind the family in expected.txt.</summary>
    internal static IReadOnlyList<string> Parts { get; } = ["", "-mixed"];

    /// <summary>A kernel's id without the instruction set, if it has one: what expected.txt has a hash of.</summary>
    internal static string FamilyOf(KernelEntry kernel) =>
        kernel.Id.EndsWith("-" + kernel.InstructionSet, StringComparison.Ordinal)
            ? kernel.Id[..^(kernel.InstructionSet.Length + 1)]
            : kernel.Id;

    /// <summary>The hash of all results of a kernel.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="part">One of <see cref="Parts"/>.</param>
    /// <param name="trace">
    /// Gets a line for each call of the kernel, with the hash up to it: the first one that differs between machines tells which call does.
    /// </param>
    /// <param name="classes">Only this class count; every one that the kernel takes, unless given.</param>
    /// <returns>The hash; null if the kernel has no such part.</returns>
    internal static string? Hash(KernelEntry kernel, string part = "", Action<string>? trace = null, int? classes = null)
    {
        var hash = new BitHash(trace);
        var hasPart = kernel switch
        {
            BinaryKernelEntry<float> binary => BinaryCorpus.Add(hash, new BinarySubject<float>(binary), part),
            BinaryKernelEntry<double> binary => BinaryCorpus.Add(hash, new BinarySubject<double>(binary), part),
            CrossEntropyKernelEntry<float> softmax => SoftmaxCorpus.Add(hash, new SoftmaxSubject<float>(softmax), part, classes),
            CrossEntropyKernelEntry<double> softmax => SoftmaxCorpus.Add(hash, new SoftmaxSubject<double>(softmax), part, classes),
            FunctionKernelEntry<float> function => AddFunction(hash, function, part),
            FunctionKernelEntry<double> function => AddFunction(hash, function, part),
            FunctionKernelEntry<ushort> function => AddFunction(hash, function, part),
            _ => throw new NotSupportedException($"The corpus has no inputs for {kernel.Id}."),
        };
        return hasPart ? hash.ToString() : null;
    }

    /// <summary>Of every number of 16 bits.</summary>
    private static bool AddFunction(BitHash hash, FunctionKernelEntry<ushort> kernel, string part)
    {
        if (part.Length != 0)
        {
            return false;
        }

        var x = new ushort[1 << 16];
        for (var i = 0; i < x.Length; i++)
        {
            x[i] = (ushort)i;
        }

        var y = new ushort[x.Length];
        kernel.Run(x, y);
        Array.ForEach(y, bits => hash.Add((ulong)bits));
        return true;
    }

    private static bool AddFunction<T>(BitHash hash, FunctionKernelEntry<T> kernel, string part)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (part.Length != 0)
        {
            return false;
        }

        var isUnit = kernel.Id.StartsWith("log1punit", StringComparison.Ordinal);
        var random = new CorpusRandom(11);
        var x = new T[16384];
        for (var i = 0; i < x.Length; i++)
        {
            x[i] = isUnit ? random.Unit<T>() : T.Abs(random.Logit<T>(i));
        }

        var y = new T[x.Length];
        kernel.Run(x, y);
        hash.Add<T>(y);
        return true;
    }
}
