using System.Collections.Concurrent;
using Tessera.Exact;
using Tessera.Exact.Managed;
using Tessera.Exact.Tests.Support;
using Tessera.TorchSharp.Tests.Support;

namespace Tessera.TorchSharp.Tests;

/// <summary>Tiles of several threads become batches, whatever happens to the batches.</summary>
public class SchedulerTests
{
    private const int Side = 8;
    private static readonly RandomGraph Graph = new(11, 12);

    [Fact]
    public async Task Tiles_of_threads_that_come_together_are_one_batch()
    {
        const int threads = 6, rounds = 20;
        var device = new ManagedDevice();
        using TorchEngine engine = Engines.On(Engines.Options with { MaxWait = TimeSpan.FromSeconds(1) }, device);

        // The first round tells who is there; from then on nobody need wait for the time to pass.
        using var barrier = new Barrier(threads);
        await OnThreads(threads, _ =>
        {
            using IGraphExecutor executor = engine.Prepare(Graph.Bound);
            for (int round = 0; round < rounds; round++)
            {
                barrier.SignalAndWait();
                RunAndCompare(executor, 1);
            }
        });

        // A machine with much else to do may keep a thread away for a second, but not in every round.
        Assert.Equal(rounds * threads, device.Tried.Sum());
        Assert.Contains(threads, device.Tried);
        Assert.Equal((device.Tried.Count, rounds * threads, device.Tried.Max()), (engine.Statistics.Batches, engine.Statistics.Tiles, engine.Statistics.LargestBatch));
    }

    [Fact]
    public void A_thread_that_does_not_come_back_is_waited_for_only_so_long()
    {
        using TorchEngine engine = Engines.On(Engines.Options with { MaxWait = TimeSpan.FromMilliseconds(20) }, new ManagedDevice());
        var other = new Thread(() =>
        {
            using IGraphExecutor mine = engine.Prepare(Graph.Bound);
            RunAndCompare(mine, 1);
        });
        other.Start();
        other.Join();
        using IGraphExecutor executor = engine.Prepare(Graph.Bound);
        for (int i = 0; i < 5; i++)
            RunAndCompare(executor, 1);
        Assert.Equal(6, engine.Statistics.Tiles);
    }

    [Fact]
    public async Task Runs_of_several_graphs_sizes_and_numbers_of_tiles_do_not_mix()
    {
        using TorchEngine engine = Engines.On(Engines.Options, new ManagedDevice(), new ManagedDevice { Name = "test:1" });
        RandomGraph[] graphs = [Graph, new(12, 9), new(13, 14)];
        await OnThreads(8, thread =>
        {
            var random = new Random(thread);
            IGraphExecutor[] executors = [.. graphs.Select(graph => engine.Prepare(graph.Bound))];
            for (int round = 0; round < 20; round++)
            {
                int which = random.Next(graphs.Length);
                RunAndCompare(executors[which], 1 + random.Next(9), graphs[which], 4 * (1 + random.Next(3)));
            }

            foreach (IGraphExecutor executor in executors)
                executor.Dispose();
        });
    }

    [Fact]
    public void A_batch_that_does_not_fit_is_halved_until_it_does_and_that_is_remembered()
    {
        var device = new ManagedDevice { Memory = 3 };
        using TorchEngine engine = Engines.On(Engines.Options, device);
        using IGraphExecutor executor = engine.Prepare(Graph.Bound);
        RunAndCompare(executor, 16);
        Assert.Equal([16, 8, 4, 2, 2, 2, 2, 2, 2, 2, 2], device.Tried);
        device.Tried.Clear();
        RunAndCompare(executor, 5);
        Assert.Equal([2, 2, 1], device.Tried);

        // Tiles of another size are another matter.
        device.Tried.Clear();
        RunAndCompare(executor, 3, Graph, 2 * Side);
        Assert.Equal([3], device.Tried);
    }

