using Tessera.Cli.Benchmarks.Codecs;
using Tessera.Cli.Benchmarks.Measuring;
using Tessera.Cli.Benchmarks.Results;
using Tessera.Cli.Files;
using Tessera.Cli.Tests.Support;
using Tessera.Netpbm;
using Tessera.Png;

namespace Tessera.Cli.Tests.Benchmarks;

/// <summary>The rivals' commands, where their programs are there: each gives back every kind of picture that it is said to take.</summary>
public sealed class RivalTests : CliTest
{
    private static readonly FormatCatalog Formats = new([new PngFormat(), new NetpbmFormat()]);

    [ProgramFact("optipng")]
    public Task OptiPng() => AssertLosslessAsync("optipng");

    [ProgramFact("oxipng")]
    public Task Oxipng() => AssertLosslessAsync("oxipng");

    [ProgramFact("zopflipng")]
    public Task ZopfliPng() => AssertLosslessAsync("zopflipng");

    [ProgramFact("cwebp", "dwebp")]
    public Task WebP() => AssertLosslessAsync("webp");

    [ProgramFact("cjxl", "djxl")]
    public async Task JpegXl()
    {
        foreach (string codec in (string[])["jxl-e3", "jxl-e7", "jxl-e9"])
            await AssertLosslessAsync(codec);
    }

    [ProgramFact("opj_compress", "opj_decompress")]
    public Task Jpeg2000() => AssertLosslessAsync("jp2");

    [ProgramFact("avifenc", "avifdec")]
    public Task Avif() => AssertLosslessAsync("avif");

    [ProgramFact("flif")]
    public Task Flif() => AssertLosslessAsync("flif");

    [Fact]
    public void Names_tell_codecs_apart()
    {
        Assert.Equal(RivalCatalog.All.Length, RivalCatalog.All.Select(r => r.Name).Distinct().Count());
        Assert.Equal(["jxl-e3", "jxl-e7", "jxl-e9"], RivalSelection.Pick(RivalCatalog.All, ["jxl"]).Select(r => r.Name));
        Assert.Equal(["webp", "jxl-e7"], RivalSelection.Pick(RivalCatalog.All, ["jxl-e7", "webp"]).Select(r => r.Name));
        Assert.Empty(RivalSelection.Pick(RivalCatalog.All, [RivalSelection.None]));
        Assert.All(RivalSelection.Pick(RivalCatalog.All, []), r => Assert.False(r.IsOptional));
    }

    private async Task AssertLosslessAsync(string name)
    {
        Codec codec = RivalCatalog.All.Single(r => r.Name == name);
        foreach (SampleFormat format in (SampleFormat[])[new(3, 8), new(1, 8), new(4, 8, AlphaKind.Straight), new(3, 16)])
        {
            using Raster raster = Draw(format);
            string file = At("picture" + Interchange.Netpbm.ExtensionFor(format));
            await using (Stream stream = File.Create(file))
            await using (IRasterSink sink = Formats.Create(stream, Path.GetExtension(file)))
                await raster.AsSource().CopyToAsync(sink);
            Picture picture = await Picture.ConvertAsync(file, "picture", Formats, Folder, Enum.GetValues<Interchange>(), default);
            Measurement result = await new CodecTrial(ProgramFinder.OfEnvironment(), Folder, 1).RunAsync(codec, picture, default);
            Outcome expected = format.BitDepth > codec.MaxBitDepth ? Outcome.Unsupported : Outcome.Lossless;
            Assert.True(result.Outcome == expected, $"{name}, {format.Describe()}: {result.Outcome}, {result.Message}");
        }
    }

    /// <summary>A slope with noise, transparent here and there.</summary>
    private static Raster Draw(SampleFormat format)
    {
        var raster = Raster.Create(new(80, 72, format));
        var random = new Random(7);
        for (int channel = 0; channel < format.Channels; channel++)
        {
            for (int y = 0; y < 72; y++)
            {
                foreach (ref ushort sample in raster.Frames[0].Samples.Row(channel, y))
                    sample = (ushort)((y * format.MaxSample / 90) + random.Next(9));
            }
        }

        return raster;
    }
}
