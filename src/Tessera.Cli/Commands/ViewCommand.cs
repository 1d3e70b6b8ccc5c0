using System.Collections.Immutable;
using System.CommandLine;
using Tessera.Cli.Files;
using Tessera.Cli.Help;
using Tessera.Cli.Viewing;

namespace Tessera.Cli.Commands;

/// <summary><c>tessera view</c>: looks at Tessera files in a browser.</summary>
internal sealed class ViewCommand
{
    /// <summary>Each file stays open.</summary>
    private const int MaxFiles = 500;

    private const int MaxMegabytes = 1 << 20;
    private const int Megabyte = 1 << 20;

    private readonly ToolContext _context;
    private readonly ModelRegistry _models;
    private readonly ViewerResources _resources;
    private readonly int _port;
    private readonly int _frame;
    private readonly bool _opensBrowser;

    private ViewCommand(ToolContext context, ModelRegistry models, ViewerResources resources, int port, int frame, bool opensBrowser)
    {
        _context = context;
        _models = models;
        _resources = resources;
        _port = port;
        _frame = frame;
        _opensBrowser = opensBrowser;
    }

    /// <summary>Makes the command.</summary>
    public static Command Create(ToolContext context)
    {
        Argument<string[]> paths = SharedOptions.Paths("Tessera files, or folders of them.");
        Option<int> port = new("--port") { Description = "The port to listen on; 0 is one that is free.", HelpName = "n" };
        port.Require(n => n is >= 0 and <= ushort.MaxValue, "0 to 65535");
        Option<bool> noBrowser = new("--no-browser") { Description = "Do not open the browser; the address is written in any case." };
        Option<int> frame = new("--frame") { Description = "The frame to look at, from 0.", HelpName = "n" };
        frame.Require(n => n >= 0, "0 or more");
        Option<int> cache = new("--cache")
        {
            Description = "Megabytes of decoded pixels to keep.",
            HelpName = "n",
            DefaultValueFactory = _ => (int)(ViewerResources.DefaultCacheBytes / Megabyte),
        };
        cache.Require(n => n is >= 1 and <= MaxMegabytes, $"1 to {MaxMegabytes}");
        Option<int> threads = SharedOptions.Threads();
        Option<string?> engine = SharedOptions.Engine(context);
        Option<string[]> plugins = SharedOptions.Plugins();
        var command = new DocumentedCommand("view", "Look at Tessera files in a browser on this machine, of any size.")
        {
            paths,
            new OptionGroup("What to show", frame),
            new OptionGroup("Server", port, noBrowser),
            new OptionGroup("Work", cache, threads, engine, plugins),
            new Example("tessera view photos", "Look at all Tessera files of a folder."),
            new Example("tessera view --no-browser --port 8080 map.tsra", "Serve a file, for a browser that is opened by hand."),
        };
        command.SetAction((arguments, cancellationToken) =>
        {
            var resources = new ViewerResources((long)arguments.GetValue(cache) * Megabyte, ViewerResources.DefaultOverviewBytes, arguments.GetValue(threads));
            ModelRegistry models = context.CreateRegistry(arguments.GetRequiredValue(plugins), arguments.GetValue(engine));
            var view = new ViewCommand(context, models, resources, arguments.GetValue(port), arguments.GetValue(frame), !arguments.GetValue(noBrowser));
            return view.RunAsync(arguments.GetRequiredValue(paths), cancellationToken);
        });
        return command;
    }

    private async Task<int> RunAsync(string[] paths, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> files = InputFiles.Expand(paths, [FormatCatalog.TesseraExtension]);
        if (files.Contains(StandardStream.Name))
            throw ToolException.Usage("view reads files at many places, which standard input does not allow.");
        if (files.Count > MaxFiles)
            throw ToolException.Usage($"{files.Count} files are too many to look at; name {MaxFiles} or fewer.");

        var images = new List<ViewedImage>();
        try
        {
            foreach (string file in files)
                images.Add(await OpenAsync(file, images.Count, files.Count, cancellationToken));
            using var server = ViewServer.Start(_port, [.. images]);
            await _context.Terminal.Output.WriteLineAsync($"{(files.Count == 1 ? files[0] : $"{files.Count} files")}: {server.Address} (Ctrl+C ends)");
            await _context.Terminal.Output.FlushAsync(cancellationToken);
            if (_opensBrowser && !Browser.TryOpen(server.Address))
                await _context.Terminal.Error.WriteLineAsync("tessera: No browser could be opened; open the address in one.");
            await server.RunAsync(cancellationToken);
        }
        finally
        {
            foreach (ViewedImage image in images)
                await image.DisposeAsync();
        }

        return ExitCode.Success;
    }

    private async Task<ViewedImage> OpenAsync(string file, int number, int count, CancellationToken cancellationToken)
    {
        try
        {
            return await ViewedImage.OpenAsync(file, number, _frame, _models, _resources.OverviewBytes / count, _resources, _context.Terminal, cancellationToken);
        }
        catch (Exception e)
        {
            // The one line that the program ends with has to say which file it was.
            var failure = Failure.Of(e);
            string advice = e is TesseraFormatException ? " Where a file is damaged, tessera repair makes one of it that can be viewed." : "";
            throw new ToolException(failure.ExitCode, $"{file}: {failure.Message}{advice}", e);
        }
    }
}
