using System.Numerics;
using WeightedLoss.Tests.Dispatch;

namespace WeightedLoss.Tests.Numerics;

public sealed class SaturatedRowsTestsOfFloat : SaturatedRowsTests<float>;

public sealed class SaturatedRowsTestsOfDouble : SaturatedRowsTests<double>;

/// <summary>
/// The softmax's focal loss has another form of its arithmetic for calls with a row that is very sure of its label: loss and gradient of a
/// row are the same in either, whatever rows are beside.
/// </summary>
public abstract class SaturatedRowsTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static TheoryData<string> Ids { get; } = SoftmaxKernels.Ids<T>(LossCases.SoftmaxFocal);

    /// <summary>The difference of logits beyond which e is 0.</summary>
    private static double Distance => typeof(T) == typeof(float) ? 110 : 760;

    [Theory]
    [MemberData(nameof(Ids))]
    public void LossAndGradient_BesideOtherRows_AreThoseAlone(string kernel)
    {
        var entry = SoftmaxKernels.Get<T>(kernel);
        var gammas = new[] { 0.25, 0.5, 2, 4, 12, 300 }.Select(gamma => new[] { gamma });
        var focused = entry.WithEach(gammas).DistinctBy(kernel => kernel.Gamma);
        foreach (var subject in focused)
        {
            foreach (var classes in subject.ClassCounts(2, 3, 7, 16, 17, 100))
            {
                // Rows from unsure to certain, right or wrong; and tiny weights, with which an unsaturated row's results are subnormal.
                const int N = 150;
                var random = new Random(classes);
                var z = new T[N * classes];
                for (var i = 0; i < z.Length; i++)
                {
                    z[i] = T.CreateChecked(3 * random.NextDouble());
                }

                var labels = new int[N];
                var weights = new T[N];
                for (var row = 0; row < N; row++)
                {
                    labels[row] = random.Next(classes);
                    var sure = random.Next(4) == 0 ? random.Next(classes) : labels[row];
                    z[(row * classes) + sure] += T.CreateChecked(Distance * random.NextDouble() * random.NextDouble());
                    weights[row] = random.Next(3) == 0 ? T.Exp(T.CreateChecked(-0.75 * Distance * random.NextDouble())) : T.One;
                }

                z[(70 * classes) + 1] = T.NaN;
                z[(80 * classes) + labels[80]] = T.PositiveInfinity;
                var options = new CrossEntropyOptions<T>(classes, Reduction.DivideBy(7));
                var (gradient, losses, alone, aloneLosses) = (new T[z.Length], new T[N], new T[z.Length], new T[N]);
                subject.LossAndGradient<int>(z, labels, gradient, options, weights, losses);
                for (var row = 0; row < N; row++)
                {
                    var at = row * classes;
                    subject.LossAndGradient<int>(
                        z.AsSpan(at, classes), labels.AsSpan(row, 1), alone.AsSpan(at, classes), options, weights.AsSpan(row, 1), aloneLosses.AsSpan(row, 1));
                }

                var what = $"{kernel}, γ = {subject.Gamma}, {classes} classes";
                Bits.AssertSame<T>($"{what}, losses", aloneLosses, losses);
                Bits.AssertSame<T>($"{what}, gradient", alone, gradient);
            }
        }
    }
}
