using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Tessera.Cli.Benchmarks.Codecs;
using Tessera.Cli.Benchmarks.Measuring;
using Tessera.Cli.Benchmarks.Results;

namespace Tessera.Cli.Benchmarks;

/// <summary>Finds out about the codecs: which are there, of which version, and how long their programs take to start.</summary>
/// <param name="context">What every command works with.</param>
/// <param name="finder">Finds their programs.</param>
/// <param name="folder">Where files go; nothing stays there.</param>
internal sealed partial class CodecSurvey(ToolContext context, ProgramFinder finder, string folder)
{
    /// <summary>The side of a picture that takes next to no time to code, and is not too small for any codec.</summary>
    public const int StartSide = 64;

    /// <summary>Describes all codecs: those that are there, in the order of measuring, then those that are not, then those that were left out.</summary>
    /// <param name="options">What was asked for.</param>
    /// <param name="present">The codecs whose programs are there.</param>
    /// <param name="missingOf">The programs of a codec that are not there.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public async Task<ImmutableArray<CodecReport>> DescribeAsync(
        BenchOptions options, ImmutableArray<Codec> present, Func<Codec, string?> missingOf, CancellationToken cancellationToken)
    {
        var reports = ImmutableArray.CreateBuilder<CodecReport>();
        string source = Path.Combine(folder, "start.ppm");
        await WriteStartPictureAsync(source, cancellationToken);
        Picture picture = await Picture.ConvertAsync(source, "", context.Formats, folder, Enum.GetValues<Interchange>(), cancellationToken);
        var trial = new CodecTrial(finder, folder, repeats: 2);
        foreach (Codec codec in present)
        {
            Measurement start = await trial.RunAsync(codec, picture, cancellationToken);
            reports.Add(CodecReport.Of(codec, CodecState.Measured) with
            {
                Version = await VersionOfAsync(codec, cancellationToken),
                EncodeStartSeconds = start.Encode?.WallSeconds,
                DecodeStartSeconds = start.Decode?.WallSeconds,
            });
        }

        reports.AddRange(
            from codec in options.Rivals
            let missing = missingOf(codec)
            where missing is not null
            select CodecReport.Of(codec, CodecState.Absent) with { Missing = missing });
        reports.AddRange(options.LeftOut.Select(codec => CodecReport.Of(codec, CodecState.LeftOut)));
        return reports.ToImmutable();
    }

    private async Task WriteStartPictureAsync(string path, CancellationToken cancellationToken)
    {
        using var raster = Raster.Create(new(StartSide, StartSide, new(3, 8)));
        for (int channel = 0; channel < 3; channel++)
        {
            Span<ushort> samples = raster.Frames[0].Samples.Plane(channel);
            for (int i = 0; i < samples.Length; i++)
                samples[i] = (ushort)(i % (200 + channel));
        }

        await using Stream stream = File.Create(path);
        await using IRasterSink sink = context.Formats.Create(stream, Path.GetExtension(path));
        await raster.AsSource().CopyToAsync(sink, cancellationToken);
    }

    private async Task<string?> VersionOfAsync(Codec codec, CancellationToken cancellationToken)
    {
        if (codec.IsTessera)
            return typeof(CodecSurvey).Assembly.GetName().Version!.ToString(3);
        if (codec.VersionArguments.IsEmpty)
            return null;
        ProcessRun run = await ProcessMeter.RunAsync(finder.Find(codec.Encode.Program)!, codec.VersionArguments, cancellationToken);
        Match match = VersionPattern().Match(run.Output + run.Error);
        return match.Success ? match.Value : null;
    }

    [GeneratedRegex(@"\d+(\.\d+)+")]
    private static partial Regex VersionPattern();
}
