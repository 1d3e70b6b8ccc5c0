using System.Security.Cryptography;

namespace Tessera.Cli.Files;

/// <summary>What tells a file's content from any other.</summary>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">Its SHA-256, in lower-case hexadecimal digits.</param>
internal readonly record struct FileDigest(long Bytes, string Sha256)
{
    /// <summary>Reads a stream from its start to its end.</summary>
    /// <param name="stream">A file that seeks.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async Task<FileDigest> OfAsync(Stream stream, CancellationToken cancellationToken)
    {
        stream.Position = 0;
        byte[] hash = await SHA256.HashDataAsync(stream, cancellationToken);
        return new(stream.Position, Convert.ToHexStringLower(hash));
    }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="terminal">The standard streams.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async Task<FileDigest> OfFileAsync(string path, Terminal terminal, CancellationToken cancellationToken)
    {
        await using Stream stream = InputFiles.Open(path, terminal);
        return await OfAsync(stream, cancellationToken);
    }
}
