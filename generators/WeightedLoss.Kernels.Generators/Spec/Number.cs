using System.Globalization;

namespace WeightedLoss.Generators.Spec;

/// <summary>The type that lanes compute in, with all that arithmetic on its bits needs to know.</summary>
internal sealed record Number
{
    /// <summary>float.</summary>
    public static Number Single { get; } = new()
    {
        Keyword = "float",
        Name = "Single",
        BitsKeyword = "uint",
        BitsName = "UInt32",
        Bits = 32,
        FractionBits = 23,
        Largest = float.MaxValue,
    };

    /// <summary>double.</summary>
    public static Number Double { get; } = new()
    {
        Keyword = "double",
        Name = "Double",
        BitsKeyword = "ulong",
        BitsName = "UInt64",
        Bits = 64,
        FractionBits = 52,
        Largest = double.MaxValue,
    };

    /// <summary>The C# type.</summary>
    public string Keyword { get; private init; } = "";

    /// <summary>The name of the type in methods of the platform.</summary>
    public string Name { get; private init; } = "";

    /// <summary>The C# type of integers as large.</summary>
    public string BitsKeyword { get; private init; } = "";

    /// <summary>The name of that type in methods of the platform.</summary>
    public string BitsName { get; private init; } = "";

    /// <summary>The size in bits.</summary>
    public int Bits { get; private init; }

    /// <summary>The digits behind the leading one.</summary>
    public int FractionBits { get; private init; }

    /// <summary>The largest finite number.</summary>
    public double Largest { get; private init; }

    /// <summary>What the exponent's bits are more than the exponent.</summary>
    public int Bias => (1 << (Bits - FractionBits - 2)) - 1;

    /// <summary>The smallest normal number.</summary>
    public double SmallestNormal => System.Math.Pow(2, 1 - Bias);

    /// <summary>The lanes of a virtual block of 64 bytes.</summary>
    public int BlockLanes => 512 / Bits;

    /// <summary>The one of two choices that was made for this type.</summary>
    public T Of<T>(T single, T @double) => ReferenceEquals(this, Single) ? single : @double;

    /// <summary>The number with these bits.</summary>
    public double FromBits(ulong bits) => Of<Func<double>>(
        () => BitConverter.ToSingle(BitConverter.GetBytes((uint)bits), 0),
        () => BitConverter.Int64BitsToDouble(unchecked((long)bits)))();

    /// <summary>A value as the type has it.</summary>
    public double Round(double value) => Of((float)value, value);

    /// <summary>A literal that reads back to the same bits.</summary>
    public string Literal(double value) => double.IsPositiveInfinity(value) ? $"{Keyword}.PositiveInfinity"
        : double.IsNegativeInfinity(value) ? $"{Keyword}.NegativeInfinity"
        : double.IsNaN(value) ? $"{Keyword}.NaN"
        : Of(((float)value).ToString("G9", CultureInfo.InvariantCulture) + "f", value.ToString("G17", CultureInfo.InvariantCulture) + "d");
}

/// <summary>What elements are in memory, and what they are computed in.</summary>
internal sealed record Element
{
    /// <summary>float, stored and computed.</summary>
    public static Element Float32 { get; } = new() { Name = "f32", Storage = "float", Number = Number.Single };

    /// <summary>double, stored and computed.</summary>
    public static Element Float64 { get; } = new() { Name = "f64", Storage = "double", Number = Number.Double };

    /// <summary>The upper half of a float, in a ushort; computed in float.</summary>
    public static Element BFloat16 { get; } = new() { Name = "bf16", Storage = "ushort", Number = Number.Single };

    /// <summary>In names of kernels.</summary>
    public string Name { get; private init; } = "";

    /// <summary>The C# type in memory.</summary>
    public string Storage { get; private init; } = "";

    /// <summary>The type that lanes compute in.</summary>
    public Number Number { get; private init; } = Number.Single;
}
