using Tessera.Exact;
using Tessera.Exact.Tests.Support;
using Tessera.TorchSharp.Tests.Support;
using TorchSharp;

namespace Tessera.TorchSharp.Tests;

/// <summary>Tensors are memory that the collector does not see: each is given back by whoever made it, and not by a finalizer some day. Alone, as TorchSharp counts those of the whole process.</summary>
[CollectionDefinition(nameof(NativeMemoryTests), DisableParallelization = true)]
[Collection(nameof(NativeMemoryTests))]
public sealed class NativeMemoryTests
{
    private static readonly RandomGraph[] Graphs = [.. Enumerable.Range(70, 6).Select(seed => new RandomGraph(seed, 10))];

    [LibTorchFact]
    public void An_engine_that_is_disposed_has_given_back_every_tensor()
    {
        long before = Count();
        using (TorchEngine engine = Engines.Torch())
        {
            Run(engine, 1, 7, 3);
            Assert.True(Count() > before);
        }

        Assert.Equal(before, Count());
    }

    [LibTorchFact]
    public void Tensors_do_not_become_more_from_run_to_run()
    {
        using TorchEngine engine = Engines.Torch();
        IGraphExecutor[] executors = [.. Graphs.Select(graph => engine.Prepare(graph.Bound))];
        RunAll();
        long before = Count();
        for (int i = 0; i < 5; i++)
            RunAll();
        Assert.Equal(before, Count());
        foreach (IGraphExecutor executor in executors)
            executor.Dispose();

        void RunAll()
        {
            for (int i = 0; i < executors.Length; i++)
                executors[i].Run(Graphs[i].Inputs(5, 8, 12), Graphs[i].Outputs(5, 8, 12));
        }
    }

    [LibTorchFact]
    public void What_a_run_that_fails_has_made_is_given_back()
    {
        using TorchEngine engine = Engines.Torch();
        using IGraphExecutor executor = engine.Prepare(Graphs[0].Bound);
        executor.Run(Graphs[0].Inputs(2, 8, 12), Graphs[0].Outputs(2, 8, 12));
        long before = Count();
        for (int i = 0; i < 3; i++)
            Assert.ThrowsAny<ArgumentException>(() => executor.Run(Graphs[0].Inputs(2, 8, 12), Graphs[0].Outputs(2, 12, 8)));
        Assert.Equal(before, Count());
    }

    private static void Run(TorchEngine engine, params int[] batches)
    {
        foreach (RandomGraph graph in Graphs)
        {
            using IGraphExecutor executor = engine.Prepare(graph.Bound);
            foreach (int tiles in batches)
                executor.Run(graph.Inputs(tiles, 8, 12), graph.Outputs(tiles, 8, 12));
        }
    }

    private static long Count() => torch.Tensor.TotalCount;
}
