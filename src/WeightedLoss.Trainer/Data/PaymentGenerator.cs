namespace WeightedLoss.Trainer.Data;

/// <summary>
/// Rows like those of a card company that looks for fraud, drawn from densities that are known, so that the best possible score of
/// each row is known too. A row belongs to one of six kinds of payment, and within a kind the features are independent.
/// </summary>
internal static class PaymentGenerator
{
    /// <summary>The number of rows.</summary>
    public const int DefaultRows = 200_000;

    private static readonly string[] Names =
    [
        "log10_amount", "amount_to_usual", "log10_km_from_home", "hours_since_last", "payments_last_hour", "card_age_years",
        "online", "abroad", "night", "new_merchant", "merchant_risk", "device_score", "address_score", "rhythm_score",
    ];

    // Shares of fraud add up to 0.5 %. Each kind of fraud resembles another kind of honest payment.
    private static readonly Kind[] Kinds =
    [
        new("everyday", 0.700, false,
        [
            Normal(1.4, 0.45), Normal(0.0, 0.5), Normal(0.7, 0.5), Waiting(14), Waiting(0.15), Waiting(3.0),
            Chance(0.05), Chance(0.02), Chance(0.05), Chance(0.15), Normal(-0.4, 0.8), Normal(0.3, 1.0), Normal(0.2, 1.0), Normal(0.1, 1.0),
        ]),
        new("web shop", 0.220, false,
        [
            Normal(1.7, 0.5), Normal(0.2, 0.6), Normal(0.9, 0.9), Waiting(20), Waiting(0.3), Waiting(2.5),
            Chance(0.97), Chance(0.10), Chance(0.15), Chance(0.40), Normal(0.2, 0.9), Normal(0.0, 1.1), Normal(0.0, 1.0), Normal(0.0, 1.0),
        ]),
        new("journey", 0.075, false,
        [
            Normal(1.9, 0.5), Normal(0.5, 0.6), Normal(3.0, 0.5), Waiting(6), Waiting(0.4), Waiting(3.5),
            Chance(0.15), Chance(0.70), Chance(0.25), Chance(0.75), Normal(0.3, 0.9), Normal(0.1, 1.0), Normal(-0.3, 1.1), Normal(-0.2, 1.0),
        ]),
        new("stolen card", 0.0020, true,
        [
            Normal(2.3, 0.45), Normal(1.2, 0.6), Normal(1.5, 0.6), Waiting(2), Waiting(1.2), Waiting(3.0),
            Chance(0.05), Chance(0.15), Chance(0.35), Chance(0.85), Normal(1.1, 0.9), Normal(0.1, 1.0), Normal(-0.4, 1.0), Normal(-1.3, 1.0),
        ]),
        new("account takeover", 0.0018, true,
        [
            Normal(2.4, 0.5), Normal(1.3, 0.6), Normal(2.2, 0.9), Waiting(16), Waiting(0.4), Waiting(2.5),
            Chance(0.98), Chance(0.45), Chance(0.35), Chance(0.80), Normal(1.2, 0.9), Normal(-1.2, 1.0), Normal(-1.0, 1.1), Normal(-0.9, 1.0),
        ]),
        new("card test", 0.0012, true,
        [
            Normal(0.6, 0.4), Normal(-0.7, 0.5), Normal(2.5, 1.0), Waiting(2), Waiting(2.5), Waiting(1.5),
            Chance(0.98), Chance(0.55), Chance(0.45), Chance(0.95), Normal(1.2, 0.9), Normal(-1.2, 1.0), Normal(-0.9, 1.0), Normal(-1.4, 1.0),
        ]),
    ];

