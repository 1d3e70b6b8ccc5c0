using Tessera.Models.DenseFlow.Tests.Support;
using Tessera.Models.Tests;

namespace Tessera.Models.DenseFlow.Tests;

/// <summary>Whatever instructions a processor has, or may use, it writes the same files, and reads those of any other.</summary>
public sealed class ProcessorTests : ProcessorTestsBase
{
    /// <summary>Run as a program, the tests code a photograph and decode what another process made of it.</summary>
    public static Task Main(string[] arguments) => new ProcessorTests().RunAsync(arguments);

    // Its tiles have several sizes, of which some are no multiple of any vector's.
    protected override Task<Raster> DrawAsync() => Photograph.CreateAsync(53, 37);

    protected override Task<byte[]> EncodeAsync(Raster image) => SmallModel.EncodeAsync(image, SmallModel.Registry(), tileSize: 16);

    protected override Task<Raster> DecodeAsync(byte[] file) => SmallModel.DecodeAsync(file, SmallModel.Registry());
}
