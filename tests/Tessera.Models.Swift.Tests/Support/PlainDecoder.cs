using Tessera.Entropy;

namespace Tessera.Models.Swift.Tests.Support;

/// <summary>A decoder of predicted segments as <c>spec/swift.md</c> says it, sample by sample, without vectors and without care for time.</summary>
internal sealed class PlainDecoder
{
    private readonly int _bits;
    private readonly Plan[] _plans;
    private readonly int[][,] _samples;
    private readonly int[][,] _magnitudes;
    private readonly int _width, _height;

    private PlainDecoder(int channels, int bits, int width, int height)
    {
        (_bits, _width, _height) = (bits, width, height);
        _plans = new Plan[channels];
        _samples = [.. Enumerable.Range(0, channels).Select(_ => new int[height, width])];
        _magnitudes = [.. Enumerable.Range(0, channels).Select(_ => new int[height, width])];
    }

    private int SymbolCount => _bits <= 8 ? 1 << _bits : 32 + (8 * (_bits - 5));

    /// <summary>Decodes a segment of one region.</summary>
    /// <returns>The samples of each channel, row by row.</returns>
    public static int[][] Decode(ReadOnlySpan<byte> payload, int channels, int bits, int width, int height)
    {
        var decoder = new PlainDecoder(channels, bits, width, height);
        int position = 1, length = 0;
        for (int shift = 0; ; shift += 7)
        {
            length |= (payload[position] & 127) << shift;
            if (payload[position++] < 128)
                break;
        }

        decoder.ReadPlans(payload.Slice(position, length));
        decoder.ReadSamples(payload[(position + length)..]);
        int[][] planes = [.. decoder._samples.Select(s => s.Cast<int>().ToArray())];
        if (payload[0] == 2)
            (planes[0], planes[1]) = (planes[1], planes[0]);
        return planes;
    }

    private void ReadPlans(ReadOnlySpan<byte> bytes)
    {
        var stream = new AdaptiveAnsDecoder(bytes);
        uint[] taps = Counters(), weights = Counters(), classes = Counters();
        for (int p = 0; p < _plans.Length; p++)
        {
            int references = Math.Min(p, 2);
            var plan = new Plan { Taps = new int[6 + (5 * references)], Weights = new int[9 + references] };
            for (int i = 0; i < plan.Taps.Length; i++)
                plan.Taps[i] = Signed(Number(ref stream, taps));
            for (int i = 0; i < plan.Weights.Length; i++)
                plan.Weights[i] = Signed(Number(ref stream, weights));
            int count = Number(ref stream, classes) + 1;
            for (int i = 0; i < count; i++)
            {
                int first = i == 0 ? 0 : plan.Classes[^1].First + 1 + Number(ref stream, classes);
                plan.Classes.Add((first, Number(ref stream, classes) == 1, plan.TableCount));
                plan.TableCount += plan.Classes[^1].IsSplit ? 4 : 1;
            }

            uint[] last = Counters(), after = Counters(), without = Counters(), present = Counters();
            var builder = new FrequencyTablesBuilder();
            int[] before = new int[SymbolCount];
            for (int table = 0; table < plan.TableCount; table++)
            {
                before = ReadTable(ref stream, last, after, without, present, before);
                uint[] frequencies = Frequencies(before);
                plan.Symbols.Add([.. Enumerable.Range(0, frequencies.Length).Where(s => frequencies[s] != 0)]);
                builder.Add([.. frequencies.Where(f => f != 0)]);
            }

            plan.Tables = builder.Build();
            _plans[p] = plan;
        }

        Assert.True(stream.IsAtEnd);
    }

    private static int[] ReadTable(ref AdaptiveAnsDecoder stream, uint[] last, uint[] after, uint[] without, uint[] present, int[] b)
    {
        var t = new int[b.Length];
        int l = Number(ref stream, last);
        for (int s = 0; s <= l; s++)
        {
            int one = s > 0 ? t[s - 1] : 0, two = s > 1 ? t[s - 2] : 0;
            if (s < l && Decision(ref stream, ref present[(one != 0 ? 1 : 0) + (two != 0 ? 2 : 0) + (b[s] != 0 ? 4 : 0)]) == 0)
                continue;
            int expected = two != 0
                ? b[s] != 0 && b[s - 2] != 0 ? Math.Max(1, two + ((b[s] - b[s - 2]) / 2)) : two
                : one != 0 ? one : b[s];
            t[s] = expected + Signed(Number(ref stream, two != 0 ? after : without));
        }

        return t;
    }

    private static uint[] Frequencies(int[] weights)
    {
        ulong[] values = [.. weights.Select(t => t == 0 ? 0 : (ulong)(4 + ((t - 1) % 4)) << ((t - 1) / 4))];
        ulong total = values.Aggregate((sum, v) => sum + v);
        uint[] frequencies = [.. values.Select(v => v == 0 ? 0 : (uint)Math.Max(1, v * 65536 / total))];
        int largest = Array.IndexOf(weights, weights.Max());
        frequencies[largest] += (uint)(65536 - frequencies.Sum(f => f));
        return frequencies;
    }

    private void ReadSamples(ReadOnlySpan<byte> bytes)
    {
        var stream = new LaneDecoder(bytes);
        for (int step = 0; step < _height + _plans.Length - 1; step++)
        {
            for (int x = 0; x < _width; x++)
            {
                for (int p = 0; p < _plans.Length; p++)
                {
                    if (step - p >= 0 && step - p < _height)
                        ReadSample(ref stream, p, x, step - p);
                }
            }
        }

        stream.Finish();
    }

