using Tessera.Models.Causal.Tests.Support;
using Tessera.Models.Tests;

namespace Tessera.Models.Causal.Tests;

/// <summary>Whatever instructions a processor has, or may use, it writes the same files, and reads those of any other.</summary>
public sealed class ProcessorTests : ProcessorTestsBase
{
    /// <summary>Run as a program, the tests code a photograph and decode what another process made of it.</summary>
    public static Task Main(string[] arguments) => new ProcessorTests().RunAsync(arguments);

    // It is small, since without vectors a pixel takes ten milliseconds; of its two tiles one is wide enough for steps of more rows than a vector
    // holds, and one is narrow.
    protected override Task<Raster> DrawAsync() => Photograph.CreateAsync(37, 29);

    protected override Task<byte[]> EncodeAsync(Raster image) => Coding.EncodeAsync(Published.Registry, image, tileSize: 32);

    protected override Task<Raster> DecodeAsync(byte[] file) => Coding.DecodeAsync(Published.Registry, file);
}
