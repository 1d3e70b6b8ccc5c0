using Tessera.Models.Causal.Tests.Support;

namespace Tessera.Models.Causal.Tests;

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
        using Raster image = await Coding.DecodeAsync(Published.Registry, await File.ReadAllBytesAsync(arguments[1]));
        Console.WriteLine(Hash.Of(image));
    }

    /// <summary>
    /// The image that all processes encode. It is small, since without vectors a pixel takes ten milliseconds; of its two tiles one is wide enough
    /// for steps of more rows than a vector holds, and one is narrow.
    /// </summary>
    public static Task<Raster> DrawAsync() => Photograph.CreateAsync(37, 29);

    public static async Task<byte[]> EncodeAsync()
    {
        using Raster image = await DrawAsync();
        return await Coding.EncodeAsync(Published.Registry, image, tileSize: 32);
    }
}
