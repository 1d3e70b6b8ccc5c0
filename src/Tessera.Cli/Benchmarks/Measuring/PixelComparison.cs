namespace Tessera.Cli.Benchmarks.Measuring;

/// <summary>
/// Whether two images show the same, to the last bit of every sample, even where one of them is stored in a wider form: grey equals RGB of
/// three equal samples, no alpha equals an alpha that is full everywhere, and samples are equal if their parts of the white level are.
/// From an image that is equal in this sense the other one can be had back exactly.
/// </summary>
internal static class PixelComparison
{
    private const int SamplesAtOnce = 1 << 20;
    private const int RgbaChannels = 4;

    /// <summary>Compares two images from their start.</summary>
    /// <param name="expected">One.</param>
    /// <param name="actual">The other.</param>
    /// <param name="cancellationToken">Ends the comparison.</param>
    /// <returns>The first difference in words, or null if there is none.</returns>
    public static async Task<string?> FindDifferenceAsync(IRasterSource expected, IRasterSource actual, CancellationToken cancellationToken)
    {
        ImageInfo here = expected.Info, there = actual.Info;
        if ((here.Width, here.Height, here.FrameCount) != (there.Width, there.Height, there.FrameCount))
            return $"It is {there.Width} x {there.Height} with {there.FrameCount} frame(s) instead of {here.Width} x {here.Height} with {here.FrameCount}.";

        int step = (int)Math.Clamp(SamplesAtOnce / ((long)here.Width * RgbaChannels), 1, here.Height);
        for (int frame = 0; frame < here.FrameCount; frame++)
        {
            await expected.ReadFrameInfoAsync(cancellationToken);
            await actual.ReadFrameInfoAsync(cancellationToken);
            for (int y = 0; y < here.Height; y += step)
            {
                using var a = new PlanarBuffer(here.Width, Math.Min(step, here.Height - y), here.Format.Channels);
                using var b = new PlanarBuffer(here.Width, a.Height, there.Format.Channels);
                await expected.ReadRowsAsync(a, cancellationToken);
                await actual.ReadRowsAsync(b, cancellationToken);
                if (FindDifference(a, here, b, there) is { } at)
                    return $"Channel {at.Channel} differs at column {at.X}, row {y + at.Y}: {at.Actual} of {there.WhiteLevel} instead of {at.Expected} of {here.WhiteLevel}.";
            }
        }

        return null;
    }

    private static Difference? FindDifference(PlanarBuffer a, ImageInfo aInfo, PlanarBuffer b, ImageInfo bInfo)
    {
        for (int channel = 0; channel < RgbaChannels; channel++)
        {
            ReadOnlySpan<ushort> left = Plane(a, aInfo.Format, channel), right = Plane(b, bInfo.Format, channel);
            if (left.Length == right.Length && aInfo.WhiteLevel == bInfo.WhiteLevel && left.SequenceEqual(right))
                continue;
            for (int i = 0, count = a.Width * a.Height; i < count; i++)
            {
                int expected = left.IsEmpty ? aInfo.WhiteLevel : left[i], actual = right.IsEmpty ? bInfo.WhiteLevel : right[i];
                if ((long)expected * bInfo.WhiteLevel != (long)actual * aInfo.WhiteLevel)
                    return new(channel, i % a.Width, i / a.Width, expected, actual);
            }
        }

        return null;
    }

    /// <summary>The samples of red, green, blue or alpha; empty where there is no alpha.</summary>
    private static ReadOnlySpan<ushort> Plane(PlanarBuffer rows, SampleFormat format, int channel)
    {
        if (channel < RgbaChannels - 1)
            return rows.Plane(format.ColorChannels == 1 ? 0 : channel);
        return format.Alpha == AlphaKind.None ? default : rows.Plane(format.Channels - 1);
    }

    private readonly record struct Difference(int Channel, int X, int Y, int Expected, int Actual);
}
