using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Tessera.Models.Classic;

/// <summary>
/// Codes pixels as wholes, for drawn images: is the pixel one of its neighbours, or what followed such surroundings before? The
/// answers are predicted from exact surroundings of growing size, mixed.
/// </summary>
internal sealed class DrawnModel
{
    private const int Inputs = Mixer.Inputs;
    private const int MaxCandidates = 24;
    private const int Recent = 4;
    private const int Buckets = 16;
    private const int MaxSegmentBits = 17;
    private const ulong Multiplier = 0x9E3779B97F4A7C15;

    private readonly Mixer _mixer = new(64 * 16, 0, 14);
    private readonly Mixer _mixer2 = new(4 << 9, 0, 14);
    private readonly ulong[] _candidates = new ulong[MaxCandidates];
    private readonly ulong[] _lines = new ulong[6];
    private ulong[] _pixels = [];
    private uint[] _counters = [];
    private readonly uint[] _equality = new uint[1 << 15];
    // The latest different pixels in surroundings of three sizes, the last one first, each plus one so that 0 is none.
    private ulong[] _recent = [];
    private readonly int[] _recentSlots = new int[3];
    private int[] _matches = [];
    // How many pixels up from each column's last one are equal, and left from the last one.
    private int[] _columnRuns = [];
    private int _rowRun;
    private int _x;
    private int _lineBits;
    private int _width;
    private int _offset;
    private int _matchPosition;
    private int _matchLength;
    private int _position;

    /// <summary>Begins a segment.</summary>
    public void Reset(long pixels)
    {
        _lineBits = Math.Clamp(System.Numerics.BitOperations.Log2((ulong)pixels) - 1, 8, MaxSegmentBits - 1);
        int size = 5 * (1 << _lineBits) * Buckets;
        if (_counters.Length < size)
            _counters = new uint[size];
        Array.Fill(_counters, Counter.Initial, 0, size);
        Array.Fill(_equality, Counter.Initial);
        Array.Fill(_runCounters, Counter.Initial);
        int table = 1 << (_lineBits + 2);
        if (_matches.Length < table)
        {
            _recent = new ulong[3 * table * Recent];
            _matches = new int[table];
        }

        Array.Clear(_recent);
        _mixer.Reset(65536 / 4);
        _mixer2.Reset(65536 / 4);
    }

    /// <summary>Begins a region.</summary>
    public void BeginRegion(int width, int height)
    {
        _width = width;
        _offset = (3 * width) + 8;
        int length = _offset + (width * height) + 8;
        if (_pixels.Length < length)
            _pixels = new ulong[length];
        Array.Clear(_pixels);
        Array.Clear(_matches);
        _matchLength = 0;
        _position = 0;
        _x = 0;
        _rowRun = 0;
        if (_columnRuns.Length < width)
            _columnRuns = new int[width];
        Array.Clear(_columnRuns);
    }