    [Fact]
    public void A_tile_that_does_not_fit_is_an_error_that_says_so()
    {
        using TorchEngine engine = Engines.On(Engines.Options, new ManagedDevice { Memory = 0 });
        using IGraphExecutor executor = engine.Prepare(Graph.Bound);
        string message = Assert.Throws<InsufficientMemoryException>(() => RunAndCompare(executor, 3)).Message;
        Assert.Contains("One tile of 8 x 8 does not fit into the memory of test:0", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Batches_have_no_more_tiles_than_is_allowed()
    {
        var device = new ManagedDevice();
        using TorchEngine engine = Engines.On(Engines.Options with { MaxBatchTiles = 7 }, device);
        using IGraphExecutor executor = engine.Prepare(Graph.Bound);
        RunAndCompare(executor, 64);
        Assert.Equal(64, device.Tried.Sum());
        Assert.Equal(7, device.Tried.Max());
    }

    [Fact]
    public void A_failure_reaches_everyone_who_waits_and_the_engine_goes_on()
    {
        bool isBroken = true;
        var device = new ManagedDevice
        {
            Before = _ =>
            {
                if (isBroken)
                    throw new InvalidOperationException("the device is on fire");
            },
        };
        using TorchEngine engine = Engines.On(Engines.Options with { MaxBatchTiles = 2 }, device);
        using IGraphExecutor executor = engine.Prepare(Graph.Bound);
        Assert.Contains("on fire", Assert.Throws<InvalidOperationException>(() => RunAndCompare(executor, 9)).Message, StringComparison.Ordinal);
        isBroken = false;
        RunAndCompare(executor, 9);
    }

    [Fact]
    public async Task Several_devices_share_the_tiles()
    {
        using var both = new Barrier(2);
        ManagedDevice[] devices = [.. Enumerable.Range(0, 2).Select(number => new ManagedDevice
        {
            Name = $"test:{number}",

            // Neither gets on before the other has something to do.
            Before = _ => Assert.True(both.SignalAndWait(TimeSpan.FromSeconds(30))),
        })];
        using TorchEngine engine = Engines.On(Engines.Options with { MaxBatchTiles = 4 }, devices);
        await OnThreads(1, _ =>
        {
            using IGraphExecutor executor = engine.Prepare(Graph.Bound);
            RunAndCompare(executor, 8);
        });
        Assert.All(devices, device => Assert.Equal([4], device.Tried));
    }

    [Fact]
    public void Small_runs_stay_on_the_thread_that_asks()
    {
        var device = new ManagedDevice();
        double work = Graph.Graph.MultiplyAddsPerPixel * Side * Side;
        Assert.True(work > 0);
        using TorchEngine engine = Engines.On(Engines.Options with { LeastMultiplyAdds = 3 * work }, device);
        using IGraphExecutor executor = engine.Prepare(Graph.Bound);
        RunAndCompare(executor, 2);
        Assert.Empty(device.Tried);
        RunAndCompare(executor, 3);
        Assert.Equal([3], device.Tried);
    }

    [Fact]
    public void An_engine_that_is_disposed_of_gives_back_its_devices_and_refuses_runs()
    {
        var device = new ManagedDevice();
        TorchEngine engine = Engines.On(Engines.Options, device);
        using IGraphExecutor executor = engine.Prepare(Graph.Bound);
        engine.Dispose();
        engine.Dispose();
        Assert.True(device.IsDisposed);
        Assert.Throws<ObjectDisposedException>(() => RunAndCompare(executor, 1));
    }

    [Theory]
    [InlineData(0, 1, 0)]
    [InlineData(1, -1, 0)]
    [InlineData(1, 1001, 0)]
    [InlineData(1, 1, -1)]
    [InlineData(1, 1, double.NaN)]
    public void Options_out_of_range_are_refused(int tiles, int milliseconds, double work) => Assert.Throws<ArgumentException>(() => new TorchEngineProvider(
        new() { MaxBatchTiles = tiles, MaxWait = TimeSpan.FromMilliseconds(milliseconds), LeastMultiplyAdds = work }));

    private static void RunAndCompare(IGraphExecutor executor, int tiles) => RunAndCompare(executor, tiles, Graph, Side);

    private static void RunAndCompare(IGraphExecutor executor, int tiles, RandomGraph graph, int side)
    {
        ExactTensor[] inputs, outputs, expected;

        // A random graph draws its inputs with a generator of its own.
        lock (graph)
            (inputs, outputs, expected) = (graph.Inputs(tiles, side, side), graph.Outputs(tiles, side, side), graph.Outputs(tiles, side, side));
        executor.Run(inputs, outputs);
        using IGraphExecutor managed = new ManagedEngine().Prepare(graph.Bound);
        managed.Run(inputs, expected);
        for (int i = 0; i < outputs.Length; i++)
            Assert.Equal(expected[i].Values.ToArray(), outputs[i].Values.ToArray());
    }

    private static async Task OnThreads(int count, Action<int> work)
    {
        var failures = new ConcurrentQueue<Exception>();
        Thread[] threads = [.. Enumerable.Range(0, count).Select(number => new Thread(() =>
        {
            try
            {
                work(number);
            }
            catch (Exception e)
            {
                failures.Enqueue(e);
            }
        }))];
        foreach (Thread thread in threads)
            thread.Start();
        await Task.Run(() => Assert.All(threads, thread => Assert.True(thread.Join(TimeSpan.FromMinutes(2)))));
        Assert.Empty(failures);
    }
}
