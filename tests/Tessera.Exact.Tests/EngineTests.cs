using FsCheck;
using FsCheck.Fluent;
using Tessera.Exact.Managed;
using Tessera.Exact.Tests.Support;

namespace Tessera.Exact.Tests;

/// <summary>Every way of running a graph gives the integers that the specification says.</summary>
public class EngineTests
{
    public static TheoryData<string> Kernels => [.. ConvolutionKernel.All.Where(kernel => kernel.IsSupported).Select(kernel => kernel.GetType().Name)];

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Any_graph_gives_what_the_reference_gives_with_every_kernel(string kernelName)
    {
        ConvolutionKernel kernel = ConvolutionKernel.All.Single(k => k.GetType().Name == kernelName);
        Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), seed =>
        {
            var random = new Random(seed);
            var graph = new RandomGraph(seed, 1 + random.Next(12));
            (int tiles, int height, int width) = (1 + random.Next(2), 4 * (1 + random.Next(4)), 4 * (1 + random.Next(5)));
            CheckAgainstReference(graph, new ManagedEngine(1, _ => kernel), tiles, height, width);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Any_number_of_threads_and_tiles_gives_the_same()
    {
        Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), seed =>
        {
            var graph = new RandomGraph(seed, 10);
            ExactTensor[] inputs = graph.Inputs(5, 32, 24);
            ExactTensor[] expected = graph.Outputs(5, 32, 24);
            Run(new ManagedEngine(1), graph, inputs, expected);
            foreach (int threads in new[] { 2, 3, 8 })
            {
                ExactTensor[] outputs = graph.Outputs(5, 32, 24);
                Run(new ManagedEngine(threads), graph, inputs, outputs);
                for (int i = 0; i < outputs.Length; i++)
                    Assert.Equal(expected[i].Values.ToArray(), outputs[i].Values.ToArray());
            }
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void An_executor_runs_tiles_of_changing_sizes()
    {
        var graph = new RandomGraph(7, 12);
        using IGraphExecutor executor = new ManagedEngine(2).Prepare(graph.Bound);
        foreach ((int tiles, int side) in new[] { (1, 16), (4, 8), (1, 32), (3, 16), (1, 4) })
        {
            ExactTensor[] inputs = graph.Inputs(tiles, side, side), outputs = graph.Outputs(tiles, side, side);
            executor.Run(inputs, outputs);
            AssertReference(graph, inputs, outputs);
        }
    }

    [Fact]
    public void Sums_at_the_limit_of_32_bits_do_not_overflow()
    {
        // 8256 products of 127 and 2047 and the bias come to less than 2^31 by 1 at the most.
        var builder = new GraphBuilder();
        GraphValue input = builder.Input("input", 8256, ValueRange.Activation);
        builder.Output("output", builder.Convolution(input, "layer", 1, 1, ValueRange.Full));
        Graph graph = builder.Build();
        int bias = int.MaxValue - (8256 * 127 * 2047) - (1 << 15);
        TensorFile Weights(int b) => TensorFile.Read(new TensorFileWriter()
            .Add("layer.weight", TensorType.I8, [1, 1, 1, 8256], Enumerable.Repeat(127, 8256))
            .Add("layer.bias", TensorType.I32, [1], [b])
            .Add("layer.shift", TensorType.U8, [1], [16])
            .Add("layer.multiplier", TensorType.I16, [1], [32767])
            .ToArray());
        Assert.Contains("overflow", Assert.Throws<WeightsException>(() => BoundGraph.Bind(graph, Weights(bias + 1))).Message, StringComparison.Ordinal);

        var bound = BoundGraph.Bind(graph, Weights(bias));
        foreach (ConvolutionKernel kernel in ConvolutionKernel.All.Where(k => k.IsSupported))
        {
            using IGraphExecutor executor = new ManagedEngine(1, _ => kernel).Prepare(bound);
            var tile = new ExactTensor(1, 1, 1, 8256);
            var result = new ExactTensor(1, 1, 1, 1);
            tile.Values.Fill(2047);
            executor.Run([tile], [result]);
            Assert.Equal(32766, result.Values[0]);
        }
    }

    [Fact]
    public void A_run_allocates_nothing_once_it_is_warm()
    {
        var graph = new RandomGraph(3, 12);
        ExactTensor[] inputs = graph.Inputs(2, 16, 16), outputs = graph.Outputs(2, 16, 16);
        using IGraphExecutor executor = new ManagedEngine(1).Prepare(graph.Bound);
        executor.Run(inputs, outputs);
        long before = GC.GetAllocatedBytesForCurrentThread();
        executor.Run(inputs, outputs);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        var builder = new GraphBuilder();
        GraphValue input = builder.Input("pixels", 3, new(-128, 127));
        builder.Output("packed", builder.SpaceToDepth(input));
        using IGraphExecutor executor = new ManagedEngine().Prepare(BoundGraph.Bind(builder.Build(), TensorFile.Read(new TensorFileWriter().ToArray())));

        Refused("multiples of 2", new(1, 3, 4, 3), new(1, 2, 2, 12));
        Refused("'packed'", new(1, 4, 4, 3), new(1, 4, 4, 3));
        Refused("'pixels'", new(1, 4, 4, 4), new(1, 2, 2, 12));
        Refused("'packed'", new(2, 4, 4, 3), new(1, 2, 2, 12));
        var wild = new ExactTensor(1, 4, 4, 3);
        wild.Values[40] = 128;
        Refused("row 3 of tile 0", wild, new(1, 2, 2, 12));
        Assert.Contains("1 inputs", Assert.Throws<ArgumentException>(() => executor.Run([], [])).Message, StringComparison.Ordinal);

        void Refused(string what, ExactTensor given, ExactTensor taken) =>
            Assert.Contains(what, Assert.Throws<ArgumentException>(() => executor.Run([given], [taken])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Groups_that_do_not_divide_the_tokens_of_a_tile_are_refused()
    {
        var builder = new GraphBuilder();
        builder.Output("means", builder.TokenMeans(builder.Input("pixels", 1, ValueRange.Activation), 4, 0, ValueRange.Activation));
        using IGraphExecutor executor = new ManagedEngine().Prepare(BoundGraph.Bind(builder.Build(), TensorFile.Read(new TensorFileWriter().ToArray())));
        executor.Run([new(1, 2, 6, 1)], [new(1, 1, 4, 1)]);
        string message = Assert.Throws<ArgumentException>(() => executor.Run([new(1, 3, 3, 1)], [new(1, 1, 4, 1)])).Message;
        Assert.Contains("4 groups of tokens, which do not divide the 9 tokens of 3 x 3 pixels", message, StringComparison.Ordinal);
    }

    private static void CheckAgainstReference(RandomGraph graph, ManagedEngine engine, int tiles, int height, int width)
    {
        ExactTensor[] inputs = graph.Inputs(tiles, height, width), outputs = graph.Outputs(tiles, height, width);
        Run(engine, graph, inputs, outputs);
        AssertReference(graph, inputs, outputs);
    }

    private static void Run(ManagedEngine engine, RandomGraph graph, ExactTensor[] inputs, ExactTensor[] outputs)
    {
        using IGraphExecutor executor = engine.Prepare(graph.Bound);
        executor.Run(inputs, outputs);
    }

    private static void AssertReference(RandomGraph graph, ExactTensor[] inputs, ExactTensor[] outputs)
    {
        for (int tile = 0; tile < inputs[0].Tiles; tile++)
        {
            IReadOnlyList<short[]> expected = new ReferenceEngine(graph.Bound).Run(inputs, tile);
            for (int i = 0; i < outputs.Length; i++)
                Assert.Equal(expected[i], outputs[i].Tile(tile).ToArray());
        }
    }
}
