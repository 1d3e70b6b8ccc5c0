using System.Collections.Immutable;
using Tessera.Cli.Files;
using Tessera.Cli.Tests.Support;
using Tessera.Exact;
using Tessera.Exact.Managed;

namespace Tessera.Cli.Tests;

/// <summary>The option <c>--engine</c>: what it takes, and what the program says of it.</summary>
public sealed class EngineTests : CliTest
{
    [Theory]
    [InlineData("steam", "There is no engine \"steam\"; this program has auto, managed, cuda.")]
    [InlineData("managed:1", "The engine \"managed\" has no devices to choose from.")]
    [InlineData("cuda:x", "The device of \"cuda:x\" is 0 to 1023.")]
    [InlineData("Cuda", "\"Cuda\" is no engine")]
    public async Task An_engine_that_there_cannot_be_is_an_error_of_the_command_line(string engine, string message)
    {
        Engines = new(new Provider(EngineAvailability.Absent));
        CliResult result = await RunAsync("encode", "--engine", engine, WritePng("photo.png"));
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(At("photo.tsra")));
    }

    [Fact]
    public async Task Nothing_is_said_of_an_engine_that_no_model_needs()
    {
        Engines = new(new Provider(EngineAvailability.Faulty));
        CliResult result = await RunAsync("encode", "--engine", "cuda", WritePng("photo.png"));
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
    }

    [Theory]
    [InlineData(null, EngineAvailability.Available, "tessera: Networks run on a machine of the test.")]
    [InlineData("auto", EngineAvailability.Available, "tessera: Networks run on a machine of the test.")]
    [InlineData("cuda", EngineAvailability.Available, "tessera: Networks run on a machine of the test.")]
    [InlineData(null, EngineAvailability.Absent, "")]
    [InlineData("auto", EngineAvailability.Absent, "tessera: Networks run on this machine's processors, since it is gone.")]
    [InlineData("cuda", EngineAvailability.Absent, "tessera: Networks run on this machine's processors, since it is gone.")]
    [InlineData(null, EngineAvailability.Faulty, "tessera: Networks run on this machine's processors, since it is gone.")]
    [InlineData("cuda", EngineAvailability.Faulty, "tessera: Networks run on this machine's processors, since it is gone.")]
    [InlineData("managed", EngineAvailability.Faulty, "")]
    public void The_first_network_has_the_program_say_once_what_it_runs_on(string? engine, EngineAvailability availability, string expected)
    {
        using var error = new StringWriter();
        var terminal = new Terminal(() => Stream.Null, () => Stream.Null, TextWriter.Null, error, isOutputTerminal: false, isErrorTerminal: false);
        var plugin = new NetworkPlugin();
        var context = new ToolContext(terminal, new FormatCatalog([]), plugins => plugins.Add(plugin), new(new Provider(availability)));
        context.CreateRegistry([], engine);
        Assert.Equal("", error.ToString());
        string name = plugin.Engine!.Name;
        Assert.Equal(expected, error.ToString().TrimEnd());
        Assert.Equal(expected.EndsWith("test.", StringComparison.Ordinal) ? "cuda:0" : "managed", name);
        Assert.Equal(name, plugin.Engine.Name);
        Assert.Equal(expected, error.ToString().TrimEnd());
    }

    private sealed class NetworkPlugin : INetworkPlugin
    {
        public IEngine? Engine { get; private set; }

        public IEnumerable<TileModel> CreateModels() => [];

        public IEnumerable<TileModel> CreateModels(IEngine engine)
        {
            Engine = engine;
            return [];
        }
    }

    private sealed class Provider(EngineAvailability availability) : IEngineProvider
    {
        public ImmutableArray<string> Names => ["cuda"];

        public string? AutomaticName => "cuda";

        public EngineAvailability TryCreate(EngineChoice choice, out IEngine? engine, out string reason)
        {
            Assert.Equal(new("cuda"), choice);
            bool isThere = availability == EngineAvailability.Available;
            engine = isThere ? new Machine() : null;
            reason = isThere ? "a machine of the test" : "it is gone";
            return availability;
        }
    }

    private sealed class Machine : IEngine
    {
        public string Name => "cuda:0";

        public IGraphExecutor Prepare(BoundGraph graph) => new ManagedEngine().Prepare(graph);
    }
}
