using System.CommandLine;
using Tessera.Cli.Display;
using Tessera.Cli.Files;

namespace Tessera.Cli.Commands;

/// <summary><c>tessera verify</c>: whether Tessera files are whole, and hold what they should.</summary>
internal sealed class VerifyCommand
{
    private readonly ToolContext _context;
    private readonly TesseraDecoder _decoder;
    private readonly string? _original;

    private VerifyCommand(ToolContext context, TesseraDecoder decoder, string? original)
    {
        _context = context;
        _decoder = decoder;
        _original = original;
    }

    /// <summary>Makes the command.</summary>
    public static Command Create(ToolContext context)
    {
        Argument<string[]> paths = SharedOptions.Paths("Tessera files, folders of them, or - for standard input.");
        Option<string?> against = new("--against") { Description = "An image that the file must equal in every pixel.", HelpName = "image" };
        Option<int> threads = SharedOptions.Threads();
        Option<string?> engine = SharedOptions.Engine(context);
        Option<string[]> plugins = SharedOptions.Plugins();
        var command = new Command("verify", "Decode Tessera files, check every checksum, and write nothing.") { paths, against, threads, engine, plugins };
        command.SetAction((arguments, cancellationToken) =>
        {
            var decoder = new TesseraDecoder(new()
            {
                Registry = context.CreateRegistry(arguments.GetRequiredValue(plugins), arguments.GetValue(engine)),
                MaxDegreeOfParallelism = arguments.GetValue(threads),
            });
            var run = new VerifyCommand(context, decoder, arguments.GetValue(against));
            return run.RunAsync(arguments.GetRequiredValue(paths), cancellationToken);
        });
        return command;
    }

    private Task<int> RunAsync(string[] paths, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> files = InputFiles.Expand(paths, [FormatCatalog.TesseraExtension]);
        if (_original is not null && files.Count > 1)
            throw ToolException.Usage("--against compares one file with one image.");
        if (_original == StandardStream.Name && files[0] == StandardStream.Name)
            throw ToolException.Usage("Standard input cannot be both the file and the image to compare it with.");
        return new JobRunner(_context.Terminal).RunAsync(
            files,
            StandardStream.DescribeInput,
            VerifyAsync,
            (file, result) => _context.Terminal.ShowResult(true, StandardStream.DescribeInput(file), result),
            cancellationToken);
    }

    private async Task<string> VerifyAsync(string path, IProgress<CodingProgress> progress, CancellationToken cancellationToken)
    {
        await using Stream input = InputFiles.Open(path, _context.Terminal);
        if (_original is null)
        {
            DecodeSummary summary = await _decoder.VerifyAsync(input, progress, cancellationToken);
            return $"whole; {SizeText.Pixels(summary.Info)}, {summary.SegmentCount} segment(s)";
        }

        await using Stream original = InputFiles.Open(_original, _context.Terminal);
        await using IRasterSource expected = await _context.Formats.OpenAsync(original, RasterLimits.Default, cancellationToken);
        await using var comparison = new ComparingSink(expected);
        await _decoder.DecodeAsync(input, comparison, progress, cancellationToken);
        return $"whole; all pixels are those of {StandardStream.DescribeInput(_original)}";
    }
}
