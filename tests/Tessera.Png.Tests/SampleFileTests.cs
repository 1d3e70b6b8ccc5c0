namespace Tessera.Png.Tests;

/// <summary>Files that other programs wrote, against the samples that libpng reads from them.</summary>
public class SampleFileTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Samples");

    public static TheoryData<string> Names => [.. Directory.GetFiles(Folder, "*.png").Select(path => Path.GetFileNameWithoutExtension(path)).Order()];

    internal static byte[] Load(string name) => File.ReadAllBytes(Path.Combine(Folder, name));

    [Theory]
    [MemberData(nameof(Names))]
    public void Samples_are_those_that_libpng_reads(string name)
    {
        Picture expected = Expected(name, out SampleFormat format);
        Picture read = Picture.Read(Load(name + ".png"));

        Assert.Equal(format, read.Info.Format);
        read.ShouldHaveTheSamplesOf(expected);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Rows_may_be_asked_for_in_any_portions(string name)
    {
        byte[] file = Load(name + ".png");
        Picture expected = Picture.Read(file, rowsAtOnce: 1000);

        Picture.Read(file, rowsAtOnce: 1).ShouldHaveTheSamplesOf(expected);
        Picture.Read(file, rowsAtOnce: 7).ShouldHaveTheSamplesOf(expected);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Writing_what_was_read_keeps_samples_and_metadata(string name)
    {
        Picture read = Picture.Read(Load(name + ".png"));
        Picture again = Picture.Read(read.Write());

        again.ShouldHaveTheSamplesOf(read);
        Assert.Equal(read.Info, again.Info);
        Assert.Equal(read.Trailer, again.Trailer);
    }

    [Fact]
    public void The_set_is_complete() => Assert.InRange(Directory.GetFiles(Folder, "*.png").Length, 70, 200);

    /// <summary>The PAM files all have alpha, and the depth as stored; the name says what the raster is to have.</summary>
    private static Picture Expected(string name, out SampleFormat format)
    {
        Picture pam = Picture.ReadPam(Load(name + ".pam"));
        int colors = name.StartsWith("grey", StringComparison.Ordinal) ? 1 : 3;
        bool alpha = name.Contains("alpha", StringComparison.Ordinal) || name.Contains("rgba", StringComparison.Ordinal)
            || name.Contains("transparent", StringComparison.Ordinal);
        int depth = pam.Info.Format.BitDepth;
        ushort[][] planes = pam.Planes;
        if (alpha && depth < 8)
        {
            int scale = 255 / pam.Info.Format.MaxSample;
            planes = [.. planes.Select(plane => plane.Select(sample => (ushort)(sample * scale)).ToArray())];
            depth = 8;
        }

        format = new(alpha ? colors + 1 : colors, depth, alpha ? AlphaKind.Straight : AlphaKind.None);
        if (alpha)
            Assert.Contains(planes[^1], sample => sample < pam.Info.Format.MaxSample);
        else
            Assert.All(planes[^1], sample => Assert.Equal(pam.Info.Format.MaxSample, sample));
        return new(new(pam.Info.Width, pam.Info.Height, format), planes[..format.Channels]);
    }
}
