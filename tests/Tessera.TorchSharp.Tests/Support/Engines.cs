using Tessera.Exact;

namespace Tessera.TorchSharp.Tests.Support;

/// <summary>Engines that tests run.</summary>
internal static class Engines
{
    /// <summary>Everything on the device, and nobody waits long.</summary>
    public static TorchEngineOptions Options { get; } = new() { LeastMultiplyAdds = 0, MaxWait = TimeSpan.FromMilliseconds(1) };

    /// <summary>An engine on this machine's processors, or on the CUDA device 0 if the environment variable TESSERA_TEST_DEVICE is <c>cuda</c>.</summary>
    public static TorchEngine Torch(TorchEngineOptions? options = null)
    {
        string name = Environment.GetEnvironmentVariable("TESSERA_TEST_DEVICE") ?? TorchEngineProvider.Cpu;
        EngineAvailability availability = new TorchEngineProvider(options ?? Options)
            .TryCreate(new(name, name == TorchEngineProvider.Cuda ? 0 : null), out IEngine? engine, out string reason);
        Assert.True(availability == EngineAvailability.Available, reason);
        return Assert.IsType<TorchEngine>(engine);
    }

    /// <summary>An engine on devices of the test.</summary>
    public static TorchEngine On(TorchEngineOptions options, params IDevice[] devices) => new([.. devices], options);
}
