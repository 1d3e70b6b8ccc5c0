using Tessera.Models.Causal;
using Tessera.Models.Classic;

namespace Tessera.ImageSharp.Tests;

/// <summary>The codec without ImageSharp: what other programs write and read.</summary>
internal static class Rasters
{
    public static ModelRegistry Registry { get; } = new ModelRegistryBuilder().Add(new CausalPlugin()).Add(new ClassicPlugin()).Build();

    /// <summary>A file of one row with these samples, channel by channel.</summary>
    public static byte[] Row(SampleFormat format, int whiteLevel, params int[][] planes)
    {
        using var raster = Raster.Create(new(planes[0].Length, 1, format) { WhiteLevel = whiteLevel });
        for (int channel = 0; channel < planes.Length; channel++)
            planes[channel].Select(s => (ushort)s).ToArray().CopyTo(raster.Frames[0].Samples.Row(channel, 0));
        return Encode(raster);
    }

    public static byte[] Encode(Raster raster) => Encode(raster.AsSource());

    public static byte[] Encode(IRasterSource source)
    {
        using var file = new MemoryStream();
        new CoreEncoder(new() { Registry = Registry }).EncodeAsync(source, file).GetAwaiter().GetResult();
        return file.ToArray();
    }

    public static Raster Decode(byte[] file) =>
        new CoreDecoder(new() { Registry = Registry }).DecodeToRasterAsync(new MemoryStream(file)).GetAwaiter().GetResult();

    /// <summary>Turns an image file into a Tessera file as the tool does.</summary>
    public static byte[] Convert(IRasterFormat format, byte[] file)
    {
        IRasterSource source = format.OpenAsync(new MemoryStream(file), RasterLimits.Default).AsTask().GetAwaiter().GetResult();
        return Encode(source);
    }

    /// <summary>Turns a Tessera file into an image file as the tool does.</summary>
    public static byte[] ConvertBack(byte[] file, IRasterFormat format)
    {
        using Raster raster = Decode(file);
        using var output = new MemoryStream();
        IRasterSink sink = format.Create(output);
        raster.AsSource().CopyToAsync(sink).GetAwaiter().GetResult();
        sink.DisposeAsync().AsTask().GetAwaiter().GetResult();
        return output.ToArray();
    }
}
