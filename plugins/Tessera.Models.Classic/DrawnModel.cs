using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Tessera.Models.Classic;

/// <summary>
/// Codes pixels as wholes, for drawings: is the pixel one of its neighbours, or what followed in such surroundings before? Each
/// answer is predicted from exact surroundings of five sizes, from which neighbours are equal, from runs and from the longest match,
/// by logistic mixing.
/// </summary>
/// <remarks>
/// W is the pixel to the left, N the one above, NE the one above to the right, and so on. Beyond the left and right edge lie the
/// pixels of the row before or after, above the first row pixels of 0.
/// </remarks>
internal sealed class DrawnModel
{
    // Surroundings of this many sizes: W N; NW NE; WW NN; NNE NWW NEE; NNW WWW NNWW NNN, each with those before.
    private const int Orders = 5;

    // Counters of one surrounding fill a cache line; a color takes one of them.
    private const int Buckets = 16;
    private const int BucketBits = 4;
    private const int MinLineBits = 8;
    private const int MaxLineBits = 16;

    // The latest different pixels of a surrounding.
    private const int Recent = 4;
    private const int RecentOrders = 3;
    private const int MaxCandidates = 3 + (RecentOrders * Recent) + 7;

    // From this level of a match on, the match is asked for first.
    private const int LongMatch = 4;
    private const int MaxMatchLevel = 7;
    private const int MaxRun = 15;
    private const int InitialWeight = 65536 / 4;
    private const ulong EscapeColor = ulong.MaxValue - 5;
    private const ulong Multiplier = 0x9E3779B97F4A7C15;

    private readonly Mixer _mixer = new(8 << 5, InitialWeight, 14);
    private readonly Mixer _patternMixer = new(4 << 9, InitialWeight, 14);
    private readonly uint[] _patternCounters = new uint[4 << 9];
    private readonly uint[] _stateCounters = new uint[8 << 7];
    private readonly uint[] _runCounters = new uint[4 << 12];
    private uint[] _counters = [];

    // All pixels of the region, after room for the rows above it.
    private ulong[] _pixels = [];
    private int _width;
    private int _start;
    private int _position;
    private int _x;

    // By surroundings: the latest different pixels, the last one first, each plus one so that 0 is none; and the last position.
    private ulong[] _recent = [];
    private int[] _lastPositions = [];
    private int _lineBits;

    // How many pixels left from the last one, and up from each column's last one, are equal.
    private int _rowRun;
    private int[] _columnRuns = [];

    private int _matchPosition;
    private int _matchLength;

    // What is known at the current pixel: where its counters and tables are, and contexts.
    private readonly int[] _lines = new int[Orders];
    private readonly int[] _recentSlots = new int[RecentOrders];
    private readonly ulong[] _candidates = new ulong[MaxCandidates];
    private int _matchSlot;
    private int _pattern;
    private int _state;
    private int _runs;

    /// <summary>Begins a segment: forgets everything.</summary>
    /// <param name="pixels">How many pixels it has; the tables grow with them.</param>
    public void Reset(long pixels)
    {
        _lineBits = Math.Clamp(BitOperations.Log2((ulong)pixels) - 1, MinLineBits, MaxLineBits);
        int counters = Orders * Buckets << _lineBits, table = 4 << _lineBits;
        if (_counters.Length < counters)
        {
            _counters = new uint[counters];
            _recent = new ulong[RecentOrders * Recent * table];
            _lastPositions = new int[table];
        }

        Array.Fill(_counters, Counter.Initial, 0, counters);
        Array.Clear(_recent, 0, RecentOrders * Recent * table);
        Array.Fill(_patternCounters, Counter.Initial);
        Array.Fill(_stateCounters, Counter.Initial);
        Array.Fill(_runCounters, Counter.Initial);
        _mixer.Reset();
        _patternMixer.Reset();
    }

    /// <summary>Begins a region: what was learned stays, the pixels around are new.</summary>
    /// <param name="width">Pixels in a row.</param>
    /// <param name="height">Rows.</param>
    public void BeginRegion(int width, int height)
    {
        _width = width;
        _start = (3 * width) + 8;
        int length = checked(_start + (width * height) + 8);
        if (_pixels.Length < length)
            _pixels = new ulong[length];
        Array.Clear(_pixels, 0, length);
        Array.Clear(_lastPositions, 0, 4 << _lineBits);
        if (_columnRuns.Length < width)
            _columnRuns = new int[width];
        Array.Clear(_columnRuns, 0, width);
        _rowRun = 0;
        _matchLength = 0;
        _position = 0;
        _x = 0;
    }

