using System.Buffers;

namespace Tessera;

/// <summary>
/// Rows of samples in planes: all of channel 0, then all of channel 1, and so on, each row by row without padding. Samples of any
/// depth are held in 16 bits. The memory of small buffers is pooled and comes back when the buffer is disposed.
/// </summary>
public sealed class PlanarBuffer : IDisposable
{
    /// <summary>
    /// The most samples that are pooled. The shared pool keeps an array for each thread that returned one: of large ones, these would
    /// be most of a program's memory.
    /// </summary>
    private const int MaxPooledSamples = 1 << 20;

    private ushort[]? _samples;

    /// <summary>Makes a buffer. Its content is not defined.</summary>
    /// <param name="width">Pixels in a row, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="channels">Planes, 1 to 4.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is not in its range, or all samples do not fit one array.</exception>
    public PlanarBuffer(int width, int height, int channels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(channels, SampleFormat.MaxChannels);
        long samples = (long)width * height;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(samples, Array.MaxLength / channels, nameof(height));
        Width = width;
        Height = height;
        Channels = channels;
        int length = (int)samples * channels;
        _samples = length <= MaxPooledSamples ? ArrayPool<ushort>.Shared.Rent(length) : GC.AllocateUninitializedArray<ushort>(length);
    }

    /// <summary>Pixels in a row.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>Planes.</summary>
    public int Channels { get; }

    /// <summary>All samples of one channel, row by row.</summary>
    /// <param name="channel">The channel, from 0.</param>
    /// <returns>Width times height samples.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such channel.</exception>
    /// <exception cref="ObjectDisposedException">The buffer was disposed.</exception>
    public Span<ushort> Plane(int channel)
    {
        ObjectDisposedException.ThrowIf(_samples is null, this);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)channel, (uint)Channels, nameof(channel));
        int size = Width * Height;
        return _samples.AsSpan(channel * size, size);
    }

    /// <summary>One row of one channel.</summary>
    /// <param name="channel">The channel, from 0.</param>
    /// <param name="y">The row, from 0.</param>
    /// <returns>Width samples.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such channel or row.</exception>
    /// <exception cref="ObjectDisposedException">The buffer was disposed.</exception>
    public Span<ushort> Row(int channel, int y)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)y, (uint)Height, nameof(y));
        return Plane(channel).Slice(y * Width, Width);
    }

    /// <summary>Copies whole rows of all channels to another buffer of the same width and channels.</summary>
    /// <param name="y">The first row to copy.</param>
    /// <param name="destination">Where to.</param>
    /// <param name="destinationY">The first row to write.</param>
    /// <param name="count">Rows.</param>
    /// <exception cref="ArgumentException">The buffers differ in width or channels, or have not so many rows.</exception>
    /// <exception cref="ObjectDisposedException">One of the buffers was disposed.</exception>
    public void CopyRowsTo(int y, PlanarBuffer destination, int destinationY, int count)
    {
        ArgumentNullException.ThrowIfNull(destination);
        if ((Width, Channels) != (destination.Width, destination.Channels))
            throw new ArgumentException($"Rows of {Width} x {Channels} samples do not fit rows of {destination.Width} x {destination.Channels}.", nameof(destination));
        if (y < 0 || destinationY < 0 || count < 0 || count > Height - y || count > destination.Height - destinationY)
            throw new ArgumentException($"{count} rows at {y} of {Height} do not fit at {destinationY} of {destination.Height}.", nameof(count));
        for (int channel = 0; channel < Channels; channel++)
        {
            Plane(channel).Slice(y * Width, count * Width)
                .CopyTo(destination.Plane(channel)[(destinationY * Width)..]);
        }
    }

    /// <summary>The memory that a buffer of a size needs.</summary>
    /// <param name="width">Pixels in a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="channels">Planes.</param>
    /// <returns>Bytes, or <see cref="long.MaxValue"/> where they are more.</returns>
    public static long BytesOf(int width, int height, int channels)
    {
        long area = (long)width * height;
        int bytesPerPixel = channels * sizeof(ushort);
        return area > long.MaxValue / bytesPerPixel ? long.MaxValue : area * bytesPerPixel;
    }

    /// <summary>Gives the memory back to the pool.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _samples, null) is { } samples && (long)Width * Height * Channels <= MaxPooledSamples)
            ArrayPool<ushort>.Shared.Return(samples);
    }
}
