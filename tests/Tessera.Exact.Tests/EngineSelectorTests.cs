using System.Collections.Immutable;
using Tessera.Exact.Managed;

namespace Tessera.Exact.Tests;

/// <summary>Engines are chosen by name, made when they are needed, and replaced by the managed one where they are not there.</summary>
public class EngineSelectorTests
{
    [Theory]
    [InlineData("auto", "auto", null)]
    [InlineData("cuda", "cuda", null)]
    [InlineData("torch-cpu", "torch-cpu", null)]
    [InlineData("cuda:0", "cuda", 0)]
    [InlineData("cuda:1023", "cuda", 1023)]
    public void A_choice_is_a_name_and_perhaps_a_device(string text, string name, int? device)
    {
        var choice = EngineChoice.Parse(text);
        Assert.Equal(new(name, device), choice);
        Assert.Equal(text, choice.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData(":0")]
    [InlineData("CUDA")]
    [InlineData("cuda 0")]
    [InlineData("cuda:")]
    [InlineData("cuda:-1")]
    [InlineData("cuda: 1")]
    [InlineData("cuda:1024")]
    [InlineData("cuda:0:1")]
    [InlineData("cuda:99999999999")]
    public void Anything_else_is_refused(string text) => Assert.Throws<ArgumentException>(() => EngineChoice.Parse(text));

    [Fact]
    public void An_engine_is_made_once_and_not_before_a_graph_is_prepared()
    {
        var provider = new Provider("one", EngineAvailability.Available);
        List<EngineSelection> said = [];
        using SelectedEngine engine = new EngineSelector(provider).Select(new("one", 3), said.Add);
        Assert.Empty(provider.Asked);
        Graph graph = Identity();
        for (int i = 0; i < 3; i++)
            engine.Prepare(BoundGraph.Bind(graph, TensorFile.Read(new Support.TensorFileWriter().ToArray()))).Dispose();
        Assert.Equal([new("one", 3)], provider.Asked);
        Assert.Equal((EngineAvailability.Available, "one is Available"), (Assert.Single(said).Availability, said[0].Reason));
        Assert.Equal("engine one", engine.Name);
    }

    [Fact]
    public void An_engine_is_disposed_of_with_its_selection_if_it_was_made()
    {
        var provider = new Provider("one", EngineAvailability.Available);
        var selector = new EngineSelector(provider);
        selector.Select(new("one")).Dispose();
        Assert.Empty(provider.Asked);
        SelectedEngine engine = selector.Select(new("one"));
        var made = Assert.IsType<Machine>(engine.Selection.Engine);
        engine.Dispose();
        Assert.True(made.IsDisposed);
    }

    [Fact]
    public void Automatically_the_first_that_is_there_is_taken()
    {
        Assert.Equal("engine two", Automatic(new("one", EngineAvailability.Absent), new("two", EngineAvailability.Available), new("three", EngineAvailability.Available)).Engine.Name);
        EngineSelection none = Automatic(new("one", EngineAvailability.Absent), new("two", EngineAvailability.Absent));
        Assert.Equal(("managed", EngineAvailability.Absent), (none.Engine.Name, none.Availability));
        Assert.Equal(EngineAvailability.Absent, Automatic().Availability);
    }

    [Fact]
    public void Of_what_is_not_there_and_what_is_wrong_the_latter_is_told()
    {
        foreach (Provider[] providers in (Provider[][])
        [
            [new("one", EngineAvailability.Faulty), new("two", EngineAvailability.Absent)],
            [new("one", EngineAvailability.Absent), new("two", EngineAvailability.Faulty)],
        ])
        {
            EngineSelection selection = Automatic(providers);
            Assert.Equal(("managed", EngineAvailability.Faulty), (selection.Engine.Name, selection.Availability));
            Assert.EndsWith("is Faulty", selection.Reason, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Engines_that_are_only_for_those_who_ask_are_not_taken_automatically()
    {
        var provider = new Provider("one", EngineAvailability.Available) { IsAutomatic = false };
        Assert.Equal("managed", Automatic(provider).Engine.Name);
        Assert.Empty(provider.Asked);
    }

    [Fact]
    public void What_there_is_not_is_refused_at_once_with_what_there_is()
    {
        var selector = new EngineSelector(new Provider("one", EngineAvailability.Absent));
        Assert.Equal("auto, managed, one", string.Join(", ", selector.Names));
        Assert.Contains("auto, managed, one", Assert.Throws<ArgumentException>(() => selector.Select(new("two"))).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => selector.Select(new("auto", 0)));
        Assert.Throws<ArgumentException>(() => selector.Select(new("managed", 0)));
        using SelectedEngine managed = selector.Select(EngineChoice.Managed);
        Assert.IsType<ManagedEngine>(managed.Selection.Engine);
    }

    private static EngineSelection Automatic(params Provider[] providers)
    {
        using SelectedEngine engine = new EngineSelector(providers).Select(EngineChoice.Automatic);
        return engine.Selection;
    }

    private static Graph Identity()
    {
        var builder = new GraphBuilder();
        builder.Output("output", builder.Clamp(builder.Input("input", 1, ValueRange.Full), ValueRange.Full));
        return builder.Build();
    }

    private sealed class Provider(string name, EngineAvailability availability) : IEngineProvider
    {
        public List<EngineChoice> Asked { get; } = [];

        public ImmutableArray<string> Names => [name];

        public bool IsAutomatic { get; init; } = true;

        public string? AutomaticName => IsAutomatic ? name : null;

        public EngineAvailability TryCreate(EngineChoice choice, out IEngine? engine, out string reason)
        {
            Asked.Add(choice);
            engine = availability == EngineAvailability.Available ? new Machine($"engine {name}") : null;
            reason = $"{name} is {availability}";
            return availability;
        }
    }

    private sealed class Machine(string name) : IEngine, IDisposable
    {
        public bool IsDisposed { get; private set; }

        public string Name => name;

        public IGraphExecutor Prepare(BoundGraph graph) => new ManagedEngine().Prepare(graph);

        public void Dispose() => IsDisposed = true;
    }
}
