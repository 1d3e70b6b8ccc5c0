using System.Buffers.Binary;
using Tessera.Formats.Tests;

namespace Tessera.Png.Tests;

/// <summary>A whole image in memory, and the ways in which tests get and compare one.</summary>
internal sealed record Picture(ImageInfo Info, ushort[][] Planes)
{
    public ImageMetadata Trailer { get; init; } = ImageMetadata.Empty;

    /// <summary>Rows that follow the pixel to the left, the row above, or both, so that every filter is the best of some.</summary>
    public static Picture Random(ImageInfo info, int seed)
    {
        var random = new Random(seed);
        int white = info.WhiteLevel, max = Math.Max(1, white / (1 + random.Next(40)));
        var planes = new ushort[info.Format.Channels][];
        for (int channel = 0; channel < planes.Length; channel++)
        {
            planes[channel] = new ushort[info.Width * info.Height];
            int value = random.Next(white + 1);
            for (int i = 0; i < planes[channel].Length; i++)
            {
                int row = i / info.Width, above = row > 0 ? planes[channel][i - info.Width] : value;
                int from = (row % 3) switch { 0 => value, 1 => above, _ => (value + above) / 2 };
                value = random.Next(8) == 0 ? random.Next(white + 1) : Math.Clamp(from + (random.Next(-max, max + 1) / 8), 0, white);
                planes[channel][i] = (ushort)value;
            }
        }

        return new(info, planes);
    }

    public static Picture Read(byte[] file, RasterLimits? limits = null, int rowsAtOnce = 5) =>
        ReadAsync(new DribblingStream(file), limits ?? RasterLimits.Default, rowsAtOnce).GetAwaiter().GetResult();

    public byte[] Write(int rowsAtOnce = 5)
    {
        using var stream = new MemoryStream();
        WriteAsync(stream, rowsAtOnce).GetAwaiter().GetResult();
        return stream.ToArray();
    }

    public void ShouldHaveTheSamplesOf(Picture expected)
    {
        Assert.Equal((expected.Info.Width, expected.Info.Height, expected.Info.Format), (Info.Width, Info.Height, Info.Format));
        Assert.Equal(expected.Planes, Planes);
    }

    /// <summary>Reads a binary PAM file with 2 or 4 channels, the last of them alpha.</summary>
    public static Picture ReadPam(byte[] file)
    {
        int start = file.AsSpan().IndexOf("ENDHDR\n"u8) + 7;
        Dictionary<string, string> header = System.Text.Encoding.ASCII.GetString(file, 0, start).Split('\n')
            .Select(line => line.Split(' ')).Where(words => words.Length == 2).ToDictionary(words => words[0], words => words[1]);
        (int width, int height, int channels, int max) =
            (int.Parse(header["WIDTH"]), int.Parse(header["HEIGHT"]), int.Parse(header["DEPTH"]), int.Parse(header["MAXVAL"]));
        int depth = int.Log2(max + 1);
        var planes = new ushort[channels][];
        for (int channel = 0; channel < channels; channel++)
        {
            planes[channel] = new ushort[width * height];
            for (int i = 0; i < planes[channel].Length; i++)
            {
                int at = (i * channels) + channel;
                planes[channel][i] = max > 255 ? BinaryPrimitives.ReadUInt16BigEndian(file.AsSpan(start + (2 * at))) : file[start + at];
            }
        }

        return new(new(width, height, new(channels, depth, AlphaKind.Straight)), planes);
    }

    private static async Task<Picture> ReadAsync(Stream stream, RasterLimits limits, int rowsAtOnce)
    {
        await using IRasterSource source = await new PngFormat().OpenAsync(stream, limits);
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

        return new(info, planes) { Trailer = await source.ReadTrailerAsync() };
    }

    private async Task WriteAsync(Stream stream, int rowsAtOnce)
    {
        await using IRasterSink sink = new PngFormat().Create(stream);
        await sink.BeginAsync(Info);
        await sink.BeginFrameAsync(FrameInfo.Default);
        for (int y = 0; y < Info.Height; y += rowsAtOnce)
        {
            using var rows = new PlanarBuffer(Info.Width, Math.Min(rowsAtOnce, Info.Height - y), Info.Format.Channels);
            for (int channel = 0; channel < Planes.Length; channel++)
                Planes[channel].AsSpan(y * Info.Width, rows.Height * Info.Width).CopyTo(rows.Plane(channel));
            await sink.WriteRowsAsync(rows);
        }

        await sink.CompleteAsync(Trailer);
    }
}
