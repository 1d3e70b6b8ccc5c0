using System.Collections.Immutable;

namespace Tessera.Cli.Imaging;

/// <summary>
/// How samples of any kind are shown in 8 bits: grey, grey and alpha, RGB, or RGB and alpha. A sample v of an image whose white level is w
/// becomes v * 255 / w, rounded to the nearest, and no more than 255.
/// </summary>
internal sealed class DisplayFormat
{
    private const int White = byte.MaxValue;

    private readonly byte[] _levels;

    private DisplayFormat(ImmutableArray<int> sources, AlphaKind alpha, byte[] levels)
    {
        Sources = sources;
        Alpha = alpha;
        _levels = levels;
    }

    /// <summary>The image's channel for each channel that is shown; alpha is the last.</summary>
    public ImmutableArray<int> Sources { get; }

    /// <summary>What is known of the last channel.</summary>
    public AlphaKind Alpha { get; }

    /// <summary>Bytes of a pixel, 1 to 4.</summary>
    public int Channels => Sources.Length;

    /// <summary>Whether the last channel is alpha.</summary>
    public bool HasAlpha => Alpha != AlphaKind.None;

    /// <summary>The format for an image. Of two colour channels the first is shown, of four the first three.</summary>
    /// <param name="info">The image.</param>
    public static DisplayFormat Of(ImageInfo info)
    {
        SampleFormat format = info.Format;
        int colors = format.ColorChannels >= 3 ? 3 : 1;
        IEnumerable<int> sources = Enumerable.Range(0, colors);
        if (format.Alpha != AlphaKind.None)
            sources = sources.Append(format.Channels - 1);

        var levels = new byte[format.MaxSample + 1];
        for (int sample = 0; sample < levels.Length; sample++)
            levels[sample] = (byte)Math.Min(White, ((2L * sample * White) + info.WhiteLevel) / (2L * info.WhiteLevel));
        return new([.. sources], format.Alpha, levels);
    }

    /// <summary>Converts samples of one channel.</summary>
    /// <param name="samples">The samples.</param>
    /// <param name="target">Gets one byte for each, at every <paramref name="step"/>th place.</param>
    /// <param name="step">From one byte to the next.</param>
    public void Convert(ReadOnlySpan<ushort> samples, Span<byte> target, int step = 1)
    {
        ReadOnlySpan<byte> levels = _levels;
        for (int i = 0, at = 0; i < samples.Length; i++, at += step)
            target[at] = levels[samples[i]];
    }

    /// <summary>Converts a row of all channels that are shown.</summary>
    /// <param name="rows">Rows with all channels of the image.</param>
    /// <param name="y">The row.</param>
    /// <param name="pixels">Gets <see cref="Channels"/> bytes for each pixel.</param>
    public void ConvertRow(PlanarBuffer rows, int y, Span<byte> pixels)
    {
        for (int channel = 0; channel < Channels; channel++)
            Convert(rows.Row(Sources[channel], y), pixels[channel..], Channels);
    }
}
