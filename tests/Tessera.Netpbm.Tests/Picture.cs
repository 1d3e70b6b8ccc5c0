using Tessera.Formats.Tests;

namespace Tessera.Netpbm.Tests;

/// <summary>A whole image in memory, and the ways in which tests get and compare one.</summary>
internal sealed record Picture(ImageInfo Info, ushort[][] Planes)
{
    public static Picture Random(ImageInfo info, int seed)
    {
        var random = new Random(seed);
        var planes = new ushort[info.Format.Channels][];
        for (int channel = 0; channel < planes.Length; channel++)
        {
            planes[channel] = new ushort[info.Width * info.Height];
            foreach (ref ushort sample in planes[channel].AsSpan())
                sample = (ushort)random.Next(info.WhiteLevel + 1);
        }

        return new(info, planes);
    }

    public static Picture Read(byte[] file, RasterLimits? limits = null, int rowsAtOnce = 3) =>
        ReadAsync(new DribblingStream(file), limits ?? RasterLimits.Default, rowsAtOnce).GetAwaiter().GetResult();

    public Picture With(Func<ImageInfo, ImageInfo> change) => this with { Info = change(Info) };

    public byte[] Write(string extension = "", int rowsAtOnce = 3)
    {
        using var stream = new MemoryStream();
        WriteAsync(stream, extension, rowsAtOnce).GetAwaiter().GetResult();
        return stream.ToArray();
    }

    public void ShouldEqual(Picture expected)
    {
        Assert.Equal(expected.Info, Info);
        Assert.Equal(expected.Planes, Planes);
    }

    private static async Task<Picture> ReadAsync(Stream stream, RasterLimits limits, int rowsAtOnce)
    {
        await using IRasterSource source = await new NetpbmFormat().OpenAsync(stream, limits);
        ImageInfo info = source.Info;
        info.Validate();
        var planes = new ushort[info.Format.Channels][];
        for (int channel = 0; channel < planes.Length; channel++)
            planes[channel] = new ushort[info.Width * info.Height];
        Assert.Equal(FrameInfo.Default, await source.ReadFrameInfoAsync());
        for (int y = 0; y < info.Height; y += rowsAtOnce)
        {
            using var rows = new PlanarBuffer(info.Width, Math.Min(rowsAtOnce, info.Height - y), info.Format.Channels);
            await source.ReadRowsAsync(rows);
            for (int channel = 0; channel < planes.Length; channel++)
                rows.Plane(channel).CopyTo(planes[channel].AsSpan(y * info.Width));
        }

        Assert.True((await source.ReadTrailerAsync()).IsEmpty);
        return new(info, planes);
    }

    private async Task WriteAsync(Stream stream, string extension, int rowsAtOnce)
    {
        await using IRasterSink sink = new NetpbmFormat().Create(stream, extension);
        await sink.BeginAsync(Info);
        await sink.BeginFrameAsync(FrameInfo.Default);
        for (int y = 0; y < Info.Height; y += rowsAtOnce)
        {
            using var rows = new PlanarBuffer(Info.Width, Math.Min(rowsAtOnce, Info.Height - y), Info.Format.Channels);
            for (int channel = 0; channel < Planes.Length; channel++)
                Planes[channel].AsSpan(y * Info.Width, rows.Height * Info.Width).CopyTo(rows.Plane(channel));
            await sink.WriteRowsAsync(rows);
        }

        await sink.CompleteAsync(ImageMetadata.Empty);
    }
}
