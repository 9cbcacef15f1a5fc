using WeightedLoss.Tests.Reference;

namespace WeightedLoss.Tests.Calibration;

public class CalibrationTests
{
    [Fact]
    public async Task Fits_RandomRows_AreTheMinimaThatScipyFinds()
    {
        var cases = new Cases(
            [.. Enumerable.Range(0, 8).Select(PlattCase.Random)], [.. Enumerable.Range(0, 8).Select(TemperatureCase.Random)]);
        var expected = await ScikitLearn.Run<Minima>("Calibration/calibration.py", cases);
        for (var i = 0; i < cases.Platt.Length; i++)
        {
            var fit = PlattScaling.Fit(cases.Platt[i].Scores, cases.Platt[i].Labels);
            Near(expected.Platt[i][0], fit.Slope);
            Near(expected.Platt[i][1], fit.Intercept);

            var (logits, labels) = (cases.Temperature[i].Logits, cases.Temperature[i].Labels);
            var temperature = TemperatureScaling.Fit(logits.SelectMany(z => z).ToArray(), labels, logits[0].Length);
            Near(expected.Temperature[i], temperature.InverseTemperature);
        }

        static void Near(double expected, double actual) => Assert.Equal(expected, actual, 1e-9 * Math.Max(1, Math.Abs(expected)));
    }

    [Theory]
    [InlineData(1e-200)]
    [InlineData(1)]
    [InlineData(1e200)]
    public void Platt_SeparableRowsOfAnyUnit_HasTheTargetsAsProbabilities(double unit)
    {
        // Two different scores: the fit meets both targets exactly, (3 + 1)/(3 + 2) and 1/(2 + 2).
        var fit = PlattScaling.Fit<double, byte>([3 * unit, 3 * unit, -unit, -unit, 3 * unit], [1, 1, 0, 0, 1]);
        var logits = new double[2];
        fit.Apply<double>([3 * unit, -unit], logits);
        Assert.Equal(Math.Log(4), logits[0], 1e-9);
        Assert.Equal(-Math.Log(3), logits[1], 1e-9);
    }

    [Fact]
    public void Platt_SeparableRows_IsFiniteAndTheMinimum()
    {
        var scores = Enumerable.Range(0, 1000).Select(i => (float)i).ToArray();
        var fit = PlattScaling.Fit(scores, Array.ConvertAll(scores, z => z >= 500 ? 1 : 0));
        Assert.True(fit.Slope > 0 && double.IsFinite(fit.Slope), $"{fit}");
        Assert.Equal(-499.5 * fit.Slope, fit.Intercept, 1e-6);
    }

    [Fact]
    public void Platt_EqualScoresOrOneClass_IsTheRate()
    {
        var fit = PlattScaling.Fit<float, byte>([2, 2, 2, 2], [1, 0, 0, 0]);

        // Targets 2/3 and three times 1/5: their mean is 19/60.
        Assert.Equal(0, fit.Slope);
        Assert.Equal(Math.Log(19 / 41d), fit.Intercept, 1e-9);
        Assert.Equal(Math.Log(4), PlattScaling.Fit<float, byte>([1, 2, 4], [1, 1, 1]).Intercept, 1e-9);
    }

    [Fact]
    public void Temperature_SeparableRows_IsFinite()
    {
        // Rows (0, ±2) predicted right: probability (n + 1)/(n + 2) with n = 3.
        var fit = TemperatureScaling.Fit<float, byte>([2, -2, 2], [1, 0, 1]);
        Assert.Equal(Math.Log(4) / 2, fit.InverseTemperature, 1e-12);
        Assert.Equal(2 / Math.Log(4), fit.Temperature, 1e-12);
        var logits = new float[] { 2, 4 };
        fit.Apply(logits, logits);
        Assert.Equal([(float)Math.Log(4), (float)Math.Log(16)], logits);
    }

    [Fact]
    public void Temperature_LogitsThatMislead_IsInfinite()
    {
        Assert.Equal(0, TemperatureScaling.Fit<float, byte>([2, -2, 2], [0, 1, 0]).InverseTemperature);
        Assert.Equal(1, TemperatureScaling.Fit<float, byte>([3, 3, 1, 1], [0, 1], 2).InverseTemperature);
    }

