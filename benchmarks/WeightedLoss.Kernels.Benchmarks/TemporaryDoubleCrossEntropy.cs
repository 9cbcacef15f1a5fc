namespace WeightedLoss;

// TEMPORARY, like the float stand-in in the library: once CrossEntropy has the double overload itself, this file goes.
internal static class TemporaryDoubleCrossEntropy
{
    extension(CrossEntropy)
    {
        public static LossSum LossAndGradient(
            ReadOnlySpan<double> logits, ReadOnlySpan<int> labels, Span<double> gradient, CrossEntropyOptions<double> options)
        {
            var loss = 0d;
            for (var i = 0; i < labels.Length; i++)
            {
                var row = logits.Slice(i * options.Classes, options.Classes);
                var slopes = gradient.Slice(i * options.Classes, options.Classes);
                var max = row[0];
                foreach (var logit in row)
                {
                    max = Math.Max(max, logit);
                }

                var others = 0d;
                for (var k = 0; k < row.Length; k++)
                {
                    slopes[k] = Math.Exp(row[k] - max);
                    others += k == labels[i] ? 0 : slopes[k];
                }

                var total = others + slopes[labels[i]];
                var weight = options.ClassWeights[labels[i]];
                slopes[labels[i]] = -others;
                foreach (ref var slope in slopes)
                {
                    slope *= weight / total / labels.Length;
                }

                loss += weight * (Math.Log(total) + max - row[labels[i]]);
            }

            return new LossSum(loss, 0, labels.Length, 0);
        }
    }
}
