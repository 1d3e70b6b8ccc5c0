using System.Runtime.CompilerServices;
using Tessera.Entropy;

namespace Tessera.Models;

/// <summary>A mixture's integers in two parts, those of a list and all others: two distributions, each of which has all slots.</summary>
internal readonly ref struct Division
{
    /// <summary>The binary logarithm of the number of slots.</summary>
    public const int Precision = Mixture.Precision;

    private readonly Mixture _mixture;
    private readonly ReadOnlySpan<short> _listed;
    private readonly ReadOnlySpan<SymbolInterval> _intervals;

    /// <param name="mixture">The mixture.</param>
    /// <param name="listed">Integers of its alphabet, each once; not all of it.</param>
    /// <param name="memory">Takes their intervals, and must stay what it is while the division is in use.</param>
    public Division(in Mixture mixture, ReadOnlySpan<short> listed, Span<SymbolInterval> memory)
    {
        _mixture = mixture;
        _listed = listed;
        _intervals = memory[..listed.Length];
        Span<int> values = stackalloc int[listed.Length];
        for (int i = 0; i < listed.Length; i++)
            values[i] = listed[i];
        mixture.Intervals(values, memory);
        uint slots = 0;
        foreach (ref readonly SymbolInterval interval in _intervals)
            slots += interval.Frequency;
        ListedSlots = slots;
    }

    /// <summary>The mixture's slots of listed integers.</summary>
    public uint ListedSlots { get; }

    /// <summary>The slots of an integer among those of its part.</summary>
    /// <param name="listed">Whether it is in the list.</param>
    /// <param name="value">The integer.</param>
    public SymbolInterval Interval(bool listed, int value)
    {
        if (listed)
        {
            uint before = 0;
            int i = 0;
            for (; _listed[i] != value; i++)
                before += _intervals[i].Frequency;
            return Scaled(before, _intervals[i].Frequency, ListedSlots);
        }

        SymbolInterval interval = _mixture.Interval(value);
        return Scaled(interval.Start - ListedBelow(interval.Start), interval.Frequency, OtherSlots);
    }

    /// <summary>The integer of a part to which a slot belongs.</summary>
    /// <param name="listed">Whether it is in the list.</param>
    /// <param name="slot">The slot.</param>
    /// <param name="interval">All slots of the integer.</param>
    public int Find(bool listed, uint slot, out SymbolInterval interval)
    {
        if (listed)
        {
            uint place = Unscaled(slot, ListedSlots), before = 0;
            int i = 0;
            for (; place - before >= _intervals[i].Frequency; i++)
                before += _intervals[i].Frequency;
            interval = Scaled(before, _intervals[i].Frequency, ListedSlots);
            return _listed[i];
        }

        // Where a place among others is among all: as far behind as what is listed takes before it, which may bring more of that before it.
        uint others = Unscaled(slot, OtherSlots), all = others, reached;
        while ((reached = others + ListedUpTo(all)) != all)
            all = reached;
        int value = _mixture.Find(all, out SymbolInterval found);
        interval = Scaled(found.Start - ListedBelow(found.Start), found.Frequency, OtherSlots);
        return value;
    }

    private uint OtherSlots => (1u << Precision) - ListedSlots;

    private uint ListedBelow(uint slot) => slot == 0 ? 0 : ListedUpTo(slot - 1);

    /// <summary>How many slots listed integers have that begin at a slot or before it.</summary>
    private uint ListedUpTo(uint slot)
    {
        uint slots = 0;
        foreach (ref readonly SymbolInterval interval in _intervals)
            slots += interval.Start <= slot ? interval.Frequency : 0;
        return slots;
    }

    /// <summary>A part of <paramref name="total"/> places as the same part of all slots. It has one at least, as there are no fewer slots than places.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static SymbolInterval Scaled(uint start, uint frequency, uint total)
    {
        uint first = (uint)(((ulong)start << Precision) / total);
        return new(first, (uint)((((ulong)start + frequency) << Precision) / total) - first);
    }

    /// <summary>The place whose slots, or those of an interval that it is in, have a slot among them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Unscaled(uint slot, uint total) => (uint)(((((ulong)slot + 1) * total) - 1) >> Precision);
}
