using System.Collections.Immutable;
using Tessera.Exact.Managed;

namespace Tessera.Exact;

/// <summary>Which engine was taken.</summary>
/// <param name="Engine">The engine.</param>
/// <param name="Reason">In one line, what it runs on, or why it is not the one that was asked for.</param>
/// <param name="Availability">Whether the engine that was asked for, or any but the managed one, is there. If it is not, <paramref name="Engine"/> is the managed one.</param>
public sealed record EngineSelection(IEngine Engine, string Reason, EngineAvailability Availability);

/// <summary>
/// Chooses engines by name. Which of them runs a graph makes no difference to the result, so that the managed engine can stand in for each that a
/// machine has not got.
/// </summary>
public sealed class EngineSelector
{
    private readonly ImmutableArray<IEngineProvider> _providers;

    /// <summary>Creates a selector.</summary>
    /// <param name="providers">What makes engines besides the managed one, in the order of preference.</param>
    public EngineSelector(params IEnumerable<IEngineProvider> providers) => _providers = [.. providers];

    /// <summary>The names that can be chosen.</summary>
    public ImmutableArray<string> Names =>
        [EngineChoice.Automatic.Name, EngineChoice.Managed.Name, .. _providers.SelectMany(provider => provider.Names)];

    /// <summary>Chooses an engine. It is made when the first graph is prepared, so that a program that runs none loads nothing.</summary>
    /// <param name="choice">Which one.</param>
    /// <param name="report">Told once which engine was taken, when it is.</param>
    /// <returns>The engine. It stands for the managed one where the one that was asked for is not there.</returns>
    /// <exception cref="ArgumentException">There is no engine of that name, or it has no devices; the message says which there are.</exception>
    public SelectedEngine Select(EngineChoice choice, Action<EngineSelection>? report = null)
    {
        ArgumentNullException.ThrowIfNull(choice);
        if (!Names.Contains(choice.Name))
            throw new ArgumentException($"There is no engine \"{choice.Name}\"; this program has {string.Join(", ", Names)}.");
        if (choice.Device is not null && (choice.Name == EngineChoice.Automatic.Name || choice.Name == EngineChoice.Managed.Name))
            throw new ArgumentException($"The engine \"{choice.Name}\" has no devices to choose from.");
        return new(() =>
        {
            EngineSelection selection = Create(choice);
            report?.Invoke(selection);
            return selection;
        });
    }

    private EngineSelection Create(EngineChoice choice)
    {
        if (choice.Name == EngineChoice.Managed.Name)
            return new(new ManagedEngine(), "this machine's processors", EngineAvailability.Available);
        (IEngineProvider Provider, EngineChoice Choice)[] candidates = choice.Name == EngineChoice.Automatic.Name
            ? [.. _providers.Where(provider => provider.AutomaticName is not null).Select(provider => (provider, new EngineChoice(provider.AutomaticName!)))]
            : [(_providers.First(provider => provider.Names.Contains(choice.Name)), choice)];
        string reason = "no other engine is installed";
        EngineAvailability availability = EngineAvailability.Absent;
        foreach ((IEngineProvider provider, EngineChoice candidate) in candidates)
        {
            EngineAvailability found = provider.TryCreate(candidate, out IEngine? engine, out string why);
            if (found == EngineAvailability.Available)
                return new(engine!, why, found);

            // What is there and wrong is worth more of a warning than what is not there.
            if (availability != EngineAvailability.Faulty)
                (availability, reason) = (found, why);
        }

        return new(new ManagedEngine(), reason, availability);
    }
}

/// <summary>An engine that is made when it is first needed.</summary>
public sealed class SelectedEngine : IEngine, IDisposable
{
    private readonly Lazy<EngineSelection> _selection;

    internal SelectedEngine(Func<EngineSelection> create) => _selection = new(create);

    /// <summary>Which engine it is. Asking makes it.</summary>
    public EngineSelection Selection => _selection.Value;

    /// <inheritdoc/>
    public string Name => Selection.Engine.Name;

    /// <inheritdoc/>
    public IGraphExecutor Prepare(BoundGraph graph) => Selection.Engine.Prepare(graph);

    /// <summary>Gives back what the engine holds, if it was made.</summary>
    public void Dispose()
    {
        if (_selection.IsValueCreated)
            (Selection.Engine as IDisposable)?.Dispose();
    }
}
