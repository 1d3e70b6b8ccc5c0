using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Tessera.Models;

/// <summary>
/// What samples went with what: for every Y the latest Co, for every Y and Co the latest Cg, of the blocks that are coded side by side; and how often
/// such a list had the sample (<c>spec/recall.md</c>).
/// </summary>
/// <remarks>
/// The network sees how colors change from pixel to pixel, not which there are. Of 2^24 a picture has few, and many have far fewer than their
/// neighbourhoods suggest: those that were JPEG or video, brightened, or scanned.
/// </remarks>
internal sealed unsafe class Recall : IDisposable
{
    /// <summary>The most integers of a list.</summary>
    public const int MaxLength = 7;

    // A list in memory: its integers, the latest first, then their number and how often it was looked up.
    private const int Stride = MaxLength + 1;
    private const int CountBits = 3;
    private const int MostLookups = 64;

    // By a list's lookups, as the length in bits of the number of those before the last; by the logarithm of the odds.
    private const int Experiences = 7;
    private const int MostOdds = 12;
    private const int AllOdds = (2 * MostOdds) + 1;

    private const int LumaRange = 256, ChromaRange = 511, LowestChroma = -255;
    private const int Lists = LumaRange * (1 + ChromaRange);
    private readonly NativeArray<short> _lists = new(Lists * Stride);
    private readonly uint[] _counters = new uint[2 * Experiences * AllOdds];

    /// <summary>Forgets everything.</summary>
    public void Reset()
    {
        _lists.Span.Clear();
        for (int odds = 0; odds < AllOdds; odds++)
        {
            uint ones = odds < MostOdds ? (1u << 22) / ((1u << (MostOdds - odds)) + 1) : (1u << 22) - ((1u << 22) / ((1u << (odds - MostOdds)) + 1));
            for (int context = 0; context < 2 * Experiences; context++)
                _counters[(context * AllOdds) + odds] = Math.Min(ones, (1u << 22) - 1) << 10;
        }
    }

    /// <summary>Where the Co are that went with a Y.</summary>
    public static int ListOf(int luma) => luma * Stride;

    /// <summary>Where the Cg are that went with a Y and a Co.</summary>
    public static int ListOf(int luma, int orange) => (LumaRange + (luma * ChromaRange) + orange - LowestChroma) * Stride;

    /// <summary>The integers of a list, the latest first; none where nothing has gone with the samples so far.</summary>
    public ReadOnlySpan<short> this[int list] => new(_lists.Pointer + list, _lists.Pointer[list + MaxLength] & MaxLength);

    /// <summary>How often a list that is not empty had the sample, of lists of its kind.</summary>
    /// <param name="list">The list.</param>
    /// <param name="slots">What the mixture gives to its integers, of 2^<see cref="Division.Precision"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref uint Counter(int list, uint slots)
    {
        int experience = 32 - BitOperations.LeadingZeroCount((uint)(_lists.Pointer[list + MaxLength] >> CountBits) - 1);
        int odds = Math.Clamp(BitOperations.Log2(slots) - BitOperations.Log2((1u << Division.Precision) - slots), -MostOdds, MostOdds) + MostOdds;
        int channel = list < LumaRange * Stride ? 0 : Experiences;
        return ref _counters[((channel + experience) * AllOdds) + odds];
    }

    /// <summary>Where in a list a sample is; its length, if it is not.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int IndexOf(int list, int sample)
    {
        short* values = _lists.Pointer + list;
        uint equal = Vector128.Equals(Vector128.Load(values), Vector128.Create((short)sample)).ExtractMostSignificantBits();
        return Math.Min(BitOperations.TrailingZeroCount(equal), values[MaxLength] & MaxLength);
    }

    /// <summary>Puts a sample at the front of a list.</summary>
    public void Add(int list, int sample)
    {
        short* values = _lists.Pointer + list;
        int count = values[MaxLength] & MaxLength, lookups = values[MaxLength] >> CountBits, at = IndexOf(list, sample);
        if (at == count && count < MaxLength)
            count++;
        for (at = Math.Min(at, MaxLength - 1); at > 0; at--)
            values[at] = values[at - 1];
        values[0] = (short)sample;
        values[MaxLength] = (short)((Math.Min(lookups + 1, MostLookups) << CountBits) | count);
    }

    public void Dispose() => _lists.Dispose();
}
