using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using WeightedLoss.Trainer.Data;

namespace WeightedLoss.Trainer.Experiments;

/// <summary>A checksum of rows as they were read, whatever the file is called.</summary>
internal static class DataHash
{
    /// <summary>SHA-256 of labels, features and their names, and of sample weights if there are any, in hexadecimal.</summary>
    public static string Of(LabelledData data)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(new { data.FeatureNames, data.Label })));
        hash.AppendData(data.Labels);
        hash.AppendData(MemoryMarshal.AsBytes(data.Values.AsSpan()));
        hash.AppendData(MemoryMarshal.AsBytes(data.Weights.AsSpan()));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