    [Theory]
    [InlineData(1e-150)]
    [InlineData(1e150)]
    public void Temperature_AnyUnit_ScalesWithIt(double unit)
    {
        double[] logits = [1, 2, 0, 0.5, -1, 3, 2, 1, 0.5];
        var fit = TemperatureScaling.Fit<double, byte>(logits, [1, 2, 2], 3);
        var scaled = TemperatureScaling.Fit<double, byte>(Array.ConvertAll(logits, z => z * unit), [1, 2, 2], 3);
        Assert.Equal(1, scaled.InverseTemperature * unit / fit.InverseTemperature, 1e-9);
    }

    [Fact]
    public void Temperature_Binary_IsThatOfTwoClasses()
    {
        var random = new Random(3);
        var logits = Enumerable.Range(0, 3000).Select(_ => random.NextDouble() * 4 - 2).ToArray();
        var labels = Array.ConvertAll(logits, z => random.NextDouble() < 1 / (1 + Math.Exp(-3 * z)) ? 1 : 0);
        var fit = TemperatureScaling.Fit(logits, labels);
        Assert.Equal(TemperatureScaling.Fit(logits.SelectMany(z => (double[])[0, z]).ToArray(), labels, 2), fit);
        Assert.Equal(3, fit.InverseTemperature, 0.3);
    }

    [Fact]
    public void Weights_WholeNumbers_AreRepetitions()
    {
        for (var seed = 0; seed < 8; seed++)
        {
            var (scores, labels) = (PlattCase.Random(seed).Scores, PlattCase.Random(seed).Labels);
            var weights = scores.Select((_, i) => (double)(i % 4)).ToArray();
            int[] rows = [.. Enumerable.Range(0, scores.Length).SelectMany(i => Enumerable.Repeat(i, (int)weights[i]))];
            var repeated = PlattScaling.Fit<double, int>([.. rows.Select(i => scores[i])], [.. rows.Select(i => labels[i])]);
            var fit = PlattScaling.Fit(scores, labels, weights);
            Near(repeated.Slope, fit.Slope);
            Near(repeated.Intercept, fit.Intercept);

            // Nor does the unit of the weights matter once the targets, which count rows, are the same.
            var binary = TemperatureScaling.Fit(scores, labels, weights);
            Near(
                TemperatureScaling.Fit<double, int>([.. rows.Select(i => scores[i])], [.. rows.Select(i => labels[i])]).InverseTemperature,
                binary.InverseTemperature);

            var sample = TemperatureCase.Random(seed);
            var (classes, n) = (sample.Logits[0].Length, sample.Labels.Length);
            var own = Enumerable.Range(0, n).Select(i => (double)(i % 3)).ToArray();
            rows = [.. Enumerable.Range(0, n).SelectMany(i => Enumerable.Repeat(i, (int)own[i]))];
            var expected = TemperatureScaling.Fit<double, int>(
                [.. rows.SelectMany(i => sample.Logits[i])], [.. rows.Select(i => sample.Labels[i])], classes);
            Near(
                expected.InverseTemperature,
                TemperatureScaling.Fit(sample.Logits.SelectMany(z => z).ToArray(), sample.Labels, classes, own).InverseTemperature);
        }

        static void Near(double expected, double actual) => Assert.Equal(expected, actual, 1e-9 * Math.Max(1, Math.Abs(expected)));
    }

    [Fact]
    public void Weights_Zero_MakeARowInert()
    {
        double[] scores = [3, -1, 1e300, 2, 0.5, -1e308];
        byte[] labels = [1, 0, 0, 1, 0, 1];
        double[] weights = [2, 1, 0, 0.5, 3, 0];
        Assert.Equal(
            PlattScaling.Fit<double, byte>([3, -1, 2, 0.5], [1, 0, 1, 0], [2, 1, 0.5, 3]), PlattScaling.Fit<double, byte>(
                scores, labels, weights));
        Assert.Equal(
            TemperatureScaling.Fit<double, byte>([3, -1, 2, 0.5], [1, 0, 1, 0], [2, 1, 0.5, 3]),
            TemperatureScaling.Fit<double, byte>(scores, labels, weights));
        Assert.Equal(
            PlattScaling.Fit<double, byte>([3, -1], [1, 0]), PlattScaling.Fit<double, byte>([3, -1], [1, 0], [1, 1]));
    }

