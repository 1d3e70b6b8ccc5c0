using System.Runtime.Intrinsics;

namespace Tessera.Models.Classic;

/// <summary>Codes palette indices that are not predicted otherwise, from the highest bit down.</summary>
internal sealed class PaletteIndexCoder
{
    private const int Size = 256;
    private readonly uint[] _order0 = new uint[Size];
    private readonly uint[] _byLeft = new uint[Size * Size];
    private readonly uint[] _byAbove = new uint[Size * Size];
    private readonly uint[] _byBoth = new uint[Size * Size];
    private readonly Mixer _mixer = new(8, 65536 * 3 / 10, 14);
    private int[] _row = [];
    private int _bits;
    private int _count;

    /// <summary>Begins a segment: forgets everything.</summary>
    /// <param name="count">Entries of the palette, 1 to 256.</param>
    public void Reset(int count)
    {
        _count = count;
        _bits = 32 - System.Numerics.BitOperations.LeadingZeroCount((uint)(count - 1));
        Array.Fill(_order0, Counter.Initial);
        _byLeft.AsSpan(0, count * Size).Fill(Counter.Initial);
        _byAbove.AsSpan(0, count * Size).Fill(Counter.Initial);
        Array.Fill(_byBoth, Counter.Initial);
        _mixer.Reset();
    }

    /// <summary>Begins a region.</summary>
    public void BeginRegion(int width)
    {
        if (_row.Length < width)
            _row = new int[width];
        Array.Clear(_row);
    }

    /// <summary>Notes the index of a pixel, however it was coded.</summary>
    public void Note(int x, int index) => _row[x] = index;

    /// <summary>Codes an index.</summary>
    /// <returns>The index, below the palette's count.</returns>
    public int Code<TCoder>(ref TCoder coder, int index, int x)
        where TCoder : struct, IBitCoder, allows ref struct
    {
        int left = x > 0 ? _row[x - 1] : _row[0], above = _row[x];
        int both = (int)(((uint)((left * Size) + above) * 0x9E3779B1u) >> 24);
        int node = 1;
        for (int i = _bits - 1; i >= 0; i--)
        {
            // Indices beyond the palette do not occur.
            int low = (node << (i + 1)) - (1 << _bits);
            if (low + (1 << i) >= _count)
            {
                node <<= 1;
                continue;
            }

            int bit = (index >> i) & 1;
            ref uint s0 = ref _order0[node];
            ref uint s1 = ref _byLeft[(left * Size) + node];
            ref uint s2 = ref _byAbove[(above * Size) + node];
            ref uint s3 = ref _byBoth[(both * Size) + node];
            Vector256<int> inputs = Vector256.Create(
                Logistic.Stretch(s0 >> 16), Logistic.Stretch(s1 >> 16), Logistic.Stretch(s2 >> 16), Logistic.Stretch(s3 >> 16), 256, 0, 0, 0);
            uint probability = Logistic.SquashBounded(_mixer.Dot(i, inputs));
            bit = coder.Code(bit, probability);
            _mixer.Update(i, inputs, (bit << 16) - (int)probability);
            Counter.Adapt(ref s0, bit);
            Counter.Adapt(ref s1, bit);
            Counter.Adapt(ref s2, bit);
            Counter.Adapt(ref s3, bit);
            node = (node << 1) | bit;
        }

        return node - (1 << _bits);
    }
}
