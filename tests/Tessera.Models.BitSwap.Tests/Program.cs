using Tessera.Models.BitSwap.Tests.Support;

namespace Tessera.Models.BitSwap.Tests;

/// <summary>
/// Run as a program, the tests code a photograph and decode what another process made of it: <see cref="ProcessorTests"/> compares
/// processes that may use different instructions.
/// </summary>
internal static class Program
{
    /// <summary>Encodes into the first file, and prints the SHA-256 of what the second file decodes to.</summary>
    public static async Task Main(string[] arguments)
    {
        await File.WriteAllBytesAsync(arguments[0], await EncodeAsync());
        using Raster image = await DecodeAsync(await File.ReadAllBytesAsync(arguments[1]));
        Console.WriteLine(Hash.Of(image));
    }

    /// <summary>The image that all processes encode. Its tiles have several sizes, of which some are no multiple of any vector's.</summary>
    public static Task<Raster> DrawAsync() => Photograph.CreateAsync(53, 37);

    public static async Task<byte[]> EncodeAsync()
    {
        using Raster image = await DrawAsync();
        return await SmallModel.EncodeAsync(image, SmallModel.Registry(), tileSize: 16);
    }

    public static Task<Raster> DecodeAsync(byte[] file) => SmallModel.DecodeAsync(file, SmallModel.Registry());
}
