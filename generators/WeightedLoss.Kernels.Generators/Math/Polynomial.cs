using WeightedLoss.Generators.Program;

namespace WeightedLoss.Generators.Math;

/// <summary>Horner's scheme with one fused multiply-add per coefficient.</summary>
internal static class Polynomial
{
    /// <summary>coefficients[0] + x·(coefficients[1] + x·…); constants and locals carry their name and the power.</summary>
    internal static Lane Evaluate(LaneProgram program, string name, string local, Lane x, IReadOnlyList<double> coefficients)
    {
        var last = coefficients.Count - 1;
        var sum = program.Constant(Coefficient(name, last), coefficients[last]);
        for (var power = last - 1; power >= 0; power--)
        {
            sum = program.Let(
                $"{local}{power}_", program.MultiplyAdd(sum, x, program.Constant(Coefficient(name, power), coefficients[power])));
        }

        return sum;
    }

    private static string Coefficient(string name, int power) =>
        name + power.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