    /// <summary>Codes one pixel if it is a candidate.</summary>
    /// <param name="coder">The coder.</param>
    /// <param name="pixel">The pixel; a decoder ignores it.</param>
    /// <param name="colors">How many colours there are, if few, or int.MaxValue.</param>
    /// <param name="found">Whether it was one.</param>
    /// <returns>The pixel, if found.</returns>
    public ulong Code<TCoder>(ref TCoder coder, ulong pixel, int colors, out bool found)
        where TCoder : struct, IBitCoder, allows ref struct
    {
        ref ulong here = ref _pixels[_offset + _position];
        int stride = _width;
        ulong w = Unsafe.Add(ref here, -1), ww = Unsafe.Add(ref here, -2), www = Unsafe.Add(ref here, -3);
        ulong n = Unsafe.Add(ref here, -stride), nw = Unsafe.Add(ref here, -stride - 1), ne = Unsafe.Add(ref here, -stride + 1);
        ulong nww = Unsafe.Add(ref here, -stride - 2), nee = Unsafe.Add(ref here, -stride + 2);
        ulong nn = Unsafe.Add(ref here, (-2 * stride)), nnw = Unsafe.Add(ref here, (-2 * stride) - 1), nne = Unsafe.Add(ref here, (-2 * stride) + 1);
        if (stride < 3)
        {
            // In a very narrow region these would not yet be known.
            ne = stride < 2 ? n : ne;
            nee = n;
            nne = stride < 2 ? nn : nne;
        }

        ulong h1 = Hash(w, n);
        ulong h2 = Hash(h1, nw) + (ne * 0xD6E8FEB86659FD93);
        ulong h3 = Hash(Hash(h2, ww), nn);
        ulong h4 = Hash(Hash(Hash(h3, nne), nww), nee);
        ulong h5 = Hash(Hash(Hash(Hash(h4, nnw), www), Unsafe.Add(ref here, (-2 * stride) - 2)), Unsafe.Add(ref here, (-3 * stride)));
        int lineShift = 64 - _lineBits;
        int block = 1 << _lineBits;
        _lines[0] = ((h1 * Multiplier) >> lineShift) * Buckets;
        _lines[1] = (((h2 * Multiplier) >> lineShift) + (ulong)block) * Buckets;
        _lines[2] = (((h3 * Multiplier) >> lineShift) + (ulong)(2 * block)) * Buckets;
        _lines[3] = (((h4 * Multiplier) >> lineShift) + (ulong)(3 * block)) * Buckets;
        _lines[4] = (((h5 * Multiplier) >> lineShift) + (ulong)(4 * block)) * Buckets;
        int equality = (w == n ? 1 : 0) | (w == nw ? 2 : 0) | (n == nw ? 4 : 0) | (n == ne ? 8 : 0) | (w == ww ? 16 : 0) | (n == nn ? 32 : 0)
            | (w == ne ? 64 : 0) | (ne == nee ? 128 : 0) | (ne == nne ? 256 : 0);

        int tableShift = 64 - _lineBits - 2;
        int table = 1 << (_lineBits + 2);
        _recentSlots[0] = (int)((h4 * Multiplier) >> tableShift) * Recent;
        _recentSlots[1] = (int)(((h3 * Multiplier) >> tableShift) + (ulong)table) * Recent;
        _recentSlots[2] = (int)(((h1 * Multiplier) >> tableShift) + (ulong)(2 * table)) * Recent;
        _matchSlot = (int)((h5 * Multiplier) >> (64 - _lineBits - 2));
        int matchSlot = _matches[_matchSlot];
        if (_matchLength == 0 && matchSlot > 0)
        {
            _matchPosition = matchSlot;
            _matchLength = 1;
        }

        bool matching = _matchLength > 0;
        ulong match = matching ? _pixels[_offset + _matchPosition] : 0;
        int matchLevel = !matching ? 0 : Math.Min(7, 1 + System.Numerics.BitOperations.Log2((uint)_matchLength));

        ulong seen = _recent[_recentSlots[0]];
        if (seen == 0)
            seen = _recent[_recentSlots[1]];
        seen = seen == 0 ? w : seen - 1;
        ulong first = matchLevel >= 4 ? match : seen;
        int relation = (first == w ? 1 : 0) | (first == n ? 2 : 0) | (matching ? first == match ? 4 : 8 : 0);
        int state = matchLevel | (relation << 3);
        _runs = Math.Min(_rowRun, 15) | (Math.Min(_columnRuns[_x], 15) << 4) | ((equality & 15) << 8);

        ulong result = first;
        found = true;
        if (CodeFlag(ref coder, pixel == first ? 1 : 0, first, 0, equality, state) == 0)
        {
            _candidates[0] = first;
            int count = 1;
            if (matching)
                AddCandidate(match, ref count);
            AddCandidate(seen, ref count);
            for (int order = 0; order < 2; order++)
            {
                for (int i = 0; i < Recent; i++)
                {
                    if (_recent[_recentSlots[order] + i] is var stored && stored != 0)
                        AddCandidate(stored - 1, ref count);
                }
            }

            AddCandidate(w, ref count);
            AddCandidate(n, ref count);
            AddCandidate(ne, ref count);
            AddCandidate(nw, ref count);
            AddCandidate(ww, ref count);
            AddCandidate(nn, ref count);
            AddCandidate(nne, ref count);
            for (int i = 0; i < Recent; i++)
            {
                if (_recent[_recentSlots[2] + i] is var stored && stored != 0)
                    AddCandidate(stored - 1, ref count);
            }

            found = count > 1;
            if (found && count < colors)
            {
                int escape = 1;
                for (int i = 1; i < count; i++)
                {
                    if (_candidates[i] == pixel)
                        escape = 0;
                }

                found = CodeFlag(ref coder, escape, ulong.MaxValue - 5, 1, equality, state) == 0;
            }

            if (found)
            {
                int i = 1;
                while (i < count - 1 && CodeFlag(ref coder, _candidates[i] == pixel ? 1 : 0, _candidates[i], i + 1, equality, state) == 0)
                    i++;
                result = _candidates[i];
            }
        }

        return result;
    }

