using System.Text;

namespace Tessera.Conformance.Tests;

/// <summary>A conformance file of a model: the image that it holds, and how it was encoded.</summary>
/// <param name="Name">The file's name, without its ending.</param>
/// <param name="Draw">Draws the image.</param>
internal sealed record ConformanceFile(string Name, Func<Raster> Draw)
{
    private static readonly SampleFormat Rgb = new(3, 8);
    private static readonly SampleFormat Rgba = new(4, 8, AlphaKind.Straight);

    public int Effort { get; init; } = 5;

    public int? TileSize { get; init; }

    public int? BandRows { get; init; }

    /// <summary>The files of the model "classic".</summary>
    public static IReadOnlyDictionary<string, ConformanceFile> Classic { get; } = new ConformanceFile[]
    {
        new("one-pixel", () => Drawing.Image(1, 1, Rgb, (_, _, c) => 200 - (c * 50))),
        new("grey-1", () => Drawing.Image(70, 30, new(1, 1), (x, y, _) => Drawing.IsInk(x, y) ? 0 : 1)),
        new("grey-2", () => Drawing.Image(50, 40, new(1, 2), (x, y, _) => ((x / 5) + (y / 7)) % 4)),
        new("grey-4", () => Drawing.Image(50, 40, new(1, 4), (x, y, _) => Drawing.Hills(x, y, 33, 15) + Drawing.Noise(x, y, 0, 2))),
        new("grey-8", () => Drawing.Image(90, 60, new(1, 8), (x, y, c) => Drawing.Photograph(x, y, c, 255))),
        new("grey-16", () => Drawing.Image(60, 50, new(1, 16), (x, y, c) => Drawing.Photograph(x, y, c, 65535))),
        new("grey-alpha-8", () => Drawing.Image(60, 40, new(2, 8, AlphaKind.Straight), GreyOnTransparency)),
        new("rgb-8-photograph", () => Drawing.Image(120, 80, Rgb, (x, y, c) => Drawing.Photograph(x, y, c, 255))),
        new("rgb-8-near-green", () => Drawing.Image(60, 50, Rgb, (x, y, c) => Drawing.Photograph(x, y, 1, 255) + (c == 1 ? 0 : Drawing.Grain(x, y, 5 + c, 6)))),
        new("rgb-8-near-mean", () => Drawing.Image(60, 50, Rgb, NearMean)),
        new("rgb-8-screenshot", () => Drawing.Image(120, 80, Rgb, Screenshot)),
        new("rgb-8-noise", () => Drawing.Image(40, 30, Rgb, (x, y, c) => Drawing.Noise(x, y, c, 256))) { Effort = 9 },
        new("rgb-8-uneven-noise", () => Drawing.Image(64, 64, Rgb, (x, y, c) => Drawing.Noise(x, y, c, 1 + Drawing.Noise(x, y, c + 7, 256)))) { Effort = 9 },
        new("rgb-8-sparse", () => Drawing.Image(80, 60, Rgb, (x, y, c) => Drawing.Photograph(x, y, c, 40) * 6)),
        new("rgb-8-pattern", () => Drawing.Image(96, 64, Rgb, (x, y, c) => Drawing.Noise(x % 12, y % 9, c, 256))) { Effort = 9 },
        new("rgba-8", () => Drawing.Image(64, 64, Rgba, ColourOnTransparency)),
        new("rgba-8-premultiplied", () => Drawing.Image(48, 48, new(4, 8, AlphaKind.Premultiplied), (x, y, c) => ColourOnTransparency(x, y, c) * ColourOnTransparency(x, y, 3) / 255)),
        new("rgba-16-white", () => Drawing.Image(40, 30, new(4, 16, AlphaKind.Straight), (x, y, c) => Drawing.IsInk(x, y) && c < 3 ? 0 : 65535)),
        new("rgb-16", () => Drawing.Image(50, 40, new(3, 16), (x, y, c) => Drawing.Photograph(x, y, c, 65535))),
        new("rgb-12-white-level", () => Drawing.Image(new(40, 30, new(3, 12)) { WhiteLevel = 4000 }, (_, x, y, c) => Drawing.Photograph(x, y, c, 4000))),
        new("four-channels", () => Drawing.Image(40, 30, new(4, 8), (x, y, c) => Drawing.Hills(x + (9 * c), y, 29, 255) / 16 * 16)) { Effort = 9 },
        new("tiles", () => Drawing.Image(150, 110, Rgb, (x, y, c) => x < 75 ? Drawing.Photograph(x, y, c, 255) : Screenshot(x, y, c))) { TileSize = 32, BandRows = 2 },
        new("tiles-photograph", () => Drawing.Image(150, 40, Rgb, (x, y, c) => Drawing.Photograph(x, y, c, 255))) { TileSize = 16, BandRows = 2 },
        new("animation", Animation) { TileSize = 32, BandRows = 1 },
    }.ToDictionary(f => f.Name);

