namespace Tessera;

/// <summary>Which channels of which tiles of one band have come.</summary>
internal sealed class BandCoverage(long firstTile, int tileCount, int channels)
{
    /// <summary>One bit per channel.</summary>
    private readonly byte[] _came = new byte[tileCount];

    public void Add(long tile, int count, int firstChannel, int channelCount)
    {
        byte mask = (byte)(((1 << channelCount) - 1) << firstChannel);
        foreach (ref byte came in _came.AsSpan((int)(tile - firstTile), count))
            came |= mask;
    }

    /// <summary>What has not come, as few entries as possible.</summary>
    public IEnumerable<LostTiles> Missing(string reason)
    {
        for (int start = 0; start < tileCount;)
        {
            byte came = _came[start];
            int length = _came.AsSpan(start).IndexOfAnyExcept(came) is var end and >= 0 ? end : tileCount - start;
            for (int channel = 0; channel < channels;)
            {
                int first = channel;
                while (channel < channels && (came >> channel & 1) == 0)
                    channel++;
                if (channel > first)
                    yield return new(firstTile + start, length, first, channel - first, reason);
                else
                    channel++;
            }

            start += length;
        }
    }
}
