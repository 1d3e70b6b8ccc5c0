using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Tessera.Png.Tests;

public class WriterTests
{
    private static readonly SampleFormat[] Stored =
    [
        .. from depth in new[] { 1, 2, 4, 8, 16 } select new SampleFormat(1, depth),
        .. from depth in new[] { 8, 16 } from f in new[] { (2, AlphaKind.Straight), (3, AlphaKind.None), (4, AlphaKind.Straight) } select new SampleFormat(f.Item1, depth, f.Item2),
    ];

    [Fact]
    public void Pictures_of_stored_depths_come_back_as_they_were()
    {
        var pictures =
            from format in Gen.Elements(Stored)
            from width in Gen.Choose(1, 70)
            from height in Gen.Choose(1, 20)
            from seed in Gen.Choose(0, int.MaxValue)
            select Picture.Random(new(width, height, format), seed);
        Prop.ForAll(pictures.ToArbitrary(), picture =>
        {
            Picture read = Picture.Read(picture.Write(1 + (picture.Info.Width % 9)));
            read.ShouldHaveTheSamplesOf(picture);
            Assert.Equal(picture.Info, read.Info);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Other_depths_and_white_levels_are_scaled_so_that_they_can_be_scaled_back()
    {
        var pictures =
            from depth in Gen.Choose(1, 16)
            from white in Gen.Choose(1, (1 << depth) - 1)
            from format in Gen.Elements((1, AlphaKind.None), (2, AlphaKind.Straight), (3, AlphaKind.None), (4, AlphaKind.Straight))
            from width in Gen.Choose(1, 70)
            from seed in Gen.Choose(0, int.MaxValue)
            select Picture.Random(new(width, 3, new(format.Item1, depth, format.Item2)) { WhiteLevel = white }, seed);
        Prop.ForAll(pictures.ToArbitrary(), picture =>
        {
            byte[] file = picture.Write();
            Picture read = Picture.Read(file);
            int white = picture.Info.WhiteLevel, max = read.Info.Format.MaxSample;
            foreach ((ushort[] before, ushort[] after) in picture.Planes.Zip(read.Planes))
                Assert.Equal(before, after.Select(v => (ushort)Math.Floor(((double)v * white / max) + 0.5)));
            bool scaled = picture.Info.Format.BitDepth != read.Info.Format.BitDepth || white != max;
            (string Type, byte[] Content) bits = PngBuilder.Chunks(file).SingleOrDefault(c => c.Type == "sBIT");
            Assert.Equal(scaled ? Enumerable.Repeat((byte)picture.Info.Format.BitDepth, picture.Planes.Length) : [], bits.Content ?? []);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_written_file_has_right_crcs_and_filters_that_an_independent_reader_undoes()
    {
        Picture picture = Picture.Random(new(211, 97, new(3, 8)), 3);
        byte[] file = picture.Write();
        byte[] repaired = [.. file];
        PngBuilder.RepairCrcs(repaired);
        Assert.Equal(repaired, file);

        byte[] data = [.. PngBuilder.Chunks(file).Where(c => c.Type == "IDAT").SelectMany(c => c.Content)];
        using var inflater = new ZLibStream(new MemoryStream(data), CompressionMode.Decompress);
        using var lines = new MemoryStream();
        inflater.CopyTo(lines);
        Assert.Equal(Interleave(picture), UndoFilters(lines.ToArray(), 3 * picture.Info.Width, 3, out HashSet<byte> filters));
        Assert.InRange(filters.Count, 2, 5);
    }

    [Fact]
    public void Large_images_make_several_chunks_of_image_data()
    {
        Picture picture = Picture.Random(new(700, 300, new(3, 8)), 4);
        foreach (ushort[] plane in picture.Planes)
            new Random(5).NextBytes(System.Runtime.InteropServices.MemoryMarshal.AsBytes(plane.AsSpan()));
        foreach (ushort[] plane in picture.Planes)
        {
            foreach (ref ushort sample in plane.AsSpan())
                sample &= 0xFF;
        }

        byte[] file = picture.Write(100);
        Assert.InRange(PngBuilder.Chunks(file).Count(c => c.Type == "IDAT"), 3, 100);
        Picture.Read(file, rowsAtOnce: 100).ShouldHaveTheSamplesOf(picture);
    }

    [Fact]
    public void What_png_cannot_hold_is_refused_with_a_reason()
    {
        (string Words, ImageInfo Info)[] cases =
        [
            ("one frame", new(1, 1, new(1, 8)) { FrameCount = 2 }),
            ("straight alpha only", new(1, 1, new(4, 8, AlphaKind.Premultiplied))),
            ("2 colour channels", new(1, 1, new(2, 8))),
            ("4 colour channels", new(1, 1, new(4, 8))),
            ("keyword", new(1, 1, new(1, 8)) { Metadata = new() { Texts = [new(" Title", "x")] } }),
            ("null character", new(1, 1, new(1, 8)) { Metadata = new() { Texts = [new("Title", "x\0y")] } }),
            ("surrogate", new(1, 1, new(1, 8)) { Metadata = new() { Texts = [new("Title", "x\ud800")] } }),
        ];
        foreach ((string words, ImageInfo info) in cases)
        {
            NotSupportedException e = Assert.Throws<NotSupportedException>(() => Picture.Random(info with { FrameCount = 1 }, 1) is var p ? (p with { Info = info }).Write() : []);
            Assert.Contains(words, e.Message, StringComparison.Ordinal);
        }

        Picture over = new(new(1, 1, new(1, 7)) { WhiteLevel = 100 }, [[101]]);
        Assert.Contains("above the white level 100", Assert.Throws<NotSupportedException>(() => over.Write()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Missing_rows_are_an_error_and_leave_no_end()
    {
        using var stream = new MemoryStream();
        await using (IRasterSink sink = new PngFormat().Create(stream))
        {
            await sink.BeginAsync(new(4, 4, new(1, 8)));
            await Assert.ThrowsAsync<InvalidOperationException>(async () => await sink.CompleteAsync(ImageMetadata.Empty));
        }

        Assert.DoesNotContain("IEND", Encoding.Latin1.GetString(stream.ToArray()), StringComparison.Ordinal);
    }

    private static byte[] Interleave(Picture picture)
    {
        int channels = picture.Planes.Length;
        var bytes = new byte[picture.Planes[0].Length * channels];
        for (int i = 0; i < bytes.Length; i++)
            bytes[i] = (byte)picture.Planes[i % channels][i / channels];
        return bytes;
    }

    /// <summary>The filters as the PNG specification's section 9.2 words them.</summary>
    private static byte[] UndoFilters(byte[] lines, int rowBytes, int bpp, out HashSet<byte> filters)
    {
        filters = [];
        var recon = new byte[lines.Length / (rowBytes + 1) * rowBytes];
        for (int i = 0; i < recon.Length; i++)
        {
            int y = i / rowBytes, x = i % rowBytes;
            byte filter = lines[y * (rowBytes + 1)];
            filters.Add(filter);
            int a = x >= bpp ? recon[i - bpp] : 0, b = y > 0 ? recon[i - rowBytes] : 0, c = x >= bpp && y > 0 ? recon[i - rowBytes - bpp] : 0;
            int p = a + b - c, pa = Math.Abs(p - a), pb = Math.Abs(p - b), pc = Math.Abs(p - c);
            int paeth = pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
            recon[i] = (byte)(lines[(y * (rowBytes + 1)) + 1 + x] + new[] { 0, a, b, (a + b) / 2, paeth }[filter]);
        }

        return recon;
    }
}
