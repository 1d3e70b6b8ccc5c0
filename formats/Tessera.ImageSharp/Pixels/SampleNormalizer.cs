using Tessera.Formats;

namespace Tessera.ImageSharp;

/// <summary>
/// Brings samples of any depth, white level and kind of alpha to those of a pixel type of ImageSharp: full range, straight alpha.
/// Samples above the white level become white. A premultiplied colour is divided by its alpha, and is black where that is 0.
/// </summary>
internal sealed class SampleNormalizer : IDisposable
{
    private readonly ImageInfo _image;
    private readonly int _largest;
    private readonly ushort[] _scaled;
    private readonly PlanarBuffer _row;

    private SampleNormalizer(ImageInfo image, SampleFormat target)
    {
        _image = image;
        _largest = target.MaxSample;
        _scaled = SampleScale.Table(image.WhiteLevel, _largest);
        _row = new(image.Width, 1, image.Format.Channels);
    }

    /// <summary>Makes a normalizer, or null where an image's samples are those of the pixel type.</summary>
    /// <param name="image">The image as it is in the file.</param>
    /// <param name="target">What a pixel of the type is made of.</param>
    public static SampleNormalizer? For(ImageInfo image, SampleFormat target) =>
        image.Format == target && image.WhiteLevel == target.MaxSample ? null : new(image, target);

    /// <summary>Normalizes one row.</summary>
    /// <returns>The row, alone in a buffer that the next call writes to again.</returns>
    public PlanarBuffer Normalize(PlanarBuffer rows, int y)
    {
        int channels = _image.Format.Channels;
        bool divide = _image.Format.Alpha == AlphaKind.Premultiplied;
        for (int channel = 0; channel < channels; channel++)
        {
            if (divide && channel < channels - 1)
                Divide(rows.Row(channel, y), rows.Row(channels - 1, y), _row.Row(channel, 0));
            else
                Scale(rows.Row(channel, y), _row.Row(channel, 0));
        }

        return _row;
    }

    public void Dispose() => _row.Dispose();

    private void Scale(ReadOnlySpan<ushort> samples, Span<ushort> scaled)
    {
        for (int x = 0; x < scaled.Length; x++)
            scaled[x] = _scaled[Math.Min(samples[x], _image.WhiteLevel)];
    }

    private void Divide(ReadOnlySpan<ushort> samples, ReadOnlySpan<ushort> alpha, Span<ushort> straight)
    {
        for (int x = 0; x < straight.Length; x++)
        {
            int a = Math.Min(alpha[x], _image.WhiteLevel);
            straight[x] = a == 0 ? (ushort)0 : SampleScale.Scale(Math.Min(samples[x], a), a, _largest);
        }
    }
}
