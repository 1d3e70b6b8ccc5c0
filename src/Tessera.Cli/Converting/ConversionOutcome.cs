using System.Collections.Immutable;
using Tessera.Cli.Files;

namespace Tessera.Cli.Converting;

/// <summary>A file that was converted.</summary>
/// <param name="Info">The image.</param>
/// <param name="Bytes">Bytes that were written.</param>
/// <param name="Models">The models that coded it; none where the output is an image of another format.</param>
/// <param name="Note">What there is to say of it besides; empty for nothing.</param>
internal sealed record ConvertedFile(ImageInfo Info, long Bytes, ImmutableArray<ModelIdentity> Models, string Note);

/// <summary>What became of a file.</summary>
internal enum ConversionStatus
{
    /// <summary>The output stands in its place, complete.</summary>
    Converted,

    /// <summary>An earlier run has done it.</summary>
    Skipped,

    /// <summary>It would be converted, if this were not a dry run.</summary>
    Planned,

    /// <summary>It could not be done.</summary>
    Failed,

    /// <summary>It was begun, and cut off.</summary>
    Cancelled,
}

/// <summary>What became of a file, and what it took.</summary>
/// <param name="Job">The file.</param>
/// <param name="Status">What became of it.</param>
/// <param name="InputBytes">Bytes of the input; 0 where there is none.</param>
/// <param name="Elapsed">The time it took.</param>
internal sealed record ConversionOutcome(FileJob Job, ConversionStatus Status, long InputBytes, TimeSpan Elapsed)
{
    /// <summary>What was written, where something was.</summary>
    public ConvertedFile? File { get; init; }

    /// <summary>What went wrong, where something did.</summary>
    public Failure? Failure { get; init; }
}
