using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Tessera.Entropy;

/// <summary>Decodes an interleaved stream with AVX2, eight lanes to a vector.</summary>
/// <remarks>
/// The search for a symbol reads tables at eight places at once, which needs gathers: AdvSimd has none, so that Arm processors take the
/// portable path, whose 16 independent lanes they overlap by themselves.
/// </remarks>
internal static unsafe class LaneKernel
{
    private const int HalfLanes = 8;

    /// <summary>The words that one round of all lanes takes at most.</summary>
    private const int RoundBytes = LaneFormat.Lanes * sizeof(ushort);

    /// <summary>For each set of lanes that take a word, which of the next words lane k takes: number popcount(set below k).</summary>
    private static readonly ulong[] WordOfLane = MakeWordOfLane();

    /// <summary>Whether the processor can run this.</summary>
    public static bool IsSupported => Avx2.IsSupported && BitConverter.IsLittleEndian;

    /// <summary>Decodes whole rounds of all lanes, as long as the data surely holds enough words for the round.</summary>
    /// <returns>The number of symbols decoded, a multiple of the number of lanes.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such table.</exception>
    public static int Read(
        FrequencyTables tables,
        ReadOnlySpan<byte> data,
        ref int position,
        ref LaneStates states,
        ReadOnlySpan<ushort> tableIndices,
        Span<ushort> symbols)
    {
        Debug.Assert(tableIndices.Length == symbols.Length, "The caller has checked the lengths.");
        Span<uint> lanes = states;
        Vector256<uint> lower = Vector256.Create<uint>(lanes), upper = Vector256.Create<uint>(lanes[HalfLanes..]);
        int done = 0;
        fixed (ushort* cumulative = tables.Cumulative, guide = tables.Guide, indices = tableIndices, output = symbols)
        fixed (int* offsets = tables.Offsets)
        fixed (byte* bytes = data)
        fixed (ulong* wordOfLane = WordOfLane)
        {
            byte* next = bytes + position, last = bytes + data.Length - RoundBytes;
            Vector256<int> lastTable = Vector256.Create(tables.Count - 1);
            for (; done <= symbols.Length - LaneFormat.Lanes && next <= last; done += LaneFormat.Lanes)
            {
                Vector256<int> lowerTables = Avx2.ConvertToVector256Int32(indices + done);
                Vector256<int> upperTables = Avx2.ConvertToVector256Int32(indices + done + HalfLanes);
                if (Vector256.GreaterThanAny(Vector256.Max(lowerTables, upperTables), lastTable))
                    break;

                Vector256<int> lowerSymbols = Decode(cumulative, guide, offsets, lowerTables, ref lower);
                Vector256<int> upperSymbols = Decode(cumulative, guide, offsets, upperTables, ref upper);
                next = Renormalize(next, wordOfLane, ref lower);
                next = Renormalize(next, wordOfLane, ref upper);
                Vector256.Narrow(lowerSymbols, upperSymbols).AsUInt16().Store(output + done);
            }

            position = (int)(next - bytes);
        }

        lower.CopyTo(lanes);
        upper.CopyTo(lanes[HalfLanes..]);
        return done;
    }

    /// <summary>Finds the symbol of each lane and takes it off the state, which may then be too small.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Decode(
        ushort* cumulative, ushort* guide, int* offsets, Vector256<int> tables, ref Vector256<uint> states)
    {
        Vector256<int> mask = Vector256.Create(0xFFFF);
        Vector256<int> slot = states.AsInt32() & mask;
        Vector256<int> bucket = (tables * FrequencyTables.GuideLength) + (slot >>> FrequencyTables.BucketBits);
        Vector256<int> bounds = Gather(guide, bucket);
        Vector256<int> symbol = bounds & mask, lastSymbol = bounds >>> 16;
        Vector256<int> first = Avx2.GatherVector256(offsets, tables, sizeof(int));

        // The last symbol, between these bounds, whose cumulative frequency is not above the slot.
        for (int step = HighestBit(lastSymbol - symbol); step != 0; step >>= 1)
        {
            Vector256<int> candidate = Vector256.Min(symbol + Vector256.Create(step), lastSymbol);
            Vector256<int> entry = Gather(cumulative, first + candidate) & mask;
            symbol = Vector256.ConditionalSelect(Vector256.GreaterThan(entry, slot), symbol, candidate);
        }

        // One read gives the symbol's start and, above it, its end.
        Vector256<int> ends = Gather(cumulative, first + symbol);
        Vector256<int> start = ends & mask;
        Vector256<int> frequency = (((ends >>> 16) - start - Vector256<int>.One) & mask) + Vector256<int>.One;
        states = (frequency * (states.AsInt32() >>> FrequencyTables.Precision) + slot - start).AsUInt32();
        return symbol;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Gather(ushort* table, Vector256<int> index) =>
        Avx2.GatherVector256((int*)table, index, sizeof(ushort));

    /// <summary>The highest bit of the largest of some numbers, or zero if all are zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int HighestBit(Vector256<int> numbers)
    {
        Vector128<ulong> half = (numbers.GetLower() | numbers.GetUpper()).AsUInt64();
        ulong all = half[0] | half[1];
        all |= all >> 32;
        return (uint)all == 0 ? 0 : 1 << BitOperations.Log2((uint)all);
    }

    /// <summary>Shifts a word into each state that is too small, in the order of the lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static byte* Renormalize(byte* next, ulong* wordOfLane, ref Vector256<uint> states)
    {
        Vector256<uint> small = Vector256.LessThan(states, Vector256.Create(LaneFormat.LowerBound));
        uint set = small.ExtractMostSignificantBits();
        Vector256<int> order = Avx2.ConvertToVector256Int32((byte*)(wordOfLane + set));
        Vector256<int> words = Avx2.PermuteVar8x32(Avx2.ConvertToVector256Int32((ushort*)next), order);
        states = Vector256.ConditionalSelect(small, (states << LaneFormat.WordBits) | words.AsUInt32(), states);
        return next + (BitOperations.PopCount(set) * sizeof(ushort));
    }

    private static ulong[] MakeWordOfLane()
    {
        var result = new ulong[1 << HalfLanes];
        for (int set = 0; set < result.Length; set++)
        {
            Span<byte> lanes = MemoryMarshal.AsBytes(result.AsSpan(set, 1));
            for (int lane = 0; lane < HalfLanes; lane++)
                lanes[lane] = (byte)BitOperations.PopCount((uint)set & ((1u << lane) - 1));
        }

        return result;
    }
}