    /// <summary>The files of the model "swift".</summary>
    public static IReadOnlyDictionary<string, ConformanceFile> Swift { get; } = new ConformanceFile[]
    {
        new("one-pixel", () => Drawing.Image(1, 1, Rgb, (_, _, c) => 200 - (c * 50))) { Effort = 1 },
        new("one-row", () => Drawing.Image(300, 1, Rgb, (x, y, c) => Drawing.Photograph(x, y, c, 255))) { Effort = 1 },
        new("one-column", () => Drawing.Image(1, 300, Rgb, (x, y, c) => Drawing.Photograph(x, y, c, 255))) { Effort = 1 },
        new("photograph", () => Drawing.Image(150, 140, Rgb, (x, y, c) => Drawing.Photograph(x, y, c, 255))) { Effort = 1 },
        new("photograph-searched", () => Drawing.Image(150, 140, Rgb, (x, y, c) => Drawing.Photograph(x, y, c, 255))) { Effort = 2 },
        new("screenshot", () => Drawing.Image(150, 80, Rgb, Screenshot)) { Effort = 1 },
        new("noise", () => Drawing.Image(40, 33, Rgb, (x, y, c) => Drawing.Noise(x, y, c, 256))) { Effort = 1 },
        new("grey-1", () => Drawing.Image(90, 70, new(1, 1), (x, y, _) => Drawing.IsInk(x, y) ? 0 : 1)) { Effort = 1 },
        new("grey-8", () => Drawing.Image(90, 60, new(1, 8), (x, y, c) => Drawing.Photograph(x, y, c, 255))) { Effort = 1 },
        new("grey-16", () => Drawing.Image(90, 60, new(1, 16), (x, y, c) => Drawing.Photograph(x, y, c, 65535))) { Effort = 1 },
        new("grey-alpha-8", () => Drawing.Image(90, 60, new(2, 8, AlphaKind.Straight), GreyOnTransparency)) { Effort = 1 },
        new("rgb-12", () => Drawing.Image(90, 60, new(3, 12), (x, y, c) => Drawing.Photograph(x, y, c, 4095))) { Effort = 1 },
        new("rgb-16", () => Drawing.Image(90, 60, new(3, 16), (x, y, c) => Drawing.Photograph(x, y, c, 65535))) { Effort = 2 },
        new("rgba-8", () => Drawing.Image(96, 64, Rgba, ColourOnTransparency)) { Effort = 1 },
        new("four-channels", () => Drawing.Image(90, 60, new(4, 8), (x, y, c) => Drawing.Hills(x + (9 * c), y, 29, 255))) { Effort = 2 },
        new("tiles", () => Drawing.Image(150, 110, Rgb, (x, y, c) => x < 75 ? Drawing.Photograph(x, y, c, 255) : Screenshot(x, y, c))) { Effort = 1, TileSize = 32, BandRows = 2 },
    }.ToDictionary(f => f.Name);

    /// <summary>The files of the model "idfpp/photo".</summary>
    public static IReadOnlyDictionary<string, ConformanceFile> IdfPlusPlus { get; } = new ConformanceFile[]
    {
        new("one-pixel", () => Drawing.Image(1, 1, Rgb, (_, _, c) => 200 - (c * 50))),
        new("photograph", () => Drawing.Image(150, 140, Rgb, (x, y, c) => Drawing.Photograph(x, y, c, 255))),
        new("screenshot", () => Drawing.Image(64, 40, Rgb, Screenshot)),
        new("noise", () => Drawing.Image(40, 33, Rgb, (x, y, c) => Drawing.Noise(x, y, c, 256))),
        new("extremes", () => Drawing.Image(32, 32, Rgb, (x, y, c) => Drawing.Noise(x, y, c, 2) * 255)),
        new("tiles", () => Drawing.Image(150, 70, Rgb, (x, y, c) => x < 75 ? Drawing.Photograph(x, y, c, 255) : Screenshot(x, y, c))) { TileSize = 32, BandRows = 2 },
        new("tall-tile", () => Drawing.Image(36, 290, Rgb, (x, y, c) => Drawing.Photograph(x, y, c, 255))) { TileSize = 512 },
        new("sparse", () => Drawing.Image(150, 60, Rgb, (x, y, c) => Drawing.Photograph(x, y, c, 40) * 6)),
    }.ToDictionary(f => f.Name);