    /// <summary>Codes one pixel if it is a candidate.</summary>
    /// <param name="coder">The coder.</param>
    /// <param name="pixel">The pixel; a decoder ignores it.</param>
    /// <param name="colors">How many colors there are, if few, or int.MaxValue.</param>
    /// <param name="found">Whether it was one.</param>
    /// <returns>The pixel, if found.</returns>
    public ulong Code<TCoder>(ref TCoder coder, ulong pixel, int colors, out bool found)
        where TCoder : struct, IBitCoder, allows ref struct
    {
        ref ulong here = ref _pixels[_start + _position];
        int stride = _width;
        ulong w = Unsafe.Add(ref here, -1), ww = Unsafe.Add(ref here, -2), www = Unsafe.Add(ref here, -3);
        ulong n = Unsafe.Add(ref here, -stride), nw = Unsafe.Add(ref here, -stride - 1), ne = Unsafe.Add(ref here, -stride + 1);
        ulong nww = Unsafe.Add(ref here, -stride - 2), nee = Unsafe.Add(ref here, -stride + 2);
        ulong nn = Unsafe.Add(ref here, -2 * stride), nnw = Unsafe.Add(ref here, (-2 * stride) - 1), nne = Unsafe.Add(ref here, (-2 * stride) + 1);
        ulong nnww = Unsafe.Add(ref here, (-2 * stride) - 2), nnn = Unsafe.Add(ref here, -3 * stride);
        if (stride < 3)
        {
            // In a very narrow region these are not known yet.
            ne = stride < 2 ? n : ne;
            nee = n;
            nne = stride < 2 ? nn : nne;
        }

        ulong h1 = Hash(w, n);
        ulong h2 = Hash(h1, nw) + (ne * 0xD6E8FEB86659FD93);
        ulong h3 = Hash(Hash(h2, ww), nn);
        ulong h4 = Hash(Hash(Hash(h3, nne), nww), nee);
        ulong h5 = Hash(Hash(Hash(Hash(h4, nnw), www), nnww), nnn);
        int lines = 1 << _lineBits, table = 4 << _lineBits;
        _lines[0] = Index(h1, _lineBits) * Buckets;
        _lines[1] = (Index(h2, _lineBits) + lines) * Buckets;
        _lines[2] = (Index(h3, _lineBits) + (2 * lines)) * Buckets;
        _lines[3] = (Index(h4, _lineBits) + (3 * lines)) * Buckets;
        _lines[4] = (Index(h5, _lineBits) + (4 * lines)) * Buckets;
        _recentSlots[0] = Index(h4, _lineBits + 2) * Recent;
        _recentSlots[1] = (Index(h3, _lineBits + 2) + table) * Recent;
        _recentSlots[2] = (Index(h1, _lineBits + 2) + (2 * table)) * Recent;
        _matchSlot = Index(h5, _lineBits + 2);
        if (_matchLength == 0 && _lastPositions[_matchSlot] is var last && last > 0)
        {
            _matchPosition = last;
            _matchLength = 1;
        }

        bool matching = _matchLength > 0;
        ulong match = matching ? _pixels[_start + _matchPosition] : 0;
        int matchLevel = matching ? Math.Min(MaxMatchLevel, 1 + BitOperations.Log2((uint)_matchLength)) : 0;
        ulong seen = _recent[_recentSlots[0]];
        if (seen == 0)
            seen = _recent[_recentSlots[1]];
        seen = seen == 0 ? w : seen - 1;
        ulong first = matchLevel >= LongMatch ? match : seen;

        _pattern = (w == n ? 1 : 0) | (w == nw ? 2 : 0) | (n == nw ? 4 : 0) | (n == ne ? 8 : 0) | (w == ww ? 16 : 0) | (n == nn ? 32 : 0)
            | (w == ne ? 64 : 0) | (ne == nee ? 128 : 0) | (ne == nne ? 256 : 0);
        _state = matchLevel | (first == w ? 8 : 0) | (first == n ? 16 : 0) | (!matching ? 0 : first == match ? 32 : 64);
        _runs = Math.Min(_rowRun, MaxRun) | (Math.Min(_columnRuns[_x], MaxRun) << 4) | ((_pattern & 15) << 8);

        found = true;
        if (CodeFlag(ref coder, pixel == first ? 1 : 0, first, 0) != 0)
            return first;

        _candidates[0] = first;
        int count = 1;
        if (matching)
            AddCandidate(match, ref count);
        AddCandidate(seen, ref count);
        AddRecent(0, ref count);
        AddRecent(1, ref count);
        AddCandidate(w, ref count);
        AddCandidate(n, ref count);
        AddCandidate(ne, ref count);
        AddCandidate(nw, ref count);
        AddCandidate(ww, ref count);
        AddCandidate(nn, ref count);
        AddCandidate(nne, ref count);
        AddRecent(2, ref count);

        found = count > 1;
        if (found && count < colors)
        {
            int escape = _candidates.AsSpan(1, count - 1).Contains(pixel) ? 0 : 1;
            found = CodeFlag(ref coder, escape, EscapeColor, 1) == 0;
        }

        if (!found)
            return 0;
        int i = 1;
        while (i < count - 1 && CodeFlag(ref coder, _candidates[i] == pixel ? 1 : 0, _candidates[i], i + 1) == 0)
            i++;
        return _candidates[i];
    }

