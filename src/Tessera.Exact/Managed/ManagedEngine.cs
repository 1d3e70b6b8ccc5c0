namespace Tessera.Exact.Managed;

/// <summary>The engine that is always there: it runs graphs on this machine's processors, with vectors where they have them.</summary>
public sealed class ManagedEngine : IEngine
{
    private readonly int _threads;
    private readonly Func<int, ConvolutionKernel> _kernelFor;

    /// <summary>Creates an engine.</summary>
    /// <param name="maxDegreeOfParallelism">How many threads each executor uses; 0 for as many as there are processors.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative.</exception>
    public ManagedEngine(int maxDegreeOfParallelism = 1)
        : this(maxDegreeOfParallelism, ConvolutionKernel.For)
    {
    }

    internal ManagedEngine(int maxDegreeOfParallelism, Func<int, ConvolutionKernel> kernelFor)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxDegreeOfParallelism);
        _threads = maxDegreeOfParallelism == 0 ? Environment.ProcessorCount : maxDegreeOfParallelism;
        _kernelFor = kernelFor;
    }

    /// <inheritdoc/>
    public string Name => "managed";

    /// <inheritdoc/>
    public IGraphExecutor Prepare(BoundGraph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        return new ManagedExecutor(graph, _threads, _kernelFor);
    }
}
