namespace WeightedLoss.Trainer.Data;

/// <summary>What to do with rows whose label is the usual spelling of a missing value.</summary>
internal enum MissingLabels
{
    /// <summary>They are an error.</summary>
    Refuse,

    /// <summary>The rows are left out.</summary>
    Drop,

    /// <summary>The spelling is a class.</summary>
    Class,
}

/// <summary>The usual spellings of a missing value.</summary>
internal static class MissingSpelling
{
    // Those that pandas, R, SQL, Weka, SAS and Excel write, in any case of letters.
    private static readonly HashSet<string> All = new(StringComparer.OrdinalIgnoreCase)
    {
        "", "?", ".", "NA", "<NA>", "N/A", "#N/A", "#N/A N/A", "#NA", "NaN", "-NaN", "+NaN", "1.#IND", "-1.#IND", "1.#QNAN", "-1.#QNAN", "NaT",
        "NULL", "(null)", "#NULL!", "\\N", "nil", "None", "missing",
    };

    /// <summary>Whether a trimmed label is one of them.</summary>
    public static bool Is(string label) => All.Contains(label);
}