    private void ReadSample(ref LaneDecoder stream, int p, int x, int y)
    {
        Plan plan = _plans[p];
        int[] c = plan.Taps;
        int precision = Math.Min(12, 24 - _bits), unit = 1 << precision, sum = Sample(p, x - 1, y) * unit;
        for (int r = 1; r <= Math.Min(p, 2); r++)
        {
            int west = Sample(p - r, x - 1, y), here = Sample(p - r, x, y) - west, tap = 6 + (5 * (r - 1));
            if (y == 0)
                sum += r == 1 ? here * unit : 0;
            else
            {
                sum += (c[tap] * here) + (c[tap + 1] * (Sample(p - r, x, y - 1) - west)) + (c[tap + 2] * (Sample(p - r, x - 1, y - 1) - west))
                    + (c[tap + 3] * (Sample(p - r, x + 1, y - 1) - west)) + (c[tap + 4] * (Median(p - r, x, y) - west));
            }
        }

        if (y > 0)
        {
            int w = Sample(p, x - 1, y);
            sum += (c[0] * (Sample(p, x, y - 1) - w)) + (c[1] * (Sample(p, x - 1, y - 1) - w)) + (c[2] * (Sample(p, x + 1, y - 1) - w))
                + (c[3] * (Sample(p, x - 2, y) - w)) + (c[4] * (Sample(p, x, y == 1 ? 0 : y - 2) - w)) + (c[5] * (Median(p, x, y) - w));
        }

        sum = Math.Clamp(sum + (unit / 2), 0, (unit << _bits) - 1);
        int prediction = sum >> precision, fraction = (sum >> (precision - 2)) % 4;

        int activity = Math.Clamp(Activity(p, x, y) >> (5 + Math.Max(0, _bits - 8)), 0, 1023);
        (_, bool isSplit, int table) = plan.Classes.Last(k => k.First <= activity);
        table += isSplit ? fraction : 0;
        var symbol = new ushort[1];
        stream.Read(plan.Tables!, [(ushort)table], symbol);
        int folded = plan.Symbols[table][symbol[0]];
        if (_bits > 8 && folded >= 32)
        {
            int count = 2 + ((folded - 32) / 8);
            folded = ((8 + (folded % 8)) << count) + (int)stream.ReadBits(count);
        }

        _samples[p][y, x] = (prediction + Signed(folded)) & ((1 << _bits) - 1);
        _magnitudes[p][y, x] = (folded + 1) / 2;
    }

    private int Activity(int p, int x, int y)
    {
        int[] w = _plans[p].Weights;
        int sum = (w[0] * Magnitude(p, x - 1, y)) + (w[1] * Magnitude(p, x - 2, y));
        if (y > 0)
        {
            int nw = Sample(p, x - 1, y - 1), n = Sample(p, x, y - 1);
            sum += (w[2] * Magnitude(p, x, y - 1)) + (w[3] * Magnitude(p, x - 1, y - 1)) + (w[4] * Magnitude(p, x + 1, y - 1))
                + (w[5] * Magnitude(p, x, y - 2)) + (w[6] * Math.Abs(Sample(p, x - 1, y) - nw)) + (w[7] * Math.Abs(n - nw))
                + (w[8] * Math.Abs(Sample(p, x + 1, y - 1) - n));
        }

        for (int r = 1; r <= Math.Min(p, 2); r++)
            sum += w[8 + r] * Magnitude(p - r, x, y);
        return sum;
    }

    private int Median(int p, int x, int y)
    {
        int w = Sample(p, x - 1, y), n = Sample(p, x, y - 1), nw = Sample(p, x - 1, y - 1);
        return Math.Clamp(w + n - nw, Math.Min(w, n), Math.Max(w, n));
    }

    private int Sample(int p, int x, int y) => x < 0
        ? y == 0 ? 1 << (_bits - 1) : _samples[p][y - 1, 0]
        : _samples[p][y, Math.Min(x, _width - 1)];

    private int Magnitude(int p, int x, int y) => y < 0 || (x < 0 && y == 0) ? 0 : x < 0 ? _magnitudes[p][y - 1, 0] : _magnitudes[p][y, Math.Min(x, _width - 1)];

    private static int Signed(int folded) => folded % 2 == 0 ? folded / 2 : -(folded + 1) / 2;

    private static uint[] Counters() => [.. Enumerable.Repeat(1u << 31, 16)];

    private static int Number(ref AdaptiveAnsDecoder stream, uint[] more)
    {
        int length = 0;
        while (length < 16 && Decision(ref stream, ref more[length]) == 1)
            length++;
        return (1 << length) + (length == 0 ? 0 : (int)stream.DecodeUniform(length)) - 1;
    }

    private static int Decision(ref AdaptiveAnsDecoder stream, ref uint counter)
    {
        int bit = stream.DecodeBit(Math.Clamp(counter >> 16, 32, 65504));
        int p = (int)(counter >> 10), n = (int)(counter & 1023);
        p += (int)((((bit * ((1L << 22) - 1)) - p) * (655360 / ((10 * n) + 16))) >> 16);
        counter = ((uint)p << 10) | (uint)Math.Min(n + 1, 255);
        return bit;
    }

    private sealed class Plan
    {
        public int[] Taps { get; init; } = [];

        public int[] Weights { get; init; } = [];

        public List<(int First, bool IsSplit, int Table)> Classes { get; } = [];

        public int TableCount { get; set; }

        public FrequencyTables? Tables { get; set; }

        // The symbols that have slots: those of the set are numbered without the others.
        public List<int[]> Symbols { get; } = [];
    }
}