    /// <summary>The files of the model "causal/photo".</summary>
    public static IReadOnlyDictionary<string, ConformanceFile> Causal { get; } = new ConformanceFile[]
    {
        new("one-pixel", () => Drawing.Image(1, 1, Rgb, (_, _, c) => 200 - (c * 50))),
        new("one-row", () => Drawing.Image(70, 1, Rgb, (x, y, c) => Drawing.Photograph(x, y, c, 255))),
        new("one-column", () => Drawing.Image(1, 50, Rgb, (x, y, c) => Drawing.Photograph(x, y, c, 255))),
        new("photograph", () => Drawing.Image(150, 140, Rgb, (x, y, c) => Drawing.Photograph(x, y, c, 255))),
        new("screenshot", () => Drawing.Image(64, 40, Rgb, Screenshot)),
        new("noise", () => Drawing.Image(40, 33, Rgb, (x, y, c) => Drawing.Noise(x, y, c, 256))),
        new("extremes", () => Drawing.Image(32, 32, Rgb, (x, y, c) => Drawing.Noise(x, y, c, 2) * 255)),
        new("tiles", () => Drawing.Image(150, 70, Rgb, (x, y, c) => x < 75 ? Drawing.Photograph(x, y, c, 255) : Screenshot(x, y, c))) { TileSize = 32, BandRows = 2 },
        new("tall-tile", () => Drawing.Image(36, 290, Rgb, (x, y, c) => Drawing.Photograph(x, y, c, 255))) { TileSize = 512 },
        new("sparse", () => Drawing.Image(80, 60, Rgb, (x, y, c) => Drawing.Photograph(x, y, c, 40) * 6)),
        new("grey", () => Drawing.Image(90, 60, new(1, 8), (x, y, c) => Drawing.Photograph(x, y, c, 255))),
        new("grey-alpha", () => Drawing.Image(60, 40, new(2, 8, AlphaKind.Straight), GreyOnTransparency)) { TileSize = 16 },
        new("opaque", () => Drawing.Image(90, 60, Rgba, (x, y, c) => c == 3 ? 255 : Drawing.Photograph(x, y, c, 255))),
        new("matte", () => Drawing.Image(64, 64, new(4, 8, AlphaKind.Premultiplied), ColourOnTransparency)) { TileSize = 32 },
        new("many-blocks", () => Drawing.Image(24, 2570, Rgb, (x, y, c) => Drawing.Photograph(x, y, c, 255))) { TileSize = 4096 },
    }.ToDictionary(f => f.Name);

    /// <summary>The files of models that code with bits back, behind a starter: "bitswap/photo" and "evdvae/photo".</summary>
    public static IReadOnlyDictionary<string, ConformanceFile> BitsBack { get; } = new ConformanceFile[]
    {
        new("one-tile", () => Drawing.Image(50, 40, Rgb, (x, y, c) => Drawing.Photograph(x, y, c, 255))),
        new("photograph", () => Drawing.Image(250, 140, Rgb, (x, y, c) => Drawing.Photograph(x, y, c, 255))),
        new("odd-tiles", () => Drawing.Image(150, 71, Rgb, (x, y, c) => Drawing.Photograph(x, y, c, 255))) { TileSize = 33, BandRows = 2 },
        new("screenshot", () => Drawing.Image(150, 70, Rgb, Screenshot)) { TileSize = 32 },
        new("noise", () => Drawing.Image(130, 33, Rgb, (x, y, c) => Drawing.Noise(x, y, c, 256))) { TileSize = 32 },
        new("extremes", () => Drawing.Image(96, 32, Rgb, (x, y, c) => Drawing.Noise(x, y, c, 2) * 255)) { TileSize = 32 },
        new("tall-tile", () => Drawing.Image(36, 590, Rgb, (x, y, c) => Drawing.Photograph(x, y, c, 255))) { TileSize = 290 },
    }.ToDictionary(f => f.Name);

    /// <summary>The files of the model "denseflow/photo", which needs more of a starter, and so more tiles.</summary>
    public static IReadOnlyDictionary<string, ConformanceFile> Flow { get; } = new ConformanceFile[]
    {
        new("one-tile", () => Drawing.Image(50, 40, Rgb, (x, y, c) => Drawing.Photograph(x, y, c, 255))),
        new("photograph", () => Drawing.Image(250, 140, Rgb, (x, y, c) => Drawing.Photograph(x, y, c, 255))) { TileSize = 32 },
        new("odd-tiles", () => Drawing.Image(150, 71, Rgb, (x, y, c) => Drawing.Photograph(x, y, c, 255))) { TileSize = 17, BandRows = 2 },
        new("screenshot", () => Drawing.Image(150, 70, Rgb, Screenshot)) { TileSize = 16 },
        new("noise", () => Drawing.Image(130, 33, Rgb, (x, y, c) => Drawing.Noise(x, y, c, 256))) { TileSize = 16 },
        new("extremes", () => Drawing.Image(96, 32, Rgb, (x, y, c) => Drawing.Noise(x, y, c, 2) * 255)) { TileSize = 16 },
        new("tall-tile", () => Drawing.Image(36, 1200, Rgb, (x, y, c) => Drawing.Photograph(x, y, c, 255))) { TileSize = 290 },
    }.ToDictionary(f => f.Name);

