using System.Diagnostics;
using System.Runtime.InteropServices;
using WeightedLoss;
using WeightedLoss.Conformance;
using WeightedLoss.Runtime;

// Runs every kernel that this machine can run over one corpus and prints a hash of all result bits for each. The hashes of a loss and
// type must be equal for all instruction sets, and equal to those in expected.txt.
//   --expect INSTRUCTION-SET   fail unless this is the one that the dispatchers choose
//   --executes INSTRUCTION-SET fail unless its kernels can run here
//   --only INSTRUCTION-SETS    the same for each of these, and run no others: emulators are slow
//   --may-differ FAMILIES      print it, but do not fail, if the hash of one of these differs and the processor's fused multiply-add is
//                              wrong, as an emulator's may be
//   --trace KERNEL-ID          a line for every call of this kernel
//   --every-option             call the library's kernels with every combination of options too, so that the JIT compiles all methods
//   --write FILE               write the hashes, if all instruction sets agree, instead of comparing with expected.txt

var expected = ExpectedHashes.Read();
var expectedSet = Option("--expect");
var onlySets = Option("--only")?.Split(',');
var executedSets = onlySets ?? (Option("--executes") is { } single ? [single] : []);
var tracedId = Option("--trace");
var isRight = Processor.MultipliesAndAddsRight;
var mayDiffer = isRight ? [] : Option("--may-differ")?.Split(',') ?? [];
var file = Option("--write");
var found = new SortedDictionary<string, string>(StringComparer.Ordinal);
var (failures, differences) = (0, 0);

Console.WriteLine($"{RuntimeInformation.ProcessArchitecture}, {Environment.Version}, processor: {Processor.Name()}");
if (!isRight)
{
    Console.WriteLine("This processor's fused multiply-add in double is wrong.");
}

IReadOnlyList<KernelInfo> chosen = [.. LossKernels.InUse, .. Twins.InUse];
var chosenSets = string.Join(", ", chosen.Select(kernel => kernel.InstructionSet).Distinct());
Console.WriteLine($"chosen: {chosenSets} for {chosen.Count} losses, types, class counts and parameters");
if (expectedSet is not null)
{
    // SSE2 has kernels for float only.
    string SetFor(KernelInfo kernel) => expectedSet == "sse2" && kernel.ElementType == typeof(double) ? "scalar" : expectedSet;
    foreach (var kernel in chosen.Where(kernel => kernel.InstructionSet != SetFor(kernel)))
    {
        Console.WriteLine($"FAILED: {kernel.Id} is chosen instead of {SetFor(kernel)}");
        failures++;
    }
}

foreach (var set in executedSets.Where(set => KernelRegistry.All.All(entry => entry.InstructionSet != set)))
{
    Console.WriteLine($"FAILED: no kernel is for {set}");
    failures++;
}

if (args.Contains("--every-option"))
{
    foreach (var entry in KernelRegistry.All.Where(entry => entry.IsSupported && (onlySets?.Contains(entry.InstructionSet) ?? true)))
    {
        EveryOption.Call(entry);
    }
}

foreach (var entry in KernelRegistry.All.Concat(Twins.Kernels).Where(entry => onlySets?.Contains(entry.InstructionSet) ?? true))
{
    if (!entry.IsSupported)
    {
        failures += executedSets.Contains(entry.InstructionSet) ? 1 : 0;
        Console.WriteLine($"{entry.Id,-34} {entry.InstructionSet,-12} not executed here");
        continue;
    }

    foreach (var part in Corpus.Parts)
    {
        Compare(entry, part);
    }
}

if (file is not null && failures == 0)
{
    File.WriteAllLines(file, found.Select(pair => $"{pair.Key} {pair.Value}"));
}

Console.WriteLine(failures > 0 ? $"{failures} failures" : differences > 0 ? $"all kernels agree but {differences}" : "all kernels agree");
return failures == 0 ? 0 : 1;

void Compare(KernelEntry entry, string part)
{
    var watch = Stopwatch.StartNew();
    if (Corpus.Hash(entry, part, entry.Id == tracedId ? Console.WriteLine : null) is not { } hash)
    {
        return;
    }

    var family = Corpus.FamilyOf(entry) + part;
    found.TryAdd(family, hash);
    var reference = file is null ? expected.GetValueOrDefault(family, "(no expected hash)") : found[family];
    var verdict = "ok";
    if (hash != reference)
    {
        var isAllowed = mayDiffer.Contains(family);
        _ = isAllowed ? differences++ : failures++;
        verdict = $"{(isAllowed ? "DIFFERS, as it may" : "FAILED")}: expected {reference}";
    }

    Console.WriteLine($"{entry.Id + part,-34} {entry.InstructionSet,-12} {hash} {verdict} ({watch.ElapsedMilliseconds} ms)");
}

string? Option(string name) => Array.IndexOf(args, name) is >= 0 and var i && i + 1 < args.Length ? args[i + 1] : null;
