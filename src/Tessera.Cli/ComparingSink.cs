using Tessera.Cli.Display;

namespace Tessera.Cli;

/// <summary>Compares the samples of an image with those of another one, as they come.</summary>
/// <param name="expected">The other image, at its start. It stays the caller's.</param>
internal sealed class ComparingSink(IRasterSource expected) : IRasterSink
{
    private int _frame = -1;
    private int _row;

    /// <inheritdoc/>
    /// <exception cref="ToolException">Size, format or number of frames differ.</exception>
    public ValueTask BeginAsync(ImageInfo info, CancellationToken cancellationToken = default)
    {
        ImageInfo other = expected.Info;
        if ((info.Width, info.Height, info.FrameCount, info.Format) != (other.Width, other.Height, other.FrameCount, other.Format))
            throw ToolException.InvalidContent($"The images are not alike: {Describe(info)}, and {Describe(other)}.");
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public async ValueTask BeginFrameAsync(FrameInfo frame, CancellationToken cancellationToken = default)
    {
        await expected.ReadFrameInfoAsync(cancellationToken);
        _frame++;
        _row = 0;
    }

    /// <inheritdoc/>
    /// <exception cref="ToolException">A sample differs.</exception>
    public async ValueTask WriteRowsAsync(PlanarBuffer rows, CancellationToken cancellationToken = default)
    {
        using var others = new PlanarBuffer(rows.Width, rows.Height, rows.Channels);
        await expected.ReadRowsAsync(others, cancellationToken);
        for (int channel = 0; channel < rows.Channels; channel++)
        {
            ReadOnlySpan<ushort> here = rows.Plane(channel), there = others.Plane(channel);
            int same = here.CommonPrefixLength(there);
            if (same < here.Length)
            {
                throw ToolException.InvalidContent(
                    $"The pixels differ, first in channel {channel} at column {same % rows.Width}, row {_row + (same / rows.Width)} of frame {_frame}: {here[same]}, and {there[same]}.");
            }
        }

        _row += rows.Height;
    }

    /// <inheritdoc/>
    public ValueTask CompleteAsync(ImageMetadata trailer, CancellationToken cancellationToken = default) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static string Describe(ImageInfo info) => $"{SizeText.Pixels(info)}, {FormatText.Describe(info)}";
}
