using FsCheck;
using FsCheck.Fluent;
using Tessera.Exact;
using Tessera.Exact.Managed;
using Tessera.Exact.Tests.Support;
using Tessera.TorchSharp.Tests.Support;

namespace Tessera.TorchSharp.Tests;

/// <summary>libtorch gives the integers that the specification says.</summary>
public sealed class EngineTests : IDisposable
{
    private readonly TorchEngine? _engine = LibTorchFactAttribute.Reason is null ? Engines.Torch() : null;

    private TorchEngine Engine => _engine!;

    public void Dispose() => _engine?.Dispose();

    [LibTorchTheory]
    [MemberData(nameof(SpecificationVectors.Names), MemberType = typeof(SpecificationVectors))]
    public void The_vectors_of_the_specification_hold(string name)
    {
        VectorCase vectors = SpecificationVectors.Get(name);
        GraphValue value = vectors.Graph.Graph.Outputs[0].Value;
        (int height, int width) = value.Sides(vectors.Input.Height, vectors.Input.Width);
        var output = new ExactTensor(1, height, width, value.Channels);
        using IGraphExecutor executor = Engine.Prepare(vectors.Graph);
        executor.Run([vectors.Input], [output]);
        Assert.Equal(vectors.Expected, output.Values.ToArray());
    }

    [LibTorchTheory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(64)]
    public void Any_graph_gives_what_the_managed_engine_gives(int tiles) =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), seed =>
        {
            var random = new Random(seed);
            var graph = new RandomGraph(seed, 1 + random.Next(12));
            Compare(graph, tiles, 4 * (1 + random.Next(tiles > 7 ? 2 : 4)), 4 * (1 + random.Next(tiles > 7 ? 2 : 5)));
        }).QuickCheckThrowOnFailure();

    [LibTorchFact]
    public void Sums_beyond_24_bits_are_exact()
    {
        // All products have one sign: their sum comes to 31 bits.
        var builder = new GraphBuilder();
        GraphValue input = builder.Input("input", 911, ValueRange.Activation);
        builder.Output("output", builder.Convolution(input, "layer", 3, 3, ValueRange.Full, Padding.Replicate));
        var random = new Random(4);
        var bound = BoundGraph.Bind(builder.Build(), TensorFile.Read(new TensorFileWriter()
            .Add("layer.weight", TensorType.I8, [3, 3, 3, 911], Enumerable.Range(0, 3 * 9 * 911).Select(_ => random.Next(120, 128)))
            .Add("layer.bias", TensorType.I32, [3], [1, -1, 77])
            .Add("layer.shift", TensorType.U8, [3], [16, 17, 18])
            .Add("layer.multiplier", TensorType.I16, [3], [32767, 32767, 32767])
            .ToArray()));
        var tile = new ExactTensor(1, 4, 4, 911);
        foreach (ref short element in tile.Values)
            element = (short)random.Next(2040, 2048);
        ExactTensor actual = new(1, 4, 4, 3), expected = new(1, 4, 4, 3);
        using IGraphExecutor executor = Engine.Prepare(bound), managed = new ManagedEngine().Prepare(bound);
        executor.Run([tile], [actual]);
        managed.Run([tile], [expected]);
        Assert.Equal(expected.Values.ToArray(), actual.Values.ToArray());
        Assert.Equal(new ReferenceEngine(bound).Run([tile], 0)[0], actual.Values.ToArray());
    }

    [LibTorchFact]
    public void Threads_share_the_engine()
    {
        RandomGraph[] graphs = [.. Enumerable.Range(40, 4).Select(seed => new RandomGraph(seed, 12))];
        Parallel.For(0, 16, new() { MaxDegreeOfParallelism = 16 }, i =>
        {
            RandomGraph graph = graphs[i % graphs.Length];
            lock (graph)
                Compare(graph, 1 + (i % 3), 8, 12);
        });
    }

    [LibTorchFact]
    public void What_does_not_fit_is_refused_with_the_words_of_the_managed_engine()
    {
        var builder = new GraphBuilder();
        builder.Output("means", builder.TokenMeans(builder.Input("pixels", 1, new(-128, 127)), 4, 0, ValueRange.Activation));
        var bound = BoundGraph.Bind(builder.Build(), TensorFile.Read(new TensorFileWriter().ToArray()));
        using IGraphExecutor executor = Engine.Prepare(bound), managed = new ManagedEngine().Prepare(bound);
        var wild = new ExactTensor(2, 4, 4, 1);
        wild.Values[29] = 128;
        foreach ((ExactTensor input, ExactTensor output) in new (ExactTensor, ExactTensor)[]
        {
            (new(1, 3, 3, 1), new(1, 1, 4, 1)), (new(1, 4, 4, 1), new(1, 1, 5, 1)), (new(1, 4, 4, 2), new(1, 1, 4, 1)), (wild, new(2, 1, 4, 1)),
        })
        {
            Assert.Equal(
                Assert.Throws<ArgumentException>(() => managed.Run([input], [output])).Message,
                Assert.Throws<ArgumentException>(() => executor.Run([input], [output])).Message);
        }

        executor.Run([new(1, 4, 4, 1)], [new(1, 1, 4, 1)]);
    }

    private void Compare(RandomGraph graph, int tiles, int height, int width)
    {
        ExactTensor[] inputs = graph.Inputs(tiles, height, width), actual = graph.Outputs(tiles, height, width), expected = graph.Outputs(tiles, height, width);
        using IGraphExecutor executor = Engine.Prepare(graph.Bound), managed = new ManagedEngine().Prepare(graph.Bound);
        executor.Run(inputs, actual);
        managed.Run(inputs, expected);
        for (int i = 0; i < actual.Length; i++)
            Assert.Equal(expected[i].Values.ToArray(), actual[i].Values.ToArray());
    }
}
