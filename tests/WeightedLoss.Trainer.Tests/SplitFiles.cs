using System.Globalization;
using System.Text;
using WeightedLoss.Trainer.Data;

namespace WeightedLoss.Trainer.Tests;

/// <summary>Split rows as files for the scripts that train on them too.</summary>
internal static class SplitFiles
{
    /// <summary>Writes the split rows as training.csv and validation.csv, label last.</summary>
    public static void Write(TemporaryFolder folder, PreparedData parts)
    {
        Write(folder["training.csv"], parts.Rows, parts.Labels);
        Write(folder["validation.csv"], parts.ValidationRows, parts.ValidationLabels);
    }

    private static void Write(string path, Matrix rows, byte[] labels)
    {
        var text = new StringBuilder();
        for (var i = 0; i < rows.Rows; i++)
        {
            foreach (var value in rows.Row(i)[..rows.Features])
            {
                text.Append(CultureInfo.InvariantCulture, $"{value:R},");
            }

            text.Append(labels[i]).Append('\n');
        }

        File.WriteAllText(path, text.ToString());
    }
}
