using System.Globalization;

namespace WeightedLoss.Tests.Numerics;

/// <summary>The exact values in double-oracle.txt, which double-oracle.py makes.</summary>
internal static class DoubleOracle
{
    /// <summary>f(<paramref name="X"/>) is <paramref name="Rounded"/> + <paramref name="Fraction"/> of its ulp.</summary>
    internal readonly record struct Point(double X, double Rounded, double Fraction);

    public static ILookup<string, Point> Points { get; } = Read().ToLookup(p => p.Function, p => p.Point);

    private static IEnumerable<(string Function, Point Point)> Read()
    {
        using var stream = typeof(DoubleOracle).Assembly.GetManifestResourceStream("double-oracle.txt")!;
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            var parts = line.Split(' ');
            yield return (parts[0], new(Bits(parts[1]), Bits(parts[2]), Fraction(parts[3])));
        }

        static double Bits(string hex) =>
            BitConverter.UInt64BitsToDouble(ulong.Parse(hex, NumberStyles.HexNumber, CultureInfo.InvariantCulture));

        static double Fraction(string hex) =>
            (hex[0] == '-' ? -1 : 1) * int.Parse(hex.TrimStart('-'), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 65536d;
    }
}
