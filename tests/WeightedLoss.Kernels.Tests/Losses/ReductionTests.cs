using System.Reflection;

namespace WeightedLoss.Tests.Losses;

/// <summary>A reduction is named, or refused.</summary>
public sealed class ReductionTests
{
    /// <summary>
    /// Every public constructor and method of the library that takes a reduction, of generic types those for float and double.
    /// </summary>
    public static TheoryData<string> Takers => [.. All.Select(Name)];

    private static IEnumerable<MethodBase> All =>
        typeof(Reduction).Assembly.GetExportedTypes()
            .Where(type => !type.IsAbstract)
            .SelectMany(type => type.IsGenericTypeDefinition && type.Name.EndsWith("Options`1", StringComparison.Ordinal)
                ? [type.MakeGenericType(typeof(float)), type.MakeGenericType(typeof(double))]
                : new[] { type })
            .SelectMany(
                type => type.GetMembers(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly).OfType<MethodBase>())
            .Where(member => member.DeclaringType != typeof(Reduction))
            .Where(
                member => member.GetParameters().Any(parameter => parameter.ParameterType == typeof(Reduction) && member.Name != "Equals"));

    [Fact]
    public void Takers_AreTheOptionsAndTheSums() => Assert.Equal(
        LossCases.All.Select(loss => loss.Methods.Name + "Options`1").Concat(["LossSum", "ClassLossSum"]).Order(StringComparer.Ordinal),
        All.Select(member => member.DeclaringType!.Name).Distinct().Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Takers))]
    public void Default_IsRefused_AndTheMessageNamesArgumentAndReductions(string taker)
    {
        var error = Assert.Throws<ArgumentException>(() => Invoke(taker, default));
        Assert.Equal("reduction", error.ParamName);
        Assert.StartsWith(
            "The reduction must be Sum, MeanByCount, MeanByWeight or DivideBy(divisor), but reduction is default(Reduction).",
            error.Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Takers))]
    public void Named_IsTaken(string taker)
    {
        foreach (var reduction in new[] { Reduction.Sum, Reduction.MeanByCount, Reduction.MeanByWeight, Reduction.DivideBy(2) })
        {
            var result = Invoke(taker, reduction);
            Assert.Equal(
                result is double ? 0.0 : reduction,
                result is double ? result : result.GetType().GetProperty("Reduction")!.GetValue(result));
        }
    }

    [Fact]
    public void Kind_OfTheDefault_NamesNone()
    {
        Assert.Equal(ReductionKind.Unspecified, default(Reduction).Kind);
        Assert.Equal(ReductionKind.Sum, Reduction.Sum.Kind);
        Assert.NotEqual(default, Reduction.Sum);
    }

    private static string Name(MethodBase member) => $"{member.DeclaringType}{member}";

    private static object Invoke(string taker, Reduction reduction)
    {
        var member = All.Single(member => Name(member) == taker);
        var arguments = member.GetParameters().Select(parameter => parameter.ParameterType switch
        {
            var type when type == typeof(Reduction) => (object)reduction,
            var type when type == typeof(int) => 3,
            var type when type == typeof(float) => 0.25f,
            _ => 0.25,
        }).ToArray();
        return member is ConstructorInfo constructor
            ? constructor.Invoke(BindingFlags.DoNotWrapExceptions, null, arguments, null)
            : member.Invoke(Activator.CreateInstance(member.DeclaringType!), BindingFlags.DoNotWrapExceptions, null, arguments, null)!;
    }
}
