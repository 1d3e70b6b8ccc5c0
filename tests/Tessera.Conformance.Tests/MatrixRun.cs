using System.Globalization;
using System.Runtime;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;

namespace Tessera.Conformance.Tests;

/// <summary>
/// One configuration of <c>tests/matrix/run</c>: decodes all released files and encodes what they were made of, and counts what came out as
/// it was pinned. How the process is set up, such as its instructions, is the script's part.
/// </summary>
/// <param name="threads">Threads; 0 for as many as there are processors.</param>
/// <param name="shuffled">Whether files are decoded tile by tile, in an order without order.</param>
/// <param name="maxPixels">Files of larger images are left out.</param>
internal sealed class MatrixRun(int threads, bool shuffled, int maxPixels)
{
    /// <summary>The tests' own program: <c>THREADS whole|shuffled CULTURE MAXPIXELS</c>, with "-" for no culture and 0 for no limit.</summary>
    public static async Task<int> Main(string[] arguments)
    {
        if (arguments[2] != "-")
            CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = CultureInfo.DefaultThreadCurrentCulture = new CultureInfo(arguments[2]);
        int maxPixels = int.Parse(arguments[3], CultureInfo.InvariantCulture);
        var run = new MatrixRun(
            int.Parse(arguments[0], CultureInfo.InvariantCulture), arguments[1] == "shuffled", maxPixels == 0 ? int.MaxValue : maxPixels);
        return await run.RunAsync();
    }

    private async Task<int> RunAsync()
    {
        int files = 0, decoded = 0, encoded = 0;
        using var hashes = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string name in Pinned.Names)
        {
            (string model, ConformanceFile file) = ConformanceFile.Drawn[name];
            using Raster image = file.Draw();
            if (image.Info.PixelCount > maxPixels)
                continue;
            files++;
            byte[] pinned = await File.ReadAllBytesAsync(Pinned.PathOf(name, ".tsra"));
            using Raster back = await DecodeAsync(pinned);
            byte[] hash = Pinned.SampleHash(back);
            hashes.AppendData(hash);
            decoded += IsSame(hash, await File.ReadAllBytesAsync(Pinned.PathOf(name, ".sha256"))) ? 1 : 0;
            encoded += IsSame(await file.EncodeAsync(model, image, threads), pinned) ? 1 : 0;
        }

        string digest = Convert.ToHexStringLower(hashes.GetHashAndReset())[..12];
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{files}\t{decoded}\t{encoded}\t{digest}\t{Describe()}"));
        return files > 0 && decoded == files && encoded == files ? 0 : 1;
    }

    private static bool IsSame(byte[] a, byte[] b) => a.AsSpan().SequenceEqual(b);

    /// <summary>What the process really has, to see that the script's settings took effect.</summary>
    private static string Describe()
    {
        string vectors = Avx512F.IsSupported ? "AVX-512" : Avx2.IsSupported ? "AVX2" : Vector128.IsHardwareAccelerated ? "128 bits" : "none";
        string collector = GCSettings.IsServerGC ? "server" : "workstation";
        string number = (-1.5).ToString(CultureInfo.CurrentCulture), upper = "i".ToUpper(CultureInfo.CurrentCulture);
        return $"vectors: {vectors}, GC: {collector}, culture writes {number} and {upper}";
    }

    private Task<Raster> DecodeAsync(byte[] file)
    {
        var decoder = new TesseraDecoder(new() { Registry = Codec.Registry, MaxDegreeOfParallelism = threads });
        return shuffled ? DecodeShuffledAsync(decoder, file) : decoder.DecodeToRasterAsync(new MemoryStream(file));
    }

    private static async Task<Raster> DecodeShuffledAsync(TesseraDecoder decoder, byte[] file)
    {
        TesseraFileInfo info = await decoder.IdentifyAsync(new MemoryStream(file));
        var grid = new TileGrid(info.Info.Width, info.Info.Height, info.Info.FrameCount, info.Header.TileSize, info.Header.BandRows);
        var image = Raster.Create(info.Info);
        long[] tiles = [.. Enumerable.Range(0, (int)grid.TileCount).Select(i => (long)i)];
        new Random(1).Shuffle(tiles);
        foreach (long tile in tiles)
        {
            int frame = (int)(tile / grid.TilesPerFrame);
            PixelRectangle bounds = grid.TileBounds(tile);
            using Raster part = await decoder.DecodeRegionAsync(new MemoryStream(file), frame, bounds);
            for (int channel = 0; channel < info.Info.Format.Channels; channel++)
            {
                for (int y = 0; y < bounds.Height; y++)
                    part.Frames[0].Samples.Row(channel, y).CopyTo(image.Frames[frame].Samples.Row(channel, bounds.Y + y)[bounds.X..]);
            }
        }

        return image;
    }
}
