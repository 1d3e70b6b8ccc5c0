using System.Collections.Immutable;
using Tessera.Cli.Benchmarks.Codecs;
using Tessera.Cli.Benchmarks.Measuring;
using Tessera.Cli.Benchmarks.Pages;
using Tessera.Cli.Benchmarks.Results;

namespace Tessera.Cli.Benchmarks;

/// <summary>Measures codecs on pictures, one process after another.</summary>
internal sealed class Benchmark
{
    private readonly ToolContext _context;
    private readonly BenchOptions _options;
    private readonly TileCostMeter _tiles;
    private readonly ProgramFinder _finder = ProgramFinder.OfEnvironment();
    private readonly ImmutableArray<Codec> _present;

    /// <summary>Prepares a run.</summary>
    /// <param name="context">What every command works with.</param>
    /// <param name="options">What to measure.</param>
    /// <param name="models">The models, to find out where pictures have their bits.</param>
    public Benchmark(ToolContext context, BenchOptions options, ModelRegistry models)
    {
        _context = context;
        _options = options;
        _tiles = new(models);
        _present = [.. options.Tessera, .. options.Rivals.Where(r => MissingOf(r) is null)];
    }

    /// <summary>Measures all pictures.</summary>
    /// <param name="inputs">Their files.</param>
    /// <param name="progress">Told after each codec on each picture.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public async Task<BenchResult> RunAsync(IReadOnlyList<BenchInput> inputs, IProgress<CodingProgress> progress, CancellationToken cancellationToken)
    {
        DateTime created = DateTime.UtcNow;
        var machine = MachineReport.OfThis();
        using var folder = new TemporaryFolder();
        ImmutableArray<CodecReport> codecs = await new CodecSurvey(_context, _finder, folder.Path).DescribeAsync(_options, _present, MissingOf, cancellationToken);
        var trial = new CodecTrial(_finder, folder.Path, _options.Repeats);
        var pictures = new List<PictureReport>();
        var thumbnails = new List<ReadOnlyMemory<byte>>();
        var unreadable = new List<(string, Failure)>();
        for (int i = 0; i < inputs.Count; i++)
        {
            Picture picture;
            try
            {
                picture = await Picture.ConvertAsync(inputs[i].Path, inputs[i].Name, _context.Formats, folder.Path, Enum.GetValues<Interchange>(), cancellationToken);
                thumbnails.Add(await Thumbnail.MakeAsync(picture, _context.Formats, cancellationToken));
            }
            catch (Exception e) when (e is not OperationCanceledException && Failure.Of(e) is { ExitCode: not ExitCode.Internal } failure)
            {
                unreadable.Add((inputs[i].Path, failure));
                continue;
            }

            var results = new List<Measurement>();
            foreach (Codec codec in _present)
            {
                results.Add(await trial.RunAsync(codec, picture, cancellationToken));
                progress.Report(new((i * _present.Length) + results.Count, (long)inputs.Count * _present.Length));
            }

            pictures.Add(Describe(picture, [.. results], await _tiles.MeasureAsync(picture, cancellationToken)));
        }

        var totals = CodecTotals.Sum(_present.Select(c => c.Name), pictures);
        string version = typeof(Benchmark).Assembly.GetName().Version!.ToString(3);
        return new(
            new(BenchReport.CurrentVersion, version, created, _options.Repeats, machine, codecs, totals, [.. pictures]), [.. thumbnails], [.. unreadable]);
    }

    private static PictureReport Describe(Picture picture, ImmutableArray<Measurement> results, TileCosts? tiles)
    {
        SampleFormat format = picture.Info.Format;
        return new(
            picture.Name, picture.Info.Width, picture.Info.Height, format.Channels, format.BitDepth, format.Alpha != AlphaKind.None, results, tiles);
    }

    private string? MissingOf(Codec codec)
    {
        string[] missing = [.. codec.Programs.Distinct().Where(p => _finder.Find(p) is null)];
        return missing.Length == 0 ? null : string.Join(", ", missing);
    }
}
