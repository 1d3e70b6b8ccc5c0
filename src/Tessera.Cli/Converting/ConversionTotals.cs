namespace Tessera.Cli.Converting;

/// <summary>What became of all files so far.</summary>
/// <param name="Files">How many there are.</param>
internal sealed record ConversionTotals(int Files)
{
    public int Converted { get; init; }

    public int Skipped { get; init; }

    public int Planned { get; init; }

    public int Failed { get; init; }

    /// <summary>Bytes of the inputs that were converted, or in a dry run would be.</summary>
    public long InputBytes { get; init; }

    /// <summary>Bytes of their outputs.</summary>
    public long OutputBytes { get; init; }

    /// <summary>Pixels of the images that were converted.</summary>
    public long Pixels { get; init; }

    /// <summary>The highest exit code of any file.</summary>
    public int ExitCode { get; init; }

    /// <summary>Files that nothing became of, since the work was cut off.</summary>
    public int NotDone => Files - Converted - Skipped - Planned - Failed;

    /// <summary>These, and one more.</summary>
    public ConversionTotals With(ConversionOutcome outcome)
    {
        ConversionTotals totals = this with { ExitCode = Math.Max(ExitCode, outcome.Failure?.ExitCode ?? 0) };
        return outcome.Status switch
        {
            ConversionStatus.Converted => totals with
            {
                Converted = Converted + 1,
                InputBytes = InputBytes + outcome.InputBytes,
                OutputBytes = OutputBytes + outcome.File!.Bytes,
                Pixels = Pixels + PixelsOf(outcome.File.Info),
            },
            ConversionStatus.Planned => totals with { Planned = Planned + 1, InputBytes = InputBytes + outcome.InputBytes },
            ConversionStatus.Skipped => totals with { Skipped = Skipped + 1 },
            ConversionStatus.Failed => totals with { Failed = Failed + 1 },
            _ => totals,
        };
    }

    private static long PixelsOf(ImageInfo info) => (long)info.Width * info.Height * info.FrameCount;
}
