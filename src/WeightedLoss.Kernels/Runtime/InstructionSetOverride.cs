namespace WeightedLoss.Runtime;

/// <summary>
/// The user's choice of an instruction set. It is read once and never throws while it is read: an exception out of a static constructor
/// would hide its reason, and would be thrown again wherever the type is touched.
/// </summary>
internal static class InstructionSetOverride
{
    internal const string Variable = "WEIGHTEDLOSS_INSTRUCTION_SET", Switch = "WeightedLoss.InstructionSet";

    private static readonly (string Source, string? Value) s_request = Request();

    /// <summary>A static read-only field, which the JIT folds once a method has been called often enough to be compiled again.</summary>
    internal static readonly InstructionSetChoice Choice = Parse(s_request.Value);

    /// <exception cref="InvalidOperationException">The value is unknown, or the processor has no such instructions.</exception>
    internal static void ThrowIfInvalid()
    {
        if (Choice == InstructionSetChoice.Invalid)
        {
            Throw();
        }
    }

    private static InstructionSetChoice Parse(string? value) =>
        value?.Trim().ToLowerInvariant() switch
        {
            null or "" => InstructionSetChoice.Best,
            "scalar" => InstructionSetChoice.Scalar,
            "sse2" when InstructionSets.HasSse2 => InstructionSetChoice.Sse2,
            "avx2" when InstructionSets.HasAvx2 => InstructionSetChoice.Avx2,
            "avx512" when InstructionSets.HasAvx512 => InstructionSetChoice.Avx512,
            "neon" when InstructionSets.HasAdvSimd => InstructionSetChoice.Neon,
            _ => InstructionSetChoice.Invalid,
        };

    private static (string Source, string? Value) Request() =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } value
            ? ($"The environment variable {Variable}", value)
            : ($"The AppContext value {Switch}", AppContext.GetData(Switch) as string);

    private static void Throw()
    {
        string[] possible =
        [
            "scalar",
            .. InstructionSets.HasSse2 ? ["sse2"] : (string[])[],
            .. InstructionSets.HasAvx2 ? ["avx2"] : (string[])[],
            .. InstructionSets.HasAvx512 ? ["avx512"] : (string[])[],
            .. InstructionSets.HasAdvSimd ? ["neon"] : (string[])[],
        ];
        throw new InvalidOperationException(
            $"{s_request.Source} is {s_request.Value}, but here it can only be {string.Join(", ", possible)}, or not set.");
    }
}

/// <summary>Which instruction set the dispatchers choose.</summary>
internal enum InstructionSetChoice : byte
{
    /// <summary>The best that the processor has.</summary>
    Best,
    Scalar,
    Sse2,
    Avx2,
    Avx512,
    Neon,

    /// <summary>Something that this process can't run: calls throw.</summary>
    Invalid,
}