    /// <summary>Draws rows; the same seed gives the same bits everywhere.</summary>
    public static LabelledData Generate(ulong seed, int rows = DefaultRows)
    {
        var random = new Xoshiro256(seed, RandomPurpose.Payments);
        var values = new double[rows * Names.Length];
        var labels = new byte[rows];
        var bestLogits = new double[rows];
        for (var i = 0; i < rows; i++)
        {
            var kind = Draw(random);
            var row = values.AsSpan(i * Names.Length, Names.Length);
            for (var j = 0; j < row.Length; j++)
            {
                row[j] = kind.Features[j].Draw(random);
            }

            labels[i] = kind.IsFraud ? (byte)1 : (byte)0;
            bestLogits[i] = BestLogit(row);
        }

        return new("the generated payments", Names, values, labels, new("fraud", Names.Length, "1", true), bestLogits);
    }

    private static Kind Draw(Xoshiro256 random)
    {
        var rest = random.NextDouble();
        foreach (var kind in Kinds)
        {
            rest -= kind.Share;
            if (rest < 0)
            {
                return kind;
            }
        }

        // The shares add up to 1 but for rounding.
        return Kinds[0];
    }

    /// <summary>log of P(fraud | row) / P(no fraud | row), for the report only: nothing that is trained depends on it.</summary>
    private static double BestLogit(ReadOnlySpan<double> row)
    {
        Span<double> logs = stackalloc double[Kinds.Length];
        for (var k = 0; k < logs.Length; k++)
        {
            logs[k] = Math.Log(Kinds[k].Share);
            for (var j = 0; j < row.Length; j++)
            {
                logs[k] += Kinds[k].Features[j].LogDensity(row[j]);
            }
        }

        return LogSum(logs, isFraud: true) - LogSum(logs, isFraud: false);
    }

    private static double LogSum(ReadOnlySpan<double> logs, bool isFraud)
    {
        var largest = double.NegativeInfinity;
        for (var k = 0; k < logs.Length; k++)
        {
            largest = Kinds[k].IsFraud == isFraud ? Math.Max(largest, logs[k]) : largest;
        }

        double sum = 0;
        for (var k = 0; k < logs.Length; k++)
        {
            sum += Kinds[k].IsFraud == isFraud ? Math.Exp(logs[k] - largest) : 0;
        }

        return largest + Math.Log(sum);
    }

    private static NormalFeature Normal(double mean, double deviation) => new(mean, deviation);

    private static WaitingFeature Waiting(double mean) => new(mean);

    private static ChanceFeature Chance(double probability) => new(probability);

    private sealed record Kind(string Name, double Share, bool IsFraud, Feature[] Features);

    private abstract record Feature
    {
        public abstract double Draw(Xoshiro256 random);

        public abstract double LogDensity(double x);
    }

    private sealed record NormalFeature(double Mean, double Deviation) : Feature
    {
        // The polar method: G. Marsaglia and T. A. Bray, "A Convenient Method for Generating Normal Variables", SIAM Review 6(3), 1964.
        public override double Draw(Xoshiro256 random)
        {
            while (true)
            {
                var u = (2 * random.NextDouble()) - 1;
                var v = (2 * random.NextDouble()) - 1;
                var s = (u * u) + (v * v);
                if (s is > 0 and < 1)
                {
                    return Mean + (Deviation * u * Math.Sqrt(-2 * ReproducibleLog.Of(s) / s));
                }
            }
        }

        public override double LogDensity(double x)
        {
            var d = (x - Mean) / Deviation;
            return (-0.5 * d * d) - Math.Log(Deviation * Math.Sqrt(2 * Math.PI));
        }
    }

    private sealed record WaitingFeature(double Mean) : Feature
    {
        public override double Draw(Xoshiro256 random) => -Mean * ReproducibleLog.Of(1 - random.NextDouble());

        public override double LogDensity(double x) => (-x / Mean) - Math.Log(Mean);
    }

    private sealed record ChanceFeature(double Probability) : Feature
    {
        public override double Draw(Xoshiro256 random) => random.NextDouble() < Probability ? 1 : 0;

        public override double LogDensity(double x) => Math.Log(x == 1 ? Probability : 1 - Probability);
    }
}
