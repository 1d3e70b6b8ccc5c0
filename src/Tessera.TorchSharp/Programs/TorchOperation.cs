using Tessera.Exact;
using static TorchSharp.torch;

namespace Tessera.TorchSharp;

/// <summary>An operation of a graph on tensors of 32-bit integers with the extents tiles, rows, columns, channels.</summary>
internal abstract class TorchOperation : IDisposable
{
    private readonly List<IDisposable> _parameters = [];

    /// <summary>Computes the result, a tensor of its own. What else is made belongs to the scope at hand.</summary>
    /// <param name="inputs">The inputs, which stay as they are.</param>
    /// <param name="size">The size of the run.</param>
    public abstract Tensor Run(ReadOnlySpan<Tensor> inputs, RunSize size);

    public void Dispose()
    {
        foreach (IDisposable parameter in _parameters)
            parameter.Dispose();
    }

    /// <summary>Keeps something as long as the operation.</summary>
    protected T Keep<T>(T parameter)
        where T : IDisposable
    {
        _parameters.Add(parameter);
        return parameter;
    }
}
