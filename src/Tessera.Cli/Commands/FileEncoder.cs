using System.Security.Cryptography;
using Tessera.Cli.Files;

namespace Tessera.Cli.Commands;

/// <summary>A file that was encoded.</summary>
/// <param name="Summary">What was written.</param>
/// <param name="InputBytes">Bytes of the input, where that is known.</param>
internal sealed record EncodedFile(EncodeSummary Summary, long? InputBytes);

/// <summary>A file that was encoded, with what its input and output are told by.</summary>
internal sealed record DigestedFile(EncodedFile File, FileDigest Input, FileDigest Output);

/// <summary>Encodes one file at a time.</summary>
/// <param name="context">What every command works with.</param>
/// <param name="encoder">Encodes.</param>
/// <param name="verifier">Decodes what was written, to compare it; null if nothing is to be compared.</param>
internal sealed class FileEncoder(ToolContext context, TesseraEncoder encoder, TesseraDecoder? verifier)
{
    /// <summary>Whether what was written is compared before it gets its name.</summary>
    public bool Verifies => verifier is not null;

    /// <summary>Whether an output gets the time of its input.</summary>
    public bool KeepsTime { get; init; }

    /// <summary>Encodes a file or a standard stream.</summary>
    /// <param name="job">What.</param>
    /// <param name="overwrite">Whether an existing file may be replaced.</param>
    /// <param name="progress">Told after every band.</param>
    /// <param name="cancellationToken">Ends the work; no file appears then.</param>
    public async Task<EncodedFile> EncodeAsync(FileJob job, bool overwrite, IProgress<CodingProgress> progress, CancellationToken cancellationToken)
    {
        await using Stream input = InputFiles.Open(job.Input, context.Terminal);
        await using OutputFile output = OutputFile.Create(job.Output, overwrite, context.Terminal);
        EncodedFile file = await EncodeAsync(job, input, output, progress, cancellationToken);
        await output.CommitAsync(cancellationToken);
        return file with { InputBytes = input.CanSeek ? input.Length : null };
    }

    /// <summary>Encodes a file, and takes the digests of exactly those bytes that were read and written.</summary>
    /// <param name="job">What; no standard stream.</param>
    /// <param name="overwrite">Whether an existing file may be replaced.</param>
    /// <param name="progress">Told after every band.</param>
    /// <param name="cancellationToken">Ends the work; no file appears then.</param>
    public async Task<DigestedFile> EncodeWithDigestsAsync(
        FileJob job, bool overwrite, IProgress<CodingProgress> progress, CancellationToken cancellationToken)
    {
        using var hash = SHA256.Create();
        await using Stream input = InputFiles.Open(job.Input, context.Terminal);
        await using var hashed = new CryptoStream(input, hash, CryptoStreamMode.Read, leaveOpen: true);
        await using OutputFile output = OutputFile.Create(job.Output, overwrite, context.Terminal);
        EncodedFile file = await EncodeAsync(job, hashed, output, progress, cancellationToken);

        // An image may end before its file does.
        await hashed.CopyToAsync(Stream.Null, cancellationToken);
        var from = new FileDigest(input.Position, Convert.ToHexStringLower(hash.Hash!));
        FileDigest to = await FileDigest.OfAsync(output.Stream, cancellationToken);
        await output.CommitAsync(cancellationToken);
        return new(file with { InputBytes = from.Bytes }, from, to);
    }

    private async Task<EncodedFile> EncodeAsync(
        FileJob job, Stream input, OutputFile output, IProgress<CodingProgress> progress, CancellationToken cancellationToken)
    {
        if (KeepsTime)
            output.Modified = File.GetLastWriteTimeUtc(job.Input);
        await using IRasterSource source = await context.Formats.OpenAsync(input, RasterLimits.Default, cancellationToken);
        EncodeSummary summary;
        try
        {
            summary = await encoder.EncodeAsync(source, output.Stream, progress, cancellationToken);
        }
        catch (ArgumentException e)
        {
            // The options were checked before: they do not fit this image, and may fit others.
            throw ToolException.InvalidContent(e.Message);
        }

        if (verifier is not null)
            await VerifyAsync(verifier, job.Input, output.Stream, progress, cancellationToken);
        return new(summary, null);
    }

    private async Task VerifyAsync(
        TesseraDecoder decoder, string original, Stream encoded, IProgress<CodingProgress> progress, CancellationToken cancellationToken)
    {
        encoded.Position = 0;
        await using Stream input = InputFiles.Open(original, context.Terminal);
        await using IRasterSource expected = await context.Formats.OpenAsync(input, RasterLimits.Default, cancellationToken);
        await using var comparison = new ComparingSink(expected);
        await decoder.DecodeAsync(encoded, comparison, progress, cancellationToken);
    }
}
