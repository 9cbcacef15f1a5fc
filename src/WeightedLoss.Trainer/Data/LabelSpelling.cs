using System.Globalization;
using System.Numerics;
using System.Text;

namespace WeightedLoss.Trainer.Data;

/// <summary>
/// Labels are text: two are the same class if their text is the same but for white space around it. This tells which ones look like
/// different spellings of the same.
/// </summary>
internal static class LabelSpelling
{
    /// <summary>
    /// The labels that are alike, in groups of two or more: equal numbers, or text but for case, white space and invisible characters.
    /// </summary>
    public static string[][] Alike(IEnumerable<string> labels) =>
        [.. labels.GroupBy(Key).Select(group => group.ToArray()).Where(group => group.Length > 1)];

    private static string Key(string label) => Number(label) ?? Text(label);

    private static string Text(string label) => string.Concat(label.Normalize(NormalizationForm.FormC).Where(c =>
        !char.IsWhiteSpace(c) && char.GetUnicodeCategory(c) is not (UnicodeCategory.Format or UnicodeCategory.Control))).ToUpperInvariant();

    // Digits without zeros around them and an exponent, so that numbers beyond 2⁵³ stay apart; null where it is no number.
    private static string? Number(string label)
    {
        if (!double.TryParse(label, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) || !double.IsFinite(value))
        {
            return null;
        }

        var parts = label.TrimStart('+', '-').Split('e', 'E');
        var point = parts[0].IndexOf('.');
        var digits = parts[0].Replace(".", "", StringComparison.Ordinal);
        var significant = digits.TrimEnd('0');
        if (significant.Length == 0)
        {
            return "0";
        }

        var exponent = (parts.Length == 1 ? 0 : BigInteger.Parse(parts[1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture))
            + digits.Length - significant.Length - (point < 0 ? 0 : parts[0].Length - 1 - point);
        return $"{(label[0] == '-' ? "-" : "")}{significant.TrimStart('0')}e{exponent}";
    }
}
