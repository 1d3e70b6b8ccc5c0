using System.CommandLine;
using Tessera.Cli.Display;
using Tessera.Cli.Files;
using Tessera.Cli.Help;

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
        Argument<string[]> paths = new("path")
        {
            Description = "Tessera files, folders of them, or - for standard input. With --manifest, images, or folders of them, that it must list.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        Option<string?> against = new("--against") { Description = "An image that the file must equal in every pixel.", HelpName = "image" };
        Option<string?> manifest = ManifestOptions.Manifest("Check all files that this manifest, or those of its shards, list: checksums and pixels.");
        Option<int> threads = SharedOptions.Threads();
        Option<string?> engine = SharedOptions.Engine(context);
        Option<string[]> plugins = SharedOptions.Plugins();
        var command = new DocumentedCommand("verify", "Decode Tessera files, check every checksum, and write nothing.")
        {
            paths,
            new OptionGroup("What to compare with", against, manifest),
            new OptionGroup("Work", threads, engine, plugins),
            new Example("tessera verify coded", "Check all files in a folder."),
            new Example("tessera verify photo.tsra --against photo.png", "Check that no pixel differs from the original's."),
        };
        command.SetAction((arguments, cancellationToken) =>
        {
            var decoder = new TesseraDecoder(new()
            {
                Registry = context.CreateRegistry(arguments.GetRequiredValue(plugins), arguments.GetValue(engine)),
                MaxDegreeOfParallelism = arguments.GetValue(threads),
            });
            string[] files = arguments.GetValue(paths) ?? [];
            string? original = arguments.GetValue(against);
            if (arguments.GetValue(manifest) is { } list)
            {
                return original is null
                    ? ManifestVerification.RunAsync(context, decoder, list, InputFiles.Expand(files, context.Formats.Extensions), cancellationToken)
                    : throw ToolException.Usage("--against and --manifest exclude each other: a manifest names the images.");
            }

            return files.Length > 0
                ? new VerifyCommand(context, decoder, original).RunAsync(files, cancellationToken)
                : throw ToolException.Usage("Name the files to verify, or a --manifest.");
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
            string lost = DamageText.DescribeLost(summary);
            return $"whole; {SizeText.Pixels(summary.Info)}, {summary.SegmentCount} segment(s)" + (lost.Length > 0 ? "; " + lost : "");
        }

        await using Stream original = InputFiles.Open(_original, _context.Terminal);
        await using IRasterSource expected = await _context.Formats.OpenAsync(original, RasterLimits.Default, cancellationToken);
        await using var comparison = new ComparingSink(expected);
        await _decoder.DecodeAsync(input, comparison, progress, cancellationToken);
        return $"whole; all pixels are those of {StandardStream.DescribeInput(_original)}";
    }
}
