using System.Collections.Immutable;

namespace Tessera;

/// <summary>Collects an image in memory.</summary>
public sealed class RasterSink : IRasterSink
{
    private readonly RasterLimits _limits;
    private readonly List<RasterFrame> _frames = [];
    private ImageInfo? _info;
    private int _row;
    private bool _complete;

    /// <summary>Creates an empty sink.</summary>
    /// <param name="limits">What to refuse, or null for <see cref="RasterLimits.Default"/>; one frame is one allocation.</param>
    public RasterSink(RasterLimits? limits = null) => _limits = limits ?? RasterLimits.Default;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The information is not valid.</exception>
    /// <exception cref="InvalidOperationException">The image was begun before.</exception>
    /// <exception cref="TesseraFormatException">A frame is larger than one allocation may be.</exception>
    public ValueTask BeginAsync(ImageInfo info, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(info);
        if (_info is not null)
            throw new InvalidOperationException("The image was begun before.");
        info.Validate();
        long bytes = PlanarBuffer.BytesOf(info.Width, info.Height, info.Format.Channels);
        if (bytes > Math.Min(_limits.MaxAllocation, Array.MaxLength * (long)sizeof(ushort)))
            throw new TesseraFormatException($"A frame takes {bytes} bytes in memory, and {_limits.MaxAllocation} are allowed.");
        _info = info;
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The image was not begun, the frame before is not complete, or all frames are there.</exception>
    public ValueTask BeginFrameAsync(FrameInfo frame, CancellationToken cancellationToken = default)
    {
        ImageInfo info = _info ?? throw new InvalidOperationException("The image was not begun.");
        cancellationToken.ThrowIfCancellationRequested();
        CheckFrameEnd(info);
        if (_frames.Count == info.FrameCount)
            throw new InvalidOperationException($"All {info.FrameCount} frames are there.");
        _frames.Add(new(new(info.Width, info.Height, info.Format.Channels), frame));
        _row = 0;
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The rows are not of the image, or more than the frame has left.</exception>
    /// <exception cref="InvalidOperationException">No frame was begun.</exception>
    public ValueTask WriteRowsAsync(PlanarBuffer rows, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        cancellationToken.ThrowIfCancellationRequested();
        if (_frames.Count == 0)
            throw new InvalidOperationException("No frame was begun.");
        rows.CopyRowsTo(0, _frames[^1].Samples, _row, rows.Height);
        _row += rows.Height;
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">Rows or frames are missing.</exception>
    public ValueTask CompleteAsync(ImageMetadata trailer, CancellationToken cancellationToken = default)
    {
        ImageInfo info = _info ?? throw new InvalidOperationException("The image was not begun.");
        CheckFrameEnd(info);
        if (_frames.Count != info.FrameCount)
            throw new InvalidOperationException($"{_frames.Count} of {info.FrameCount} frames were written.");
        _info = info with { Metadata = info.Metadata.Append(trailer) };
        _complete = true;
        return ValueTask.CompletedTask;
    }

    /// <summary>Hands out the image. It is the caller's from then on.</summary>
    /// <returns>The image.</returns>
    /// <exception cref="InvalidOperationException">The image is not complete, or was handed out before.</exception>
    public Raster TakeRaster()
    {
        if (!_complete)
            throw new InvalidOperationException("The image is not complete.");
        var raster = new Raster(_info!, [.. _frames]);
        _frames.Clear();
        _complete = false;
        return raster;
    }

    /// <summary>Gives back the memory of an image that was not handed out.</summary>
    /// <returns>Done.</returns>
    public ValueTask DisposeAsync()
    {
        foreach (RasterFrame frame in _frames)
            frame.Samples.Dispose();
        _frames.Clear();
        return ValueTask.CompletedTask;
    }

    private void CheckFrameEnd(ImageInfo info)
    {
        if (_frames.Count > 0 && _row != info.Height)
            throw new InvalidOperationException($"Frame {_frames.Count - 1} has {_row} of {info.Height} rows.");
    }
}
