using System.Collections.Immutable;
using Tessera.Exact;

namespace Tessera.TorchSharp;

/// <summary>Some tiles of a run that someone waits for.</summary>
/// <param name="Run">The run.</param>
/// <param name="First">The first tile.</param>
/// <param name="Count">Tiles.</param>
internal readonly record struct TileRange(TileRunRequest Run, int First, int Count);

/// <summary>Tiles of one size, of one run or of several of the same graph.</summary>
internal sealed class TileBatch
{
    public TileBatch(ImmutableArray<TileRange> ranges)
    {
        Ranges = ranges;
        Tiles = ranges.Sum(range => range.Count);
        Size = ranges[0].Run.Size with { Tiles = Tiles };
    }

    public ImmutableArray<TileRange> Ranges { get; }

    public int Tiles { get; }

    /// <summary>The size of all of it.</summary>
    public RunSize Size { get; }

    /// <summary>The first tiles, and the others.</summary>
    /// <param name="count">How many are the first: at least 1, and fewer than there are.</param>
    public (TileBatch Head, TileBatch Tail) Split(int count)
    {
        var first = ImmutableArray.CreateBuilder<TileRange>();
        var rest = ImmutableArray.CreateBuilder<TileRange>();
        foreach (TileRange range in Ranges)
        {
            int taken = Math.Min(range.Count, count);
            count -= taken;
            if (taken > 0)
                first.Add(range with { Count = taken });
            if (taken < range.Count)
                rest.Add(range with { First = range.First + taken, Count = range.Count - taken });
        }

        return (new(first.DrainToImmutable()), new(rest.DrainToImmutable()));
    }

    /// <summary>Copies an input of all tiles, one after the other.</summary>
    public void CopyInput(int number, Span<short> target)
    {
        foreach (TileRange range in Ranges)
        {
            ReadOnlySpan<short> elements = Elements(range.Run.Inputs[number], range);
            elements.CopyTo(target);
            target = target[elements.Length..];
        }
    }

    /// <summary>Hands out an output of all tiles.</summary>
    public void CopyOutput(int number, ReadOnlySpan<short> source)
    {
        foreach (TileRange range in Ranges)
        {
            Span<short> elements = Elements(range.Run.Outputs[number], range);
            source[..elements.Length].CopyTo(elements);
            source = source[elements.Length..];
        }
    }

    private static Span<short> Elements(ExactTensor tensor, TileRange range)
    {
        int length = tensor.Height * tensor.Width * tensor.Channels;
        return tensor.Values.Slice(range.First * length, range.Count * length);
    }
}

/// <summary>A run of a graph that someone waits for.</summary>
/// <param name="graph">The graph.</param>
/// <param name="inputs">Its inputs, which fit.</param>
/// <param name="outputs">What takes its outputs.</param>
/// <param name="size">How many tiles of what size.</param>
internal sealed class TileRunRequest(SharedGraph? graph, ExactTensor[] inputs, ExactTensor[] outputs, RunSize size)
{
    public SharedGraph? Graph => graph;

    public ExactTensor[] Inputs => inputs;

    public ExactTensor[] Outputs => outputs;

    public RunSize Size => size;

    /// <summary>When it was handed in.</summary>
    public long Timestamp { get; set; }

    /// <summary>How many of its tiles belong to a batch.</summary>
    public int Taken { get; set; }

    /// <summary>How many of its tiles are done.</summary>
    public int Done { get; set; }

    /// <summary>What went wrong with one of them.</summary>
    public Exception? Failure { get; set; }

    public bool IsComplete => Done == size.Tiles;
}
