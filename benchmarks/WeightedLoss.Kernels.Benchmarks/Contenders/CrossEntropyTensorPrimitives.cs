using System.Numerics;
using System.Numerics.Tensors;
using WeightedLoss.Benchmarks.Compare;

namespace WeightedLoss.Benchmarks.Contenders;

/// <summary>
/// Cross-entropy composed of System.Numerics.Tensors.TensorPrimitives, in three ways, of which the fastest is kept.
/// TensorPrimitives.SoftMax is in none of them: it doesn't subtract the maximum, so that large logits overflow.
/// </summary>
internal static class CrossEntropyTensorPrimitives
{
    // A block must hold whole vectors of rows, or it gains nothing over single rows; up to here its arrays fit into the first-level cache.
    private const int MostClassesInBlock = 256;

    public static Contender For<T>(CrossEntropyWorkload<T> workload)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Fastest.Of(
            workload.Case.Threads,
            [
                new RowByRow<T>(workload),
                .. workload.Case.Classes <= MostClassesInBlock
                    ? [new RowsOfBlock<T>(workload), new ColumnsOfBlock<T>(workload)]
                    : (Contender[])[],
            ]);

    private abstract class Composition<T>(CrossEntropyWorkload<T> workload)
        : PartitionedContender<T, CrossEntropyWorkload<T>>("tensor-primitives", InstructionSetName.OfWidestVector, workload)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public override bool KeepsVectorsOnStack => true;

        // The exponentials of a block fill half of a first-level cache of 32 KiB, or hold at least 16 rows.
        protected static unsafe int RowsOfBlock(int classes) => Math.Max(16, (16 << 10) / sizeof(T) / classes / 16 * 16);

