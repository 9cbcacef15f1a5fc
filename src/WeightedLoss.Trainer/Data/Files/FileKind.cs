using System.Text;

namespace WeightedLoss.Trainer.Data.Files;

/// <summary>Kinds of files that are not CSV, known by their first bytes.</summary>
/// <param name="Name">What the kind is called.</param>
/// <param name="Magic">Bytes that no text has in this place.</param>
/// <param name="Unpack">A command that writes what is in such a file to standard output; null if there is no usual one.</param>
/// <param name="Offset">Where these bytes stand.</param>
/// <param name="Within">A word that is found further on; null for any.</param>
internal sealed record FileKind(string Name, byte[] Magic, string? Unpack = null, int Offset = 0, string? Within = null)
{
    private static readonly FileKind[] All =
    [
        new("a bzip2 file", [.. "1AY&SY"u8], "bzip2 -dc", Offset: 4),
        new("an xz file", [0xFD, .. "7zXZ\0"u8], "xz -dc"),
        new("an LZMA file", [0x5D, 0, 0], "xz -dc"),
        new("a Zstandard file", [0x28, 0xB5, 0x2F, 0xFD], "zstd -dc"),
        new("an LZ4 file", [0x04, 0x22, 0x4D, 0x18], "lz4 -dc"),
        new("a file packed with compress", [0x1F, 0x9D], "uncompress -c"),
        new("an Excel workbook (.xlsx)", [.. "PK"u8, 3, 4], Within: "[Content_Types].xml"),
        new("an OpenDocument file", [.. "PK"u8, 3, 4], Within: "application/vnd.oasis.opendocument"),
        new("a ZIP archive", [.. "PK"u8, 3, 4], "unzip -p"),
        new("an empty ZIP archive", [.. "PK"u8, 5, 6]),
        new("a 7-Zip archive", [.. "7z"u8, 0xBC, 0xAF, 0x27, 0x1C], "7z e -so"),
        new("a RAR archive", [.. "Rar!"u8, 0x1A, 0x07], "unrar p -inul"),
        new("a tar archive", [.. "ustar\0"u8], "tar -xOf", Offset: 257),
        new("a tar archive", [.. "ustar "u8], "tar -xOf", Offset: 257),
        new("an Excel workbook (.xls)", [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]),
        new("a Parquet file", [.. "PAR1"u8, 0x15]),
        new("an Arrow or Feather file", [.. "ARROW1\0"u8]),
        new("an Avro file", [.. "Obj"u8, 1]),
        new("an HDF5 file", [0x89, .. "HDF\r\n"u8, 0x1A]),
        new("a NumPy file", [0x93, .. "NUMPY"u8]),
        new("a MATLAB file", [.. "MATLAB 5.0 MAT-file"u8]),
        new("an SQLite database", [.. "SQLite format 3\0"u8]),
        new("a PDF document", [.. "%PDF-"u8]),
        new("a PNG picture", [0x89, .. "PNG\r\n"u8]),
        new("an HTML page", [.. "<!DOCTYPE html"u8]),
        new("an HTML page", [.. "<html"u8]),
        new("a Git LFS pointer, not the file itself", [.. "version https://git-lfs"u8], "git lfs smudge <"),
    ];

    /// <summary>The kind of a file; null if it may be text.</summary>
    public static FileKind? Of(ReadOnlySpan<byte> head)
    {
        foreach (var kind in All)
        {
            if (head.Length >= kind.Offset && head[kind.Offset..].StartsWith(kind.Magic)
                && (kind.Within is null || head.IndexOf(Encoding.ASCII.GetBytes(kind.Within)) >= 0))
            {
                return kind;
            }
        }

        return null;
    }
}
