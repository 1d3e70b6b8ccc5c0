using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Tessera.Cli.Manifests;

/// <summary>
/// One of several parts of the work. A file's part depends on its name alone, so that any number of machines share a folder and need not
/// talk: the first eight bytes of the SHA-256 of the name, the highest first, modulo the number of parts.
/// </summary>
/// <param name="Index">The part, from 0.</param>
/// <param name="Count">How many there are, at least 1.</param>
internal readonly record struct Shard(int Index, int Count)
{
    /// <summary>Reads <c>I/N</c>.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The shard, or null if the text is none.</returns>
    public static Shard? TryParse(string text) =>
        text.Split('/') is [var first, var second]
        && int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out int index)
        && int.TryParse(second, NumberStyles.None, CultureInfo.InvariantCulture, out int count)
        && index < count ? new(index, count) : null;

    /// <summary>Whether a file is of this part.</summary>
    /// <param name="name">Its path within the folder that is searched, with '/' between the parts.</param>
    public bool Holds(string name) =>
        BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(name))) % (ulong)Count == (ulong)Index;

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Index}/{Count}");
}
