using System.Diagnostics;
using Tessera.Models.BitSwap;
using Tessera.Models.Causal;
using Tessera.Models.Classic;
using Tessera.Models.DenseFlow;
using Tessera.Models.EfficientVdvae;
using Tessera.Models.IdfPlusPlus;
using Tessera.Models.Swift;

namespace Tessera.Scale.Tests;

/// <summary>What a process holds between two images.</summary>
/// <param name="Heap">Bytes of live objects.</param>
/// <param name="Resident">Bytes of memory that the process has.</param>
/// <param name="Threads">Threads.</param>
internal readonly record struct Footprint(long Heap, long Resident, int Threads)
{
    public static Footprint Now()
    {
        long heap = GC.GetTotalMemory(forceFullCollection: true);
        using var process = Process.GetCurrentProcess();
        return new(heap, process.WorkingSet64, process.Threads.Count);
    }
}

/// <summary>Work of which there is much: many images one after another, and many at once.</summary>
internal static class Work
{
    private static readonly string[] Models = ["classic", "causal/photo", "idfpp/photo", "bitswap/photo", "evdvae/photo", "denseflow/photo", "swift"];

    private static readonly ModelRegistry Registry = new ModelRegistryBuilder()
        .Add(new CausalPlugin()).Add(new ClassicPlugin()).Add(new IdfPlusPlusPlugin()).Add(new BitSwapPlugin()).Add(new EfficientVdvaePlugin())
        .Add(new DenseFlowPlugin()).Add(new SwiftPlugin()).Build();

    /// <summary>Encodes and decodes small images of many sizes one after another, and compares them.</summary>
    /// <param name="first">The number of the first.</param>
    /// <param name="count">How many.</param>
    public static async Task CodeSmallAsync(int first, int count)
    {
        for (int i = first; i < first + count; i++)
        {
            using Raster image = await DrawAsync(1 + (i % 37), 1 + (i % 23), i % 2 == 0 ? 1 : 3);
            byte[] file = await EncodeAsync(image, "classic");
            await CheckAsync(file, image);
        }
    }

    /// <summary>Encodes and decodes images one after another, then all at once, and compares: files byte for byte, images sample for sample.</summary>
    /// <param name="count">How many.</param>
    /// <returns>Files that were equal.</returns>
    public static async Task<int> CodeAtOnceAsync(int count)
    {
        Raster[] images = await Task.WhenAll(Enumerable.Range(0, count).Select(i => DrawAsync(40 + (i % 31), 30 + (i % 17), 3)));
        byte[][] serial = new byte[count][];
        for (int i = 0; i < count; i++)
            serial[i] = await EncodeAsync(images[i], Models[i % Models.Length]);

        Task<byte[]>[] encoding = [.. images.Select((image, i) => Task.Run(() => EncodeAsync(image, Models[i % Models.Length])))];
        Task[] decoding = [.. images.Select((image, i) => Task.Run(() => CheckAsync(serial[i], image)))];
        await Task.WhenAll(decoding);
        byte[][] files = await Task.WhenAll(encoding);
        foreach (Raster image in images)
            image.Dispose();
        return files.Zip(serial).Count(pair => pair.First.AsSpan().SequenceEqual(pair.Second));
    }

    /// <summary>Encodes the picture into a file and decodes it again, and looks on the way at what is alive.</summary>
    /// <param name="model">The model.</param>
    /// <param name="width">Pixels in a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="path">The file.</param>
    /// <returns>What was seen while it was encoded, and while it was decoded.</returns>
    public static async Task<LiveMemory[]> CodeWatchedAsync(string model, int width, int height, string path)
    {
        LiveMemory encoding = new(), decoding = new();
        await using FileStream file = File.Create(path);
        await using (var source = new WatchedSource(new PictureSource(width, height, 1), encoding))
            await new TesseraEncoder(new() { Registry = Registry, ModelIds = [model], TileSize = 64, BandRows = 4 }).EncodeAsync(source, file);
        file.Position = 0;
        await using var check = new PictureCheck(0, 0);
        await new TesseraDecoder(new() { Registry = Registry }).DecodeAsync(file, new WatchedSink(check, decoding));
        return check.Rows == height ? [encoding, decoding] : throw new InvalidDataException($"{check.Rows} rows came back of {height}.");
    }

    /// <summary>Decodes a region of a file that holds the picture, again and again, each time from opening the file on, and compares it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="region">The region.</param>
    /// <param name="times">How many times.</param>
    /// <returns>What each took.</returns>
    public static async Task<TimeSpan[]> DecodeRegionAsync(string path, PixelRectangle region, int times)
    {
        var decoder = new TesseraDecoder(new() { Registry = Registry });
        var taken = new TimeSpan[times];
        for (int i = 0; i < times; i++)
        {
            var watch = Stopwatch.StartNew();
            await using FileStream file = File.OpenRead(path);
            using Raster part = await decoder.DecodeRegionAsync(file, 0, region);
            taken[i] = watch.Elapsed;
            await using var check = new PictureCheck(region.X, region.Y);
            await part.AsSource().CopyToAsync(check);
        }

        return taken;
    }

    private static Task<Raster> DrawAsync(int width, int height, int channels) => Raster.ReadAsync(new PictureSource(width, height, channels));

    private static Task<byte[]> EncodeAsync(Raster image, string model) =>
        new TesseraEncoder(new() { Registry = Registry, ModelIds = [model], TileSize = 32 }).EncodeToArrayAsync(image);

    private static async Task CheckAsync(byte[] file, Raster image)
    {
        using Raster back = await new TesseraDecoder(new() { Registry = Registry }).DecodeToRasterAsync(new MemoryStream(file));
        if (!back.HasSamePixels(image))
            throw new InvalidDataException($"An image of {image.Info.Width} x {image.Info.Height} pixels came back with others.");
    }
}
