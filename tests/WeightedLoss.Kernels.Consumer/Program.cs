// Runs kernels that were emitted into this assembly beside those of the library, and fails at the first difference. Prints a hash of all
// results, which must not depend on the instruction set or on how the program was published.
// Arguments: portable symbols in which every emitted file must be embedded; or "speed" alone, to measure instead.
using System.Globalization;
using System.Runtime.InteropServices;
using Consumer;
using Consumer.System.Math;
using WeightedLoss;
using WeightedLoss.Generated.Consumer_System_Math_Shape_Kernels;
using WeightedLoss.Runtime;

if (args is ["speed"])
{
    Speed.Measure();
    return;
}

const int Rows = 1003;
var hash = 14695981039346656037UL;
var state = 1UL;

var weights = Enumerable.Range(1, 37).Select(k => k / 8f).ToArray();
var logits = Floats(Rows * 37);
var classes = Labels(Rows, 37);
var gradient = new float[logits.Length];
var expected = new float[logits.Length];
var crossEntropy = new CrossEntropyOptions<float>(37, Reduction.MeanByWeight) { ClassWeights = weights };
Same("ce-f32-c37", Kernels.LossAndGradient(logits, classes, gradient, crossEntropy), CrossEntropy.LossAndGradient(
    logits, classes, expected, crossEntropy));
SameBits<float>("ce-f32-c37", gradient, expected);

var labels = Array.ConvertAll(Labels(logits.Length, 2), label => (byte)label);
var binary = new BinaryCrossEntropyOptions<float>(Reduction.MeanByCount) { PositiveWeight = 3 };
Same("bce-f32", Shape.Kernels.LossAndGradient(logits, labels, gradient, binary), BinaryCrossEntropy.LossAndGradient(
    logits, labels, expected, binary));
SameBits<float>("bce-f32", gradient, expected);

var sigmoidFocal = new SigmoidFocalOptions<float>(Reduction.MeanByCount, alpha: 0.25f) { Gamma = 0.7f };
Same(
    "focal-sigmoid-f32-g0.7",
    FocalKernels.LossAndGradient(logits, labels, gradient, sigmoidFocal),
    SigmoidFocal.LossAndGradient(logits, labels, expected, sigmoidFocal));
SameBits<float>("focal-sigmoid-f32-g0.7", gradient, expected);

Shape.Kernels.Probabilities(logits, gradient);
BinaryCrossEntropy.Probabilities(logits, expected);
SameBits<float>("probabilities", gradient, expected);

var wide = Array.ConvertAll(Floats(Rows * 5), x => (double)x);
var wideLabels = Labels(Rows, 5);
var wideGradient = new double[wide.Length];
var wideExpected = new double[wide.Length];

var softmaxFocal = new SoftmaxFocalOptions<double>(5, Reduction.Sum) { Gamma = 1.5 };
Same(
    "focal-softmax-f64-c5-g1.5",
    Trainer<string>.Step(wide, wideLabels, wideGradient, softmaxFocal),
    SoftmaxFocal.LossAndGradient(wide, wideLabels, wideExpected, softmaxFocal));
SameBits<double>("focal-softmax-f64-c5-g1.5", wideGradient, wideExpected);

// The other package calls the library's kernels.
var scores = ThresholdCurve.Create<float, byte>(logits, labels).Scores;
Require(scores == RankingScores.Compute<float, byte>(logits, labels), $"The areas of the curve are {scores}.");
Add(BitConverter.GetBytes(scores.AveragePrecision));
Add(BitConverter.GetBytes(PlattScaling.Fit<float, byte>(logits, labels).Slope));

Require(LossKernels.InUse.Any(kernel => kernel.Id == "ce-f32-c7-" + LossKernels.InstructionSet), "ce-f32-c7: not a kernel in use");

// The name of the kernel stands in stack traces, and so in profiles; with symbols, its file too.
try
{
    var nothing = new BinaryKernelArguments<float> { Count = 16 };
    var lanes = new double[16];
    BceF32.Hard<ByClass, No, No>(in nothing, ref lanes[0], ref lanes[0]);
    Require(false, "A kernel ran without logits.");
}
catch (NullReferenceException exception)
{
    var set = LossKernels.InstructionSet;
    var trace = exception.StackTrace ?? "";
    Require(
        trace.Contains("BceF32" + char.ToUpperInvariant(set[0]) + set[1..], StringComparison.Ordinal), $"There is no kernel in\n{trace}");
    Require(
        args.Length == 0 || trace.Contains($"bce-f32-{set}.g.cs:line", StringComparison.Ordinal), $"There is no emitted file in\n{trace}");
}

foreach (var path in args)
{
    var files = Symbols.EmittedFiles(path);
    Require(files.Count >= 4 * 4, $"{path} names {files.Count} emitted files only.");
    Require(files.All(file => file.HasText), $"{path} lacks the text of {files.FirstOrDefault(file => !file.HasText).Name}.");
}

Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{hash:x16} {LossKernels.InstructionSet}"));

void Same(string name, LossSum actual, LossSum wanted)
{
    Require(actual.Equals(wanted), $"{name}: {actual} instead of {wanted}");
    Add(BitConverter.GetBytes(actual.Loss));
}

void SameBits<T>(string name, ReadOnlySpan<T> actual, ReadOnlySpan<T> wanted)
    where T : unmanaged
{
    Require(MemoryMarshal.AsBytes(actual).SequenceEqual(MemoryMarshal.AsBytes(wanted)), $"{name}: other bits than the library's");
    Add(MemoryMarshal.AsBytes(actual));
}

void Add(ReadOnlySpan<byte> bytes)
{
    foreach (var value in bytes)
    {
        hash = unchecked((hash ^ value) * 1099511628211UL);
    }
}

float[] Floats(int count) => [.. Enumerable.Range(0, count).Select(_ => (Next(1 << 20) - (1 << 19)) / 65536f)];

int[] Labels(int count, int classes) => [.. Enumerable.Range(0, count).Select(_ => Next(classes))];

int Next(int below)
{
    state = unchecked((state * 6364136223846793005UL) + 1442695040888963407UL);
    return (int)((state >> 33) % (ulong)below);
}

static void Require(bool holds, string message)
{
    if (!holds)
    {
        Console.Error.WriteLine(message);
        Environment.Exit(1);
    }
}
