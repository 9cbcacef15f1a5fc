using System.Text;

namespace WeightedLoss.Trainer.Tests.Experiments;

/// <summary>Three classes of 700, 250 and 50 rows whose features overlap.</summary>
internal static class Classes
{
    public static void Write(string path)
    {
        var random = new Xoshiro256(11);
        var text = new StringBuilder("x,y,class\n");
        foreach (var (name, rows, x, y) in ((string, int, double, double)[])[("a", 700, 0, 0), ("b", 250, 1, 1), ("c", 50, 1.5, -0.5)])
        {
            for (var i = 0; i < rows; i++)
            {
                text.Append(FormattableString.Invariant($"{x + Bell():R},{y + Bell():R},{name}\n"));
            }
        }

        File.WriteAllText(path, text.ToString());

        double Bell() => Enumerable.Range(0, 12).Sum(_ => random.NextDouble()) - 6;
    }
}
