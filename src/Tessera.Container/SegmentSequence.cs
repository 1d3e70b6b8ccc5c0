namespace Tessera.Container;

/// <summary>
/// Checks that segments come in order and hold every channel of every tile exactly once. It remembers one number per channel: because
/// the order is by first tile, each channel's tiles must come without a gap.
/// </summary>
internal sealed class SegmentSequence
{
    private readonly TileLayout _layout;
    private readonly long[] _next;
    private long _lastTile = -1;
    private int _lastChannel;

    public SegmentSequence(ContainerHeader header)
    {
        _layout = new(header);
        _next = new long[header.Channels];
    }

    /// <summary>The first tile of which some channel has not come.</summary>
    public long NextTile => _next.Min();

    /// <summary>Whether every channel of every tile before this one has come, and nothing beyond.</summary>
    public bool IsAt(long tile) => Array.TrueForAll(_next, next => next == tile);

    public bool IsComplete => IsAt(_layout.TileCount);

    /// <summary>Takes the next segment, unless it is wrong.</summary>
    /// <param name="firstTile">Its first tile.</param>
    /// <param name="tileCount">Its tiles.</param>
    /// <param name="firstChannel">Its first channel.</param>
    /// <param name="channelCount">Its channels.</param>
    /// <param name="allowGaps">Whether segments before it may have been lost.</param>
    /// <returns>What is wrong, or null.</returns>
    public string? Accept(long firstTile, int tileCount, int firstChannel, int channelCount, bool allowGaps)
    {
        if (firstTile < 0 || tileCount < 1 || firstTile >= _layout.TileCount || tileCount > _layout.TileCount - firstTile)
            return $"A segment of {tileCount} tiles begins at tile {firstTile}, but the image has {_layout.TileCount} tiles";
        if (firstChannel < 0 || channelCount < 1 || channelCount > _next.Length - firstChannel)
            return $"A segment has {channelCount} channels from channel {firstChannel}, but the image has {_next.Length}";
        long bandEnd = _layout.BandEnd(firstTile);
        if (tileCount > bandEnd - firstTile)
            return $"A segment of {tileCount} tiles begins at tile {firstTile} and crosses the end of its band, tile {bandEnd}";

        Span<long> channels = _next.AsSpan(firstChannel, channelCount);
        int doubled = channels.IndexOfAnyInRange(firstTile + 1, long.MaxValue);
        if (doubled >= 0)
            return $"Tile {firstTile} of channel {firstChannel + doubled} comes a second time";
        if (!allowGaps && FindMissing(firstTile) is { } missing)
            return missing;
        if (firstTile < _lastTile || (firstTile == _lastTile && firstChannel < _lastChannel))
        {
            return $"The segment that begins at tile {firstTile}, channel {firstChannel} comes after the one of tile {_lastTile}, " +
                $"channel {_lastChannel}";
        }

        channels.Fill(firstTile + tileCount);
        (_lastTile, _lastChannel) = (firstTile, firstChannel);
        return null;
    }

    /// <summary>What has not come before the end, or null.</summary>
    public string? FindMissing() => FindMissing(_layout.TileCount);

    private string? FindMissing(long end)
    {
        int channel = Array.FindIndex(_next, next => next < end);
        return channel < 0 ? null : $"No segment holds tiles {_next[channel]} to {end - 1} of channel {channel}";
    }
}
