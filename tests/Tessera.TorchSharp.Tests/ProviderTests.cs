using System.Collections.Immutable;
using Tessera.Exact;
using Tessera.Exact.Tests.Support;
using Tessera.TorchSharp.Tests.Support;

namespace Tessera.TorchSharp.Tests;

/// <summary>What becomes of a program where libtorch, a device or its arithmetic is not what it should be.</summary>
public class ProviderTests
{
    [Fact]
    public void A_device_that_passes_the_self_test_is_taken()
    {
        var device = new ManagedDevice();
        EngineSelection selection = Select("cuda", (device, "a device of the test"));
        Assert.Equal((EngineAvailability.Available, "a device of the test", "test:0"), (selection.Availability, selection.Reason, selection.Engine.Name));
        Assert.Equal([SelfTest.Tiles], device.Tried);
    }

    [Fact]
    public void A_device_that_is_wrong_by_one_in_one_element_is_not_taken()
    {
        int output = 0;
        var device = new ManagedDevice
        {
            Spoil = tensor =>
            {
                if (output++ == 2)
                    tensor.Values[^1]++;
            },
        };
        EngineSelection selection = Select("auto", (device, ""));
        Assert.Equal((EngineAvailability.Faulty, "managed"), (selection.Availability, selection.Engine.Name));
        Assert.Matches("^test:0 failed the self-test and is not used: element [0-9]+ of 'out.attended' is -?[0-9]+ rather than -?[0-9]+$", selection.Reason);
        Assert.True(device.IsDisposed);
    }

    [Fact]
    public void A_device_that_cannot_run_the_self_test_is_not_taken()
    {
        Assert.Equal(EngineAvailability.Faulty, Select("cuda", (new ManagedDevice { Memory = 1 }, "")).Availability);
        Assert.Equal(EngineAvailability.Faulty, Select("cuda", (new ManagedDevice { Arithmetic = new(255, 1 << 24) }, "")).Availability);
    }

    [Fact]
    public void Where_there_is_no_device_the_managed_engine_runs_graphs_and_one_line_says_why()
    {
        List<EngineSelection> said = [];
        var provider = new TorchEngineProvider(Engines.Options, _ => ([], "there is none"));
        using SelectedEngine engine = new EngineSelector(provider).Select(new("cuda"), said.Add);
        Assert.Empty(said);
        var graph = new RandomGraph(3, 8);
        for (int i = 0; i < 3; i++)
        {
            using IGraphExecutor executor = engine.Prepare(graph.Bound);
            executor.Run(graph.Inputs(1, 8, 8), graph.Outputs(1, 8, 8));
        }

        EngineSelection selection = Assert.Single(said);
        Assert.Equal((EngineAvailability.Absent, "there is none", "managed"), (selection.Availability, selection.Reason, selection.Engine.Name));
    }

    [Theory]
    [InlineData(
        "Unable to load shared library 'LibTorchSharp' or one of its dependencies. In order to help diagnose:\n/a/LibTorchSharp.so: cannot open shared object file: No such file or directory\nlibLibTorchSharp: cannot open shared object file: No such file or directory",
        "libtorch is not installed: the application references TorchSharp-cuda-windows, TorchSharp-cuda-linux or TorchSharp-cpu")]
    [InlineData(
        "Unable to load shared library 'LibTorchSharp' or one of its dependencies. In order to help diagnose:\n/a/LibTorchSharp.so: cannot open shared object file: No such file or directory\nlibtorch_cuda.so: cannot open shared object file: Permission denied",
        "libtorch cannot be loaded: libtorch_cuda.so: cannot open shared object file: Permission denied")]
    public void The_reason_tells_a_library_that_does_not_load_from_one_that_is_not_there(string message, string reason) =>
        Assert.Equal(reason, LibTorch.Reason(message));

    [Fact]
    public void Asking_for_an_engine_never_throws_for_what_the_machine_lacks()
    {
        var provider = new TorchEngineProvider();
        foreach (string name in (string[])["cuda", "cuda:1000", "torch-cpu", "torch-cpu:0"])
        {
            EngineAvailability availability = provider.TryCreate(EngineChoice.Parse(name), out IEngine? engine, out string reason);
            Assert.Equal(availability == EngineAvailability.Available, engine is not null);
            Assert.NotEqual("", reason);
            Assert.DoesNotContain('\n', reason);
            (engine as IDisposable)?.Dispose();
        }
    }

    private static EngineSelection Select(string name, (ManagedDevice Device, string Reason) found)
    {
        ImmutableArray<IDevice> devices = [found.Device];
        var provider = new TorchEngineProvider(Engines.Options, _ => (devices, found.Reason));
        using SelectedEngine engine = new EngineSelector(provider).Select(EngineChoice.Parse(name));
        return engine.Selection;
    }
}
