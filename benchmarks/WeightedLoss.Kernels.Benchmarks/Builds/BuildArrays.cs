using System.Numerics;
using WeightedLoss.Benchmarks.Compare;

namespace WeightedLoss.Benchmarks.Builds;

/// <summary>The arrays that the cases of one type, class count and length share.</summary>
internal abstract class BuildArrays : IDisposable
{
    public static BuildArrays Of(BenchmarkCase shape) => shape.Type == "f32" ? new Typed<float>(shape) : new Typed<double>(shape);

    /// <summary>The call of a case by one of the builds.</summary>
    public abstract Func<double> Call(BuildLibrary library, BuildCase @case);

    /// <summary>What two calls return and write, compared bit by bit.</summary>
    public abstract bool AreSame(Func<double> first, Func<double> second);

    public abstract void Dispose();

    private sealed unsafe class Typed<T> : BuildArrays
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // Of the labels, where some are ignored.
        private const double IgnoredShare = 0.05;

        private readonly Workload<T> _workload;
        private readonly T* _losses;
        private readonly nint[] _arrays;
        private readonly nint _labels;
        private readonly nint _labelsWithIgnored;
        private readonly long _ignoreLabel;

        public Typed(BenchmarkCase shape)
        {
            var random = new Random(20240229);
            var isBinary = shape.Classes == 1;
            if (isBinary)
            {
                var workload = new BinaryWorkload<T>(shape);
                (_workload, _ignoreLabel) = (workload, byte.MaxValue);
                (_labels, _labelsWithIgnored) = LabelsOf(workload.Labels, byte.MaxValue, random);
            }
            else
            {
                var workload = new CrossEntropyWorkload<T>(shape);
                (_workload, _ignoreLabel) = (workload, -1);
                (_labels, _labelsWithIgnored) = LabelsOf(workload.Labels, -1, random);
            }

            var targets = isBinary ? ((BinaryWorkload<T>)_workload).Targets : NewTargets(random);
            var weights = _workload.Allocate<T>(shape.N);
            for (var i = 0; i < shape.N; i++)
            {
                weights[i] = T.CreateChecked(0.5 + random.NextSingle());
            }

            _losses = _workload.Allocate<T>(shape.N);
            _arrays = [(nint)_workload.Logits, (nint)targets, (nint)weights, (nint)_workload.Gradient, (nint)_losses];
        }

        public override Func<double> Call(BuildLibrary library, BuildCase @case)
        {
            var isIgnoring = @case.Option == "ignore";
            return library.Call(@case, isIgnoring ? _labelsWithIgnored : _labels, isIgnoring ? _ignoreLabel : null, _arrays);
        }

        public override bool AreSame(Func<double> first, Func<double> second)
        {
            var (loss, gradient, losses) = Run(first);
            var (otherLoss, otherGradient, otherLosses) = Run(second);
            return BitConverter.DoubleToInt64Bits(loss) == BitConverter.DoubleToInt64Bits(otherLoss)
                && gradient.AsSpan().SequenceEqual(otherGradient)
                && losses.AsSpan().SequenceEqual(otherLosses);
        }

        public override void Dispose() => _workload.Dispose();

        private (double Loss, byte[] Gradient, byte[] Losses) Run(Func<double> call)
        {
            var gradient = new Span<byte>(_workload.Gradient, _workload.Case.Logits * sizeof(T));
            var losses = new Span<byte>(_losses, _workload.Case.N * sizeof(T));
            gradient.Clear();
            losses.Clear();
            return (call(), gradient.ToArray(), losses.ToArray());
        }

        private (nint Labels, nint WithIgnored) LabelsOf<TLabel>(TLabel* labels, TLabel ignoreLabel, Random random)
            where TLabel : unmanaged
        {
            var others = _workload.Allocate<TLabel>(_workload.Case.N);
            for (var i = 0; i < _workload.Case.N; i++)
            {
                others[i] = random.NextDouble() < IgnoredShare ? ignoreLabel : labels[i];
            }

            return ((nint)labels, (nint)others);
        }

        /// <summary>A distribution over the classes for each row.</summary>
        private T* NewTargets(Random random)
        {
            var (rows, classes) = (_workload.Case.N, _workload.Case.Classes);
            var targets = _workload.Allocate<T>(rows * classes);
            for (var i = 0; i < rows; i++)
            {
                var row = new Span<T>(targets + (i * classes), classes);
                var sum = T.Zero;
                foreach (ref var target in row)
                {
                    target = T.CreateChecked(random.NextSingle());
                    sum += target;
                }

                foreach (ref var target in row)
                {
                    target /= sum;
                }
            }

            return targets;
        }
    }
}