    [Theory]
    [InlineData(1e-300)]
    [InlineData(1e300)]
    public void Weights_LargeOrSmall_HaveAFiniteFit(double weight)
    {
        double[] scores = [3, -1, 1, 2, 0.5, -2];
        byte[] labels = [1, 0, 0, 0, 1, 1];
        double[] weights = [weight, weight, weight, weight, weight, weight];
        var fit = PlattScaling.Fit<double, byte>(scores, labels, weights);
        Assert.True(double.IsFinite(fit.Slope) && double.IsFinite(fit.Intercept), $"{fit}");
        var logits = new double[6];
        fit.Apply<double>(scores, logits);

        // The slope of the loss is 0 where targets and probabilities have one mean: 1/2, or what half of the rows are.
        Assert.Equal(0.5, logits.Average(z => 1 / (1 + Math.Exp(-z))), 1e-9);
        Assert.True(double.IsFinite(TemperatureScaling.Fit<double, byte>(scores, labels, weights).InverseTemperature));
    }

    [Fact]
    public void WrongArguments_AreNamed()
    {
        Check("scores", "scores[1] is NaN", () => PlattScaling.Fit<float, byte>([1, float.NaN], [0, 1]));
        Check("scores", "scores has 0", () => PlattScaling.Fit<float, byte>([], []));
        Check("labels", "labels has 1 and scores has 2", () => PlattScaling.Fit<float, byte>([1, 2], [0]));
        Check("labels", "labels[0] is 2", () => PlattScaling.Fit<float, byte>([1, 2], [2, 0]));
        Check("logits", "logits[0] is Infinity", () => TemperatureScaling.Fit<float, byte>([float.PositiveInfinity], [0]));
        Check("logits", "logits has 0", () => TemperatureScaling.Fit<float, byte>([], [], 3));
        Check(
            "labels", "labels[0] is 18446744073709551616", () => TemperatureScaling.Fit<float, UInt128>([1, 2, 3], [(UInt128)1 << 64], 3));
        Check("sampleWeights", "sampleWeights has 1 and labels has 2", () => PlattScaling.Fit<float, byte>([1, 2], [0, 1], [1]));
        Check("sampleWeights", "sampleWeights[1] is -1", () => PlattScaling.Fit<float, byte>([1, 2], [0, 1], [1, -1]));
        Check("sampleWeights", "sampleWeights are all 0", () => PlattScaling.Fit<float, byte>([1, 2], [0, 1], [0, 0]));
        Check("sampleWeights", "sampleWeights are all 0", () => TemperatureScaling.Fit<float, byte>([1, 2], [0, 1], [0, -0f]));
        Check(
            "sampleWeights", "sampleWeights[1] is NaN", () => TemperatureScaling.Fit<float, byte>([1, 2, 3, 4], [0, 1], 2, [1, float.NaN]));
        Check("labels", "labels[0] is 3", () => TemperatureScaling.Fit<float, byte>([1, 2, 3], [3], 3));
        Check("logits", "whole rows of 3, but logits has 2", () => TemperatureScaling.Fit<float, byte>([1, 2], [0], 3));

        static void Check(string name, string text, Func<object> action) =>
            Assert.Contains(text, Assert.Throws<ArgumentException>(name, action).Message);
    }

    private sealed record Cases(PlattCase[] Platt, TemperatureCase[] Temperature);

    private sealed record Minima(double[][] Platt, double[] Temperature);

    private sealed record PlattCase(double[] Scores, int[] Labels)
    {
        // The last two are separable.
        public static PlattCase Random(int seed)
        {
            var random = new Random(seed);
            var scores = Enumerable.Range(0, 100 + (40 * seed)).Select(_ => (random.NextDouble() * 8) - 3).ToArray();
            return new(scores, Array.ConvertAll(scores, z => (seed > 5 ? z > 2 : random.NextDouble() < 1 / (1 + Math.Exp(2 - z))) ? 1 : 0));
        }
    }

    private sealed record TemperatureCase(double[][] Logits, int[] Labels)
    {
        // The last one has all rows right, the first one more rows than a block.
        public static TemperatureCase Random(int seed)
        {
            var random = new Random(seed);
            var classes = 2 + seed;
            var labels = Enumerable.Range(0, seed == 0 ? 2500 : 200).Select(_ => random.Next(classes)).ToArray();
            var lead = seed == 7 ? 4 : 1;
            double[] Row(int y) => [.. Enumerable.Range(0, classes).Select(k => (random.NextDouble() * 3) + (k == y ? lead : 0))];
            return new(Array.ConvertAll(labels, Row), labels);
        }
    }
}