        protected static double Sum(ReadOnlySpan<T> losses) => double.CreateTruncating(TensorPrimitives.Sum(losses));
    }

    /// <summary>All primitives on one row. The gradient's row holds the exponentials.</summary>
    private sealed unsafe class RowByRow<T>(CrossEntropyWorkload<T> workload) : Composition<T>(workload)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        protected override double RunPart(int part, int start, int length)
        {
            var classes = Workload.Case.Classes;
            var loss = 0d;
            for (var i = start; i < start + length; i++)
            {
                var logits = new ReadOnlySpan<T>(Workload.Logits + ((nint)i * classes), classes);
                var gradient = new Span<T>(Workload.Gradient + ((nint)i * classes), classes);
                var label = Workload.Labels[i];
                var weight = Workload.ClassWeights[label];

                var max = TensorPrimitives.Max(logits);
                TensorPrimitives.Subtract(logits, max, gradient);
                TensorPrimitives.Exp(gradient, gradient);
                var sum = TensorPrimitives.Sum<T>(gradient);
                TensorPrimitives.Multiply(gradient, weight * Workload.Scale / sum, gradient);
                gradient[label] -= weight * Workload.Scale;
                loss += double.CreateTruncating(weight * (T.Log(sum) + (max - logits[label])));
            }

            return loss;
        }
    }

    /// <summary>One Exp and one Log over a block of rows; loops over the short rows for the rest.</summary>
    private sealed unsafe class RowsOfBlock<T> : Composition<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly int _rows;
        private readonly T*[] _sums;
        private readonly T*[] _losses;

        public RowsOfBlock(CrossEntropyWorkload<T> workload)
            : base(workload)
        {
            _rows = RowsOfBlock(workload.Case.Classes);
            _sums = new T*[workload.Case.Threads];
            _losses = new T*[workload.Case.Threads];
            for (var part = 0; part < workload.Case.Threads; part++)
            {
                _sums[part] = workload.Allocate<T>(_rows);
                _losses[part] = workload.Allocate<T>(_rows);
            }
        }

        protected override double RunPart(int part, int start, int length)
        {
            var loss = 0d;
            for (var end = start + length; start < end; start += _rows)
            {
                var rows = Math.Min(_rows, end - start);
                loss += RunBlock(start, new Span<T>(_sums[part], rows), new Span<T>(_losses[part], rows));
            }

            return loss;
        }

        private double RunBlock(int start, Span<T> sums, Span<T> losses)
        {
            var classes = Workload.Case.Classes;
            var logits = Workload.Logits + ((nint)start * classes);
            var gradient = Workload.Gradient + ((nint)start * classes);
            var block = new Span<T>(gradient, sums.Length * classes);

            for (var i = 0; i < sums.Length; i++)
            {
                var row = new ReadOnlySpan<T>(logits + (i * classes), classes);
                var shifted = new Span<T>(gradient + (i * classes), classes);
                var max = row[0];
                for (var k = 1; k < row.Length; k++)
                {
                    max = T.MaxNative(max, row[k]);
                }

                for (var k = 0; k < row.Length && k < shifted.Length; k++)
                {
                    shifted[k] = row[k] - max;
                }

                losses[i] = max - row[Workload.Labels[start + i]];
            }

            TensorPrimitives.Exp(block, block);
            for (var i = 0; i < sums.Length; i++)
            {
                var exps = new Span<T>(gradient + (i * classes), classes);
                var label = Workload.Labels[start + i];
                var weight = Workload.ClassWeights[label] * Workload.Scale;
                var sum = T.Zero;
                foreach (var e in exps)
                {
                    sum += e;
                }

                var factor = weight / sum;
                foreach (ref var e in exps)
                {
                    e *= factor;
                }

                exps[label] -= weight;
                sums[i] = sum;
            }

            TensorPrimitives.Log(sums, sums);
            TensorPrimitives.Add(sums, losses, losses);
            for (var i = 0; i < losses.Length; i++)
            {
                losses[i] *= Workload.ClassWeights[Workload.Labels[start + i]];
            }

            return Sum(losses);
        }
    }

    /// <summary>A block of rows is transposed by plain loops, so that all primitives work on columns: one sample per lane.</summary>
    private sealed unsafe class ColumnsOfBlock<T> : Composition<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly int _rows;
        private readonly T*[] _columns;
        private readonly T*[] _perRow;

        public ColumnsOfBlock(CrossEntropyWorkload<T> workload)
            : base(workload)
        {
            _rows = RowsOfBlock(workload.Case.Classes);
            _columns = new T*[workload.Case.Threads];
            _perRow = new T*[workload.Case.Threads];
            for (var part = 0; part < workload.Case.Threads; part++)
            {
                _columns[part] = workload.Allocate<T>(_rows * workload.Case.Classes);
                _perRow[part] = workload.Allocate<T>(_rows * 4);
            }
        }

        protected override double RunPart(int part, int start, int length)
        {
            var loss = 0d;
            for (var end = start + length; start < end; start += _rows)
            {
                loss += RunBlock(start, Math.Min(_rows, end - start), _columns[part], _perRow[part]);
            }

            return loss;
        }

        private double RunBlock(int start, int rows, T* columns, T* perRow)
        {
            var classes = Workload.Case.Classes;
            var logits = Workload.Logits + ((nint)start * classes);
            var gradient = Workload.Gradient + ((nint)start * classes);
            var labels = Workload.Labels + start;
            var max = new Span<T>(perRow, rows);
            var sums = new Span<T>(perRow + _rows, rows);
            var weights = new Span<T>(perRow + (2 * _rows), rows);
            var losses = new Span<T>(perRow + (3 * _rows), rows);
            var block = new Span<T>(columns, rows * classes);

            for (var k = 0; k < classes; k++)
            {
                var column = columns + (k * rows);
                for (var i = 0; i < rows; i++)
                {
                    column[i] = logits[(i * classes) + k];
                }
            }

            block[..rows].CopyTo(max);
            for (var k = 1; k < classes; k++)
            {
                TensorPrimitives.MaxNumber(max, block.Slice(k * rows, rows), max);
            }

            for (var k = 0; k < classes; k++)
            {
                TensorPrimitives.Subtract(block.Slice(k * rows, rows), max, block.Slice(k * rows, rows));
            }

            TensorPrimitives.Exp(block, block);
            block[..rows].CopyTo(sums);
            for (var k = 1; k < classes; k++)
            {
                TensorPrimitives.Add(sums, block.Slice(k * rows, rows), sums);
            }

            for (var i = 0; i < rows; i++)
            {
                weights[i] = Workload.ClassWeights[labels[i]];
                losses[i] = max[i] - logits[(i * classes) + labels[i]];
            }

            TensorPrimitives.Log(sums, max);
            TensorPrimitives.AddMultiply(losses, max, weights, losses);
            TensorPrimitives.Multiply(weights, Workload.Scale, weights);
            TensorPrimitives.Divide(weights, sums, sums);
            for (var k = 0; k < classes; k++)
            {
                var column = columns + (k * rows);
                TensorPrimitives.Multiply(new ReadOnlySpan<T>(column, rows), sums, new Span<T>(column, rows));
                for (var i = 0; i < rows; i++)
                {
                    gradient[(i * classes) + k] = column[i];
                }
            }

            for (var i = 0; i < rows; i++)
            {
                gradient[(i * classes) + labels[i]] -= weights[i];
            }

            return Sum(losses);
        }
    }
}
