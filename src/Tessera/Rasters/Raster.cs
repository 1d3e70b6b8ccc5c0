using System.Collections.Immutable;

namespace Tessera;

/// <summary>One frame of an image in memory.</summary>
/// <param name="Samples">The samples, as large as the image.</param>
/// <param name="Info">What is particular to the frame.</param>
public sealed record RasterFrame(PlanarBuffer Samples, FrameInfo Info);

/// <summary>
/// A whole image in memory. Its shape never changes; its samples may be written through <see cref="RasterFrame.Samples"/>. It owns
/// its frames' buffers.
/// </summary>
public sealed class Raster : IDisposable
{
    /// <summary>Makes an image of frames and takes over their buffers.</summary>
    /// <param name="info">The image; its frame count is the number of frames.</param>
    /// <param name="frames">The frames, at least one.</param>
    /// <exception cref="ArgumentException">The frames are not such as the information says, or that is not valid in itself.</exception>
    public Raster(ImageInfo info, ImmutableArray<RasterFrame> frames)
    {
        ArgumentNullException.ThrowIfNull(info);
        info.Validate();
        if (frames.IsDefault || frames.Length != info.FrameCount)
            throw new ArgumentException($"An image of {info.FrameCount} frames was given {(frames.IsDefault ? 0 : frames.Length)}.", nameof(frames));
        foreach (RasterFrame frame in frames)
        {
            PlanarBuffer samples = frame.Samples;
            if ((samples.Width, samples.Height, samples.Channels) != (info.Width, info.Height, info.Format.Channels))
            {
                throw new ArgumentException(
                    $"A frame of {samples.Width} x {samples.Height} x {samples.Channels} is not one of an image of {info.Width} x {info.Height} x {info.Format.Channels}.",
                    nameof(frames));
            }
        }

        Info = info;
        Frames = frames;
    }

    /// <summary>The image; its metadata include those that came after the samples.</summary>
    public ImageInfo Info { get; }

    /// <summary>The frames, in order.</summary>
    public ImmutableArray<RasterFrame> Frames { get; }

    /// <summary>Makes an image whose samples are all 0.</summary>
    /// <param name="info">The image.</param>
    /// <returns>The image.</returns>
    /// <exception cref="ArgumentException">The information is not valid.</exception>
    public static Raster Create(ImageInfo info)
    {
        ArgumentNullException.ThrowIfNull(info);
        info.Validate();
        var frames = ImmutableArray.CreateBuilder<RasterFrame>(info.FrameCount);
        for (int i = 0; i < info.FrameCount; i++)
        {
            var samples = new PlanarBuffer(info.Width, info.Height, info.Format.Channels);
            for (int channel = 0; channel < samples.Channels; channel++)
                samples.Plane(channel).Clear();
            frames.Add(new(samples, FrameInfo.Default));
        }

        return new(info, frames.MoveToImmutable());
    }

    /// <summary>Reads a whole image into memory.</summary>
    /// <param name="source">The image.</param>
    /// <param name="limits">What to refuse, or null for <see cref="RasterLimits.Default"/>.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The image in memory.</returns>
    /// <exception cref="TesseraFormatException">The content is not valid or exceeds the limits.</exception>
    public static async Task<Raster> ReadAsync(IRasterSource source, RasterLimits? limits = null, CancellationToken cancellationToken = default)
    {
        var sink = new RasterSink(limits);
        await using (sink.ConfigureAwait(false))
        {
            await source.CopyToAsync(sink, cancellationToken).ConfigureAwait(false);
            return sink.TakeRaster();
        }
    }

    /// <summary>Gives the image to a reader. The raster must live as long as the source is read; disposing the source leaves it alone.</summary>
    /// <returns>The source.</returns>
    public IRasterSource AsSource() => new RasterSource(this);

    /// <summary>Whether another image has the same size, format, frames and samples. Metadata and delays do not count.</summary>
    /// <param name="other">The other image.</param>
    /// <returns>Whether every sample is equal.</returns>
    public bool HasSamePixels(Raster other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if ((Info.Width, Info.Height, Info.Format, Info.FrameCount) != (other.Info.Width, other.Info.Height, other.Info.Format, other.Info.FrameCount))
            return false;
        for (int i = 0; i < Frames.Length; i++)
        {
            for (int channel = 0; channel < Info.Format.Channels; channel++)
            {
                if (!Frames[i].Samples.Plane(channel).SequenceEqual(other.Frames[i].Samples.Plane(channel)))
                    return false;
            }
        }

        return true;
    }

    /// <summary>Gives the frames' memory back.</summary>
    public void Dispose()
    {
        foreach (RasterFrame frame in Frames)
            frame.Samples.Dispose();
    }
}