    /// <summary>All files of models, by folder and name, with the model that codes them.</summary>
    public static IReadOnlyDictionary<string, (string Model, ConformanceFile File)> Drawn { get; } = new[]
    {
        (Folder: "classic", Model: "classic", Files: Classic),
        (Folder: "swift", Model: "swift", Files: Swift),
        (Folder: "causal-photo", Model: "causal/photo", Files: Causal),
        (Folder: "idfpp-photo", Model: "idfpp/photo", Files: IdfPlusPlus),
        (Folder: "bitswap-photo", Model: "bitswap/photo", Files: BitsBack),
        (Folder: "evdvae-photo", Model: "evdvae/photo", Files: BitsBack),
        (Folder: "denseflow-photo", Model: "denseflow/photo", Files: Flow),
    }.SelectMany(model => model.Files.Values, (model, file) => (model.Folder, model.Model, File: file))
        .ToDictionary(drawn => $"{drawn.Folder}/{drawn.File.Name}", drawn => (drawn.Model, drawn.File));

    /// <summary>Encodes the image as the file was.</summary>
    /// <param name="model">The model's id.</param>
    /// <param name="image">What was drawn.</param>
    /// <param name="threads">Threads; 0 for as many as there are processors.</param>
    public Task<byte[]> EncodeAsync(string model, Raster image, int threads = 0)
    {
        var encoder = new TesseraEncoder(new()
        {
            Registry = Codec.Registry,
            ModelIds = [model],
            Effort = Effort,
            TileSize = TileSize,
            BandRows = BandRows,
            MaxDegreeOfParallelism = threads,
        });
        return encoder.EncodeToArrayAsync(image);
    }

    private static int GreyOnTransparency(int x, int y, int channel) =>
        channel == 0 ? (x * 4) + Drawing.Grain(x, y, 0, 2) : Drawing.Hills(x, y, 40, 400) - 60;

    /// <summary>Red and green vary each by itself; blue is near the mean of both.</summary>
    private static int NearMean(int x, int y, int channel)
    {
        int red = Drawing.Photograph(x, y, 0, 255), green = red + Drawing.Grain(x, y, 3, 4);
        return channel switch { 0 => red, 1 => green, _ => ((red + green) / 2) + (Drawing.Noise(x, y, 6, 4) == 0 ? 1 : 0) };
    }

    private static int ColourOnTransparency(int x, int y, int channel)
    {
        int alpha = Math.Clamp(Drawing.Hills(x, y, 64, 380) - 40, 0, 255);
        return channel == 3 ? alpha : alpha == 0 ? 0 : (channel * 70) + (y / 8 * 9);
    }

    private static int Screenshot(int x, int y, int channel)
    {
        if (y < 12)
            return 40 + (channel * 20) + (y * 6);
        bool ink = x is > 9 and < 110 && Drawing.IsInk(x, y);
        return ink ? 20 : x is 8 or 111 ? 128 : 240 + (channel * 5);
    }

    private static Raster Animation()
    {
        var info = new ImageInfo(70, 40, Rgba)
        {
            FrameCount = 3,
            Metadata = new()
            {
                Blocks =
                [
                    new(MetadataKinds.Icc, Encoding.ASCII.GetBytes("not a real profile")),
                    new(MetadataKinds.Exif, (byte[])[.. "MM"u8, 0, 42, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0]),
                    new(MetadataKinds.Xmp, Encoding.UTF8.GetBytes("<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"/>")),
                    new("png:gAMA", (byte[])[0, 0, 0xB1, 0x8F]),
                ],
                Texts = [new("Title", "Größe", "de", "Titel"), new("Comment", "")],
            },
        };
        return Drawing.Image(
            info,
            (frame, x, y, c) => ColourOnTransparency(x + (5 * frame), y, c),
            new(1, 25),
            new(1, 10) { Metadata = new() { Texts = [new("Comment", "the second frame")] } },
            FrameInfo.Default);
    }
}
