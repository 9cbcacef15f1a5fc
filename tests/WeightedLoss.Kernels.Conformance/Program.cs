using System.Diagnostics;
using System.Runtime.InteropServices;
using WeightedLoss;
using WeightedLoss.Conformance;

// Runs every kernel that this machine can run over one corpus and prints a hash of all result bits for each. The hashes of a loss and
// type must be equal for all instruction sets, and equal to those in expected.txt.
//   --expect INSTRUCTION-SET   fail unless this is the one that the dispatchers choose
//   --executes INSTRUCTION-SET fail unless its kernels can run here
//   --write FILE               write the hashes, if all instruction sets agree, instead of comparing with expected.txt

var expected = ExpectedHashes.Read();
var expectedSet = Option("--expect");
var executedSet = Option("--executes");
var file = Option("--write");
var found = new SortedDictionary<string, string>(StringComparer.Ordinal);
var failures = 0;

Console.WriteLine($"{RuntimeInformation.ProcessArchitecture}, {Environment.Version}, processor: {Processor.Name()}");
(string Family, string InstructionSet)[] chosen =
[
    ("bce-f32", BinaryCrossEntropy.BceF32.InstructionSet),
    ("bce-f64", BinaryCrossEntropy.BceF64.InstructionSet),
    ("ce-f32", CrossEntropy.CeF32.InstructionSet),
    ("ce-f64", CrossEntropy.CeF64.InstructionSet),
    ("ce-f32-c7", CrossEntropy.CeF32C7.InstructionSet),
    ("focal-sigmoid-f32", SigmoidFocal.FocalSigmoidF32.InstructionSet),
    ("focal-softmax-f32", SoftmaxFocal.FocalSoftmaxF32.InstructionSet),
    ("focal-sigmoid-f64-g2", SigmoidFocal.FocalSigmoidF64G2.InstructionSet),
];
Console.WriteLine($"chosen: {string.Join(", ", chosen.Select(choice => $"{choice.Family} {choice.InstructionSet}"))}");
if (expectedSet is not null && chosen.Any(choice => choice.InstructionSet != expectedSet))
{
    Console.WriteLine($"FAILED: {expectedSet} should have been chosen");
    failures++;
}

if (executedSet is not null && KernelRegistry.All.All(entry => entry.InstructionSet != executedSet))
{
    Console.WriteLine($"FAILED: no kernel is for {executedSet}");
    failures++;
}

foreach (var entry in KernelRegistry.All.Concat(Twins.Kernels))
{
    if (!entry.IsSupported)
    {
        failures += entry.InstructionSet == executedSet ? 1 : 0;
        Console.WriteLine($"{entry.Id,-34} {entry.InstructionSet,-12} not executed here");
        continue;
    }

    var watch = Stopwatch.StartNew();
    var hash = Corpus.Hash(entry);
    var family = entry.Id[..entry.Id.LastIndexOf('-')];
    found.TryAdd(family, hash);
    var reference = file is null ? expected.GetValueOrDefault(family, "(no expected hash)") : found[family];
    var verdict = hash == reference ? "ok" : $"FAILED: expected {reference}";
    failures += hash == reference ? 0 : 1;
    Console.WriteLine($"{entry.Id,-34} {entry.InstructionSet,-12} {hash} {verdict} ({watch.ElapsedMilliseconds} ms)");
}

if (file is not null && failures == 0)
{
    File.WriteAllLines(file, found.Select(pair => $"{pair.Key} {pair.Value}"));
}

Console.WriteLine(failures == 0 ? "all kernels agree" : $"{failures} failures");
return failures == 0 ? 0 : 1;

string? Option(string name) => Array.IndexOf(args, name) is >= 0 and var i && i + 1 < args.Length ? args[i + 1] : null;