    /// <summary>Notes the pixel and moves on.</summary>
    /// <param name="pixel">The pixel, found or not.</param>
    public void Advance(ulong pixel)
    {
        ref ulong here = ref _pixels[_start + _position];
        here = pixel;
        foreach (int slot in _recentSlots)
            MoveToFront(_recent.AsSpan(slot, Recent), pixel + 1);
        if (_matchLength > 0)
        {
            if (_pixels[_start + _matchPosition] == pixel)
            {
                _matchLength++;
                _matchPosition++;
            }
            else
            {
                _matchLength = 0;
            }
        }

        _lastPositions[_matchSlot] = _position;
        _rowRun = pixel == Unsafe.Add(ref here, -1) ? _rowRun + 1 : 0;
        _columnRuns[_x] = pixel == Unsafe.Add(ref here, -_width) ? _columnRuns[_x] + 1 : 0;
        if (++_x == _width)
        {
            _x = 0;
            _rowRun = 0;
        }

        _position++;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Hash(ulong a, ulong b) => ((a * Multiplier) ^ (a >> 29)) + (b * 0xC2B2AE3D27D4EB4F) + 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Index(ulong hash, int bits) => (int)((hash * Multiplier) >> (64 - bits));

    private static void MoveToFront(Span<ulong> list, ulong entry)
    {
        if (list[0] == entry)
            return;
        ulong carried = list[0];
        list[0] = entry;
        for (int i = 1; i < list.Length; i++)
        {
            (list[i], carried) = (carried, list[i]);
            if (carried == entry)
                return;
        }
    }

    private void AddRecent(int order, ref int count)
    {
        foreach (ulong stored in _recent.AsSpan(_recentSlots[order], Recent))
        {
            if (stored != 0)
                AddCandidate(stored - 1, ref count);
        }
    }

    private void AddCandidate(ulong pixel, ref int count)
    {
        if (!_candidates.AsSpan(0, count).Contains(pixel))
            _candidates[count++] = pixel;
    }

    // Codes whether the pixel is of a color (or none of the candidates), as the question of the given number about it.
    private int CodeFlag<TCoder>(ref TCoder coder, int bit, ulong color, int question)
        where TCoder : struct, IBitCoder, allows ref struct
    {
        int few = Math.Min(question, 3), several = Math.Min(question, 7);
        ref uint counters = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_counters), Index(color, BucketBits));
        ref uint s0 = ref Unsafe.Add(ref counters, _lines[0]);
        ref uint s1 = ref Unsafe.Add(ref counters, _lines[1]);
        ref uint s2 = ref Unsafe.Add(ref counters, _lines[2]);
        ref uint s3 = ref Unsafe.Add(ref counters, _lines[3]);
        ref uint s4 = ref Unsafe.Add(ref counters, _lines[4]);
        ref uint s5 = ref _patternCounters[(few << 9) | _pattern];
        ref uint s6 = ref _stateCounters[(several << 7) | _state];
        ref uint s7 = ref _runCounters[(few << 12) | _runs];
        Vector256<int> inputs = Vector256.Create(
            Logistic.Stretch(s0 >> 16),
            Logistic.Stretch(s1 >> 16),
            Logistic.Stretch(s2 >> 16),
            Logistic.Stretch(s3 >> 16),
            Logistic.Stretch(s4 >> 16),
            Logistic.Stretch(s5 >> 16),
            Logistic.Stretch(s6 >> 16),
            Logistic.Stretch(s7 >> 16));
        int known = (Counter.IsNew(s2) ? 0 : 1) + (Counter.IsNew(s3) ? 0 : 1) + (Counter.IsNew(s4) ? 0 : 1);
        int set = (several << 5) | ((_state & 7) << 2) | known;
        int patternSet = (few << 9) | _pattern;
        uint probability = Logistic.Squash((_mixer.Dot(set, inputs) + _patternMixer.Dot(patternSet, inputs)) >> 1);
        bit = coder.Code(bit, probability);
        int error = (bit << 16) - (int)probability;
        _mixer.Update(set, inputs, error);
        _patternMixer.Update(patternSet, inputs, error);
        Counter.Adapt(ref s0, bit);
        Counter.Adapt(ref s1, bit);
        Counter.Adapt(ref s2, bit);
        Counter.Adapt(ref s3, bit);
        Counter.Adapt(ref s4, bit);
        Counter.Adapt(ref s5, bit);
        Counter.Adapt(ref s6, bit);
        Counter.Adapt(ref s7, bit);
        return bit;
    }
}
