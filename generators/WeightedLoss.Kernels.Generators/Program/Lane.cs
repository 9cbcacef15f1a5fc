namespace WeightedLoss.Generators.Program;

/// <summary>A value in every lane of the virtual block, as an expression for each of its registers.</summary>
internal readonly struct Lane(Func<int, string> spell)
{
    public string In(int register) => spell(register);
}

/// <summary>
/// What a type argument decides: the JIT drops the statements of the other case before it looks at them, so one text serves every
/// combination.
/// </summary>
/// <param name="Parameter">For example <c>TGradient</c>.</param>
/// <param name="Argument">The marker type, for example <c>Yes</c>.</param>
/// <param name="IsNegated">Whether the case is that of every other marker.</param>
internal readonly record struct Option(string Parameter, string Argument, bool IsNegated = false)
{
    /// <summary>As a C# condition.</summary>
    public string Condition => $"typeof({Parameter}) {(IsNegated ? "!=" : "==")} typeof({Argument})";

    /// <summary>The other case.</summary>
    public Option Not => this with { IsNegated = !IsNegated };
}
