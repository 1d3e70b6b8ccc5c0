namespace Tessera.Models.Classic;

/// <summary>
/// Which values a channel takes in a segment, when they are few or far apart: samples are coded as ranks among them.
/// </summary>
internal sealed class ChannelMap
{
    /// <summary>How likely a channel has a map, in units of 2^-16.</summary>
    public const uint ProbabilityOfMap = 1 << 14;

    private readonly ushort[] _values;
    private readonly ushort[]? _ranks;

    private ChannelMap(ushort[] values, ushort[]? ranks)
    {
        _values = values;
        _ranks = ranks;
    }

    /// <summary>The largest rank; 0 when the channel is constant.</summary>
    public int High => _values.Length - 1;

    public ushort ToValue(int rank) => _values[rank];

    public int ToRank(ushort value) => _ranks![value];

    /// <summary>Makes a map of the values that occur.</summary>
    /// <param name="occurs">For each value, whether it occurs.</param>
    public static ChannelMap Create(bool[] occurs)
    {
        var ranks = new ushort[occurs.Length];
        var values = new List<ushort>();
        for (int i = 0; i < occurs.Length; i++)
        {
            if (occurs[i])
            {
                ranks[i] = (ushort)values.Count;
                values.Add((ushort)i);
            }
        }

        return new([.. values], ranks);
    }

    /// <summary>Codes a map: for each value in order whether it occurs, as run lengths.</summary>
    public static ChannelMap Code<TCoder>(ref TCoder coder, ChannelMap? map, int maxSample)
        where TCoder : struct, IBitCoder, allows ref struct
    {
        var runs = new[] { new NumberCoder(), new NumberCoder() };
        var values = new List<ushort>();
        int position = 0;
        int state = 0;
        int next = 0;
        while (position <= maxSample)
        {
            // A run of values that are absent (state 0) or present (state 1).
            int run = 0;
            if (map is not null)
            {
                int end = position;
                while (end <= maxSample && (next < map._values.Length && map._values[next] == end) == (state == 1))
                {
                    end++;
                    next += state;
                }

                run = end - position;
            }

            run = runs[state].Code(ref coder, run);
            if (run > maxSample + 1 - position || (run == 0 && (position > 0 || state == 1)))
                throw new TesseraFormatException("A run of sample values is empty or too long; the segment is damaged.");
            if (state == 1)
            {
                for (int i = 0; i < run; i++)
                    values.Add((ushort)(position + i));
            }

            position += run;
            state ^= 1;
        }

        if (values.Count == 0)
            throw new TesseraFormatException("A channel has no sample values; the segment is damaged.");
        return map ?? new ChannelMap([.. values], null);
    }
}
