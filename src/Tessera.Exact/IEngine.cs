namespace Tessera.Exact;

/// <summary>
/// Runs graphs. Every engine gives the same integers for the same graph and inputs, with any number of tiles and of threads; that is what
/// <c>spec/arithmetic.md</c> defines.
/// </summary>
public interface IEngine
{
    /// <summary>The name for messages, such as "managed".</summary>
    string Name { get; }

    /// <summary>Prepares a graph to run: lays out its weights and memory.</summary>
    /// <param name="graph">The graph.</param>
    /// <returns>What runs it; the caller's to dispose of.</returns>
    IGraphExecutor Prepare(BoundGraph graph);
}

/// <summary>A graph that is prepared to run. Not for several threads at once: each prepares its own.</summary>
public interface IGraphExecutor : IDisposable
{
    /// <summary>Runs the graph on some tiles.</summary>
    /// <param name="inputs">
    /// As many as the graph has, in its order, of its channels; sides of the tile's, each halved as often as the input says. The graph's
    /// <see cref="Graph.Divisor"/> divides the tile's sides.
    /// </param>
    /// <param name="outputs">As many as the graph has, in its order and of its shapes. Their elements are overwritten.</param>
    /// <exception cref="ArgumentException">A shape does not fit, or an element of an input is out of its range.</exception>
    void Run(ReadOnlySpan<ExactTensor> inputs, ReadOnlySpan<ExactTensor> outputs);
}
