using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Tessera.Cli.Manifests;

namespace Tessera.Cli.Converting;

/// <summary>The line of JSON on a file. docs/cli.md says what the fields are.</summary>
internal sealed record FileLine(
    string Kind,
    string Status,
    string Input,
    string Output,
    long InputBytes,
    long? OutputBytes,
    int? Width,
    int? Height,
    int? Frames,
    ImmutableArray<ManifestModel>? Models,
    double Seconds,
    string? Note,
    string? Error,
    int ExitCode)
{
    public static FileLine Of(ConversionOutcome outcome)
    {
        ConvertedFile? file = outcome.File;
        return new(
            "file",
            outcome.Status switch
            {
                ConversionStatus.Converted => "converted",
                ConversionStatus.Skipped => "skipped",
                ConversionStatus.Planned => "planned",
                ConversionStatus.Failed => "failed",
                _ => "cancelled",
            },
            outcome.Job.Input,
            outcome.Job.Output,
            outcome.InputBytes,
            file?.Bytes,
            file?.Info.Width,
            file?.Info.Height,
            file?.Info.FrameCount,
            file is null || file.Models.IsEmpty ? null : [.. file.Models.Select(ManifestModel.Of)],
            Rounded(outcome.Elapsed),
            string.IsNullOrEmpty(file?.Note) ? null : file.Note,
            outcome.Failure?.Message,
            outcome.Failure?.ExitCode ?? Cli.ExitCode.Success);
    }

    internal static double Rounded(TimeSpan time) => Math.Round(time.TotalSeconds, 3);
}

/// <summary>The last line of JSON, on all files.</summary>
internal sealed record SummaryLine(
    string Kind, int Files, int Converted, int Skipped, int Planned, int Failed, int NotDone, long InputBytes, long OutputBytes, long Pixels, double Seconds, int ExitCode)
{
    public static SummaryLine Of(ConversionTotals totals, TimeSpan elapsed) => new(
        "summary",
        totals.Files,
        totals.Converted,
        totals.Skipped,
        totals.Planned,
        totals.Failed,
        totals.NotDone,
        totals.InputBytes,
        totals.OutputBytes,
        totals.Pixels,
        FileLine.Rounded(elapsed),
        totals.ExitCode);
}

/// <summary>Writes them without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(FileLine))]
[JsonSerializable(typeof(SummaryLine))]
internal sealed partial class ConversionJsonContext : JsonSerializerContext;
