using System.CommandLine;
using Tessera.Cli.Commands;
using Tessera.Cli.Help;

namespace Tessera.Cli;

/// <summary>The program: its commands, and how they end.</summary>
internal sealed class TesseraTool
{
    private readonly ToolContext _context;
    private readonly RootCommand _root;

    public TesseraTool(ToolContext context)
    {
        _context = context;
        _root = new("Tessera, a lossless image codec.")
        {
            EncodeCommand.Create(context),
            DecodeCommand.Create(context),
            ConvertCommand.Create(context),
            InfoCommand.Create(context),
            VerifyCommand.Create(context),
            RepairCommand.Create(context),
            BenchCommand.Create(context),
            ViewCommand.Create(context),
            ModelsCommand.Create(context),
            CompletionCommand.Create(context),
            ManualCommand.Create(context),
        };
        _root.HelpName = "tessera";
        StandardOptions.Replace(_root, context.Terminal);
    }

    /// <summary>The definitions of all commands.</summary>
    internal RootCommand Root => _root;

    /// <summary>Runs a command line.</summary>
    /// <param name="arguments">The arguments.</param>
    /// <param name="cancellationToken">Ends the work, as Ctrl+C does.</param>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public async Task<int> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken = default)
    {
        // A name that begins with '@' is a file's name here, not a list of arguments.
        ParseResult parsed = _root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0)
        {
            foreach (string message in parsed.Errors.Select(e => e.Message).Distinct())
                await Report(new(ExitCode.Usage, message));
            await _context.Terminal.Error.WriteLineAsync("tessera: See tessera --help, or tessera COMMAND --help.");
            return ExitCode.Usage;
        }

        var configuration = new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false,
            Output = _context.Terminal.Output,
            Error = _context.Terminal.Error,
            ProcessTerminationTimeout = TimeSpan.FromSeconds(30),
        };
        try
        {
            return await parsed.InvokeAsync(configuration, cancellationToken);
        }
        catch (Exception e)
        {
            var failure = Failure.Of(e);
            await Report(failure);
            return failure.ExitCode;
        }
    }

    private Task Report(Failure failure) => _context.Terminal.Error.WriteLineAsync(failure.ToLine(null));
}