    /// <summary>Notes the pixel and moves on.</summary>
    public void Advance(ulong pixel)
    {
        int position = _offset + _position;
        ref ulong here = ref _pixels[position];
        here = pixel;
        foreach (int slot in _recentSlots)
            MoveToFront(_recent.AsSpan(slot, Recent), pixel + 1);
        if (_matchLength > 0)
        {
            if (_pixels[_offset + _matchPosition] == pixel)
            {
                _matchLength++;
                _matchPosition++;
            }
            else
            {
                _matchLength = 0;
            }
        }

        _matches[_matchSlot] = _position;
        _rowRun = pixel == Unsafe.Add(ref here, -1) ? _rowRun + 1 : 0;
        _columnRuns[_x] = pixel == Unsafe.Add(ref here, -_width) ? _columnRuns[_x] + 1 : 0;
        if (++_x == _width)
        {
            _x = 0;
            _rowRun = 0;
        }

        _position++;
    }

    private int _matchSlot;
    private int _runs;
    private readonly uint[] _runCounters = new uint[4 << 12];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Hash(ulong a, ulong b) => ((a * Multiplier) ^ (a >> 29)) + (b * 0xC2B2AE3D27D4EB4F) + 1;

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

    private void AddCandidate(ulong pixel, ref int count)
    {
        for (int i = 0; i < count; i++)
        {
            if (_candidates[i] == pixel)
                return;
        }

        _candidates[count++] = pixel;
    }

    private int CodeFlag<TCoder>(ref TCoder coder, int bit, ulong color, int order, int equality, int state)
        where TCoder : struct, IBitCoder, allows ref struct
    {
        int bucket = (int)((color * Multiplier) >> 60);
        ref uint counters = ref MemoryMarshal.GetArrayDataReference(_counters);
        ref uint s0 = ref Unsafe.Add(ref counters, (nint)_lines[0] + bucket);
        ref uint s1 = ref Unsafe.Add(ref counters, (nint)_lines[1] + bucket);
        ref uint s2 = ref Unsafe.Add(ref counters, (nint)_lines[2] + bucket);
        ref uint s3 = ref Unsafe.Add(ref counters, (nint)_lines[3] + bucket);
        ref uint s4 = ref Unsafe.Add(ref counters, (nint)_lines[4] + bucket);
        ref uint s5 = ref _equality[(Math.Min(order, 3) << 9) | equality];
        ref uint s6 = ref _equality[(1 << 14) | (Math.Min(order, 7) << 7) | state];
        ref uint s7 = ref _runCounters[(Math.Min(order, 3) << 12) | _runs];
        Vector256<int> inputs = Vector256.Create(
            Logistic.Stretch(s0 >> 16),
            Logistic.Stretch(s1 >> 16),
            Logistic.Stretch(s2 >> 16),
            Logistic.Stretch(s3 >> 16),
            Logistic.Stretch(s4 >> 16),
            Logistic.Stretch(s5 >> 16),
            Logistic.Stretch(s6 >> 16),
            Logistic.Stretch(s7 >> 16));
        int confidence = ((s2 & 1023) > 0 ? 1 : 0) + ((s3 & 1023) > 0 ? 1 : 0) + ((s4 & 1023) > 0 ? 1 : 0);
        int set = (Math.Min(order, 7) << 5) | ((state & 7) << 2) | confidence;
        int set2 = (Math.Min(order, 3) << 9) | equality;
        uint probability = Logistic.Squash((_mixer.Dot(set, inputs) + _mixer2.Dot(set2, inputs)) >> 1);
        bit = coder.Code(bit, probability);
        _mixer.Update(set, inputs, (bit << 16) - (int)probability);
        _mixer2.Update(set2, inputs, (bit << 16) - (int)probability);
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
