using WeightedLoss.Generators.Losses;

namespace WeightedLoss.Generators.Tests.Spec;

/// <summary>Parameters of losses, as definitions state them, against the options and attributes of the library.</summary>
public class ParameterTests
{
    public static TheoryData<string, string> Parameters { get; } = new(
        from loss in LossList.All
        from parameter in loss.Info.Parameters
        select (loss.Info.Id, parameter.Name));

    private static readonly double[] s_values =
        [double.NaN, double.NegativeInfinity, -1, -1e-300, -0.0, 0, 1e-300, 0.25, 1 - 1e-16, 1, 2, 1e300, double.MaxValue, double.PositiveInfinity];

    [Theory]
    [MemberData(nameof(Parameters))]
    public void Options_HaveTheDefault_AndTakeWhatAConstantMayBe(string id, string name)
    {
        var info = LossList.All.Single(loss => loss.Info.Id == id).Info;
        var parameter = info.Parameters.Single(one => one.Name == name);
        var type = LibraryType(info.Options).MakeGenericType(typeof(double));
        var property = type.GetProperty(name)!;
        object Create() => type.GetConstructor([typeof(Reduction)])?.Invoke([Reduction.Sum])
            ?? type.GetConstructor([typeof(int), typeof(Reduction)])!.Invoke([3, Reduction.Sum]);

        Assert.Equal(parameter.Default, property.GetValue(Create()));
        foreach (var value in s_values)
        {
            var refusal = Record.Exception(() => property.SetValue(Create(), value))?.InnerException;

            // A lower bound that constants must exceed is the limit of the loss, which options do take.
            if (parameter.Allows(value) || value == parameter.Above)
            {
                Assert.Null(refusal);
            }
            else
            {
                Assert.Equal(name, Assert.IsType<ArgumentException>(refusal).ParamName);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Parameters))]
    public void Attribute_HasAPropertyForTheParameter(string id, string name)
    {
        var info = LossList.All.Single(loss => loss.Info.Id == id).Info;
        var property = LibraryType($"{info.Class}KernelAttribute").GetProperty(name);

        Assert.Equal(typeof(double), property?.PropertyType);
    }

    private static Type LibraryType(string name) =>
        typeof(Reduction).Assembly.GetType($"WeightedLoss.{name}`1")
        ?? throw new InvalidOperationException($"The library has no type {name}.");
}
