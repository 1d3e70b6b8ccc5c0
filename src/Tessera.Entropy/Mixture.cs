using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Tessera.Entropy;

/// <summary>
/// A weighted sum of distributions by location and scale, over a bounded alphabet of integers. It is computed as it is needed, in
/// integers, and takes no memory.
/// </summary>
/// <remarks>
/// <para>
/// <b>When to use it.</b> Where one logistic or Gaussian does not fit: predictors that disagree, heavy tails, edges. A symbol costs a
/// table access per component and step of a short search, against one search in one table for <see cref="ScaleTables.Push"/>. The
/// alphabet is bounded (of samples, say), so that there are no escapes: all mass below it goes to its least integer, all above it to
/// its greatest.
/// </para>
/// <para>
/// <b>Precision.</b> Each integer of the alphabet has at least 1 of the 2^24 slots, and for alphabets up to 4096 about 2^12 slots in all
/// are set aside for that, which costs 0.0004 bits a symbol. What no component expects thus costs 20 bits in an alphabet of 256.
/// </para>
/// </remarks>
public readonly ref struct Mixture
{
    /// <summary>The binary logarithm of the number of slots.</summary>
    public const int Precision = 24;

    /// <summary>The largest <c>weightBits</c>.</summary>
    public const int MaxWeightBits = 12;

    /// <summary>The number of integers that an alphabet may have.</summary>
    public const int MaxAlphabet = 1 << 17;

    /// <summary>The fractional bits of a cumulative probability inside a bin; bins have up to 2^10 integers.</summary>
    private const int InterpolationBits = 10;

    /// <summary>The binary logarithm of the slots that are set aside, shared out evenly, for integers that no component expects.</summary>
    private const int FloorBits = 12;

    private readonly ReadOnlySpan<ushort> _cumulative;
    private readonly ReadOnlySpan<MixtureComponent> _components;
    private readonly int _minimum;
    private readonly int _maximum;
    private readonly uint _floor;
    private readonly uint _units;
    private readonly int _massBits;

    /// <summary>Combines components.</summary>
    /// <param name="tables">The tables that made the components.</param>
    /// <param name="components">At least one component. The mixture refers to them; they must not change while it is in use.</param>
    /// <param name="weightBits">The binary logarithm of the sum of their weights, 0 to 12.</param>
    /// <param name="minimum">The least integer of the alphabet.</param>
    /// <param name="maximum">The greatest integer of the alphabet; there are 2^17 at most.</param>
    /// <exception cref="ArgumentOutOfRangeException">The weight bits or the alphabet are out of range.</exception>
    /// <exception cref="ArgumentException">The weights do not sum to 2^<paramref name="weightBits"/>.</exception>
    public Mixture(ScaleTables tables, ReadOnlySpan<MixtureComponent> components, int weightBits, int minimum, int maximum)
    {
        ArgumentNullException.ThrowIfNull(tables);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)weightBits, (uint)MaxWeightBits, nameof(weightBits));
        long alphabet = (long)maximum - minimum + 1;
        if (alphabet is < 1 or > MaxAlphabet || Math.Max(Math.Abs((long)minimum), Math.Abs((long)maximum)) > ScaleTables.DistanceLimit)
            throw new ArgumentOutOfRangeException(nameof(maximum), $"An alphabet from {minimum} to {maximum} is not supported.");
        ulong weights = 0;
        foreach (ref readonly MixtureComponent component in components)
            weights += component.Weight;
        if (weights != 1UL << weightBits)
            throw new ArgumentException($"The weights sum to {weights}, not to {1 << weightBits}.", nameof(components));

        _cumulative = tables.Tables.Cumulative;
        _components = components;
        _minimum = minimum;
        _maximum = maximum;
        _floor = 1u << Math.Max(0, FloorBits - BitOperations.Log2(((uint)alphabet << 1) - 1));
        _units = (1u << Precision) - (_floor * (uint)alphabet);
        _massBits = FrequencyTables.Precision + InterpolationBits + weightBits;
    }

    /// <summary>The slots of an integer.</summary>
    /// <param name="value">An integer of the alphabet.</param>
    /// <returns>The slots, at <see cref="Precision"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The integer is not of the alphabet.</exception>
    public SymbolInterval Interval(int value)
    {
        if (value < _minimum || value > _maximum)
            throw new ArgumentOutOfRangeException(nameof(value), value, $"The alphabet is {_minimum} to {_maximum}.");

        Mass mass = default;
        foreach (ref readonly MixtureComponent component in _components)
            mass.Add(component, _cumulative, value);
        return IntervalOf(mass, value);
    }

    /// <summary>The slots of several integers: <see cref="Interval"/> of each, in less time.</summary>
    /// <param name="values">Integers of the alphabet.</param>
    /// <param name="intervals">Takes the slots; as long as <paramref name="values"/> or longer.</param>
    /// <exception cref="ArgumentOutOfRangeException">An integer is not of the alphabet.</exception>
    /// <exception cref="ArgumentException"><paramref name="intervals"/> is too short.</exception>
    public void Intervals(ReadOnlySpan<int> values, Span<SymbolInterval> intervals)
    {
        if (intervals.Length < values.Length)
            throw new ArgumentException($"There is no place for the slots of {values.Length} integers.", nameof(intervals));

        // Component by component, so that what is known of one is at hand for all integers.
        const int Together = 8;
        Span<Mass> masses = stackalloc Mass[Together];
        while (!values.IsEmpty)
        {
            ReadOnlySpan<int> some = values[..Math.Min(Together, values.Length)];
            Span<Mass> their = masses[..some.Length];
            their.Clear();
            if (some.ContainsAnyExceptInRange(_minimum, _maximum))
                throw new ArgumentOutOfRangeException(nameof(values), $"An integer is not of the alphabet, which is {_minimum} to {_maximum}.");
            foreach (ref readonly MixtureComponent component in _components)
            {
                for (int i = 0; i < their.Length; i++)
                    their[i].Add(component, _cumulative, some[i]);
            }

            for (int i = 0; i < their.Length; i++)
                intervals[i] = IntervalOf(their[i], some[i]);
            values = values[some.Length..];
            intervals = intervals[some.Length..];
        }
    }

    /// <summary>
    /// Each component's own mass of an integer, without its weight: once the integer is known, the weight times this tells how likely the component
    /// is where it came from.
    /// </summary>
    /// <param name="value">An integer; it need not be of the alphabet.</param>
    /// <param name="masses">Takes the masses, with 26 fractional bits: 0 for what is beyond a component's table. One for each component, or longer.</param>
    /// <exception cref="ArgumentException"><paramref name="masses"/> is too short.</exception>
    public void Masses(int value, Span<uint> masses)
    {
        if (masses.Length < _components.Length)
            throw new ArgumentException($"There is no place for the masses of {_components.Length} components.", nameof(masses));
        for (int i = 0; i < _components.Length; i++)
        {
            ref readonly MixtureComponent component = ref _components[i];
            int bin = (value >> component.Shift) - component.Origin;
            masses[i] = (uint)bin < (uint)component.Symbols ? Width(component, bin) << (InterpolationBits - component.Shift) : 0;
        }
    }

    /// <summary>The integer to which a slot belongs.</summary>
    /// <param name="slot">The slot, less than 2^24.</param>
    /// <param name="interval">All slots of the integer.</param>
    /// <returns>The integer.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such slot.</exception>
    public int Find(uint slot, out SymbolInterval interval)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(slot, 1u << Precision);

        // From the middle of the heaviest component, strides that double; then bisection of the last stride. Throughout, "low" is not
        // above the integer sought and "high" is above it.
        ref readonly MixtureComponent heaviest = ref Heaviest();
        int low = Math.Clamp(heaviest.Center, _minimum, _maximum), high = low, stride = 1 << heaviest.SpreadBits;
        uint start = SlotsBelow(low), end = start;
        if (start <= slot)
        {
            do
            {
                (low, start) = (high, end);
                high = Math.Min(low + stride, _maximum + 1);
                end = SlotsBelow(high);
                stride <<= 1;
            }
            while (end <= slot);
        }
        else
        {
            do
            {
                (high, end) = (low, start);
                low = Math.Max(high - stride, _minimum);
                start = SlotsBelow(low);
                stride <<= 1;
            }
            while (start > slot);
        }

        while (high - low > 1)
        {
            int middle = low + ((high - low) >> 1);
            uint slots = SlotsBelow(middle);
            if (slots <= slot)
                (low, start) = (middle, slots);
            else
                (high, end) = (middle, slots);
        }

        interval = new SymbolInterval(start, end - start);
        return low;
    }

    /// <summary>Pushes an integer.</summary>
    /// <param name="stack">The stack.</param>
    /// <param name="value">An integer of the alphabet.</param>
    /// <exception cref="ArgumentOutOfRangeException">The integer is not of the alphabet.</exception>
    public void Push(AnsStack stack, int value)
    {
        ArgumentNullException.ThrowIfNull(stack);
        SymbolInterval interval = Interval(value);
        stack.Push(interval.Start, interval.Frequency, Precision);
    }

    /// <summary>Pops an integer that <see cref="Push"/> pushed.</summary>
    /// <param name="stack">The stack.</param>
    /// <returns>The integer, which is of the alphabet whatever the stack holds.</returns>
    /// <exception cref="AnsUnderflowException">The stack holds too few bits; it is left as it was.</exception>
    public int Pop(AnsStack stack)
    {
        ArgumentNullException.ThrowIfNull(stack);
        int value = Find(stack.Peek(Precision), out SymbolInterval interval);
        stack.Drop(interval.Start, interval.Frequency, Precision);
        return value;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private SymbolInterval IntervalOf(Mass mass, int value)
    {
        uint start = value == _minimum ? 0 : Slots(mass.Below, value);
        uint end = value == _maximum ? 1u << Precision : Slots(mass.Below + mass.Own, value + 1);
        return new SymbolInterval(start, end - start);
    }

    /// <summary>The slots of all integers below a boundary, from the alphabet's least to its greatest plus 1.</summary>
    private uint SlotsBelow(int boundary)
    {
        if (boundary == _minimum)
            return 0;
        if (boundary > _maximum)
            return 1u << Precision;
        ulong mass = 0;
        foreach (ref readonly MixtureComponent component in _components)
            mass += component.Weight * MassBelow(component, boundary);
        return Slots(mass, boundary);
    }

    /// <summary>The slots of all integers below a boundary inside the alphabet, for the components' mass below it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private uint Slots(ulong mass, int boundary) => (_floor * (uint)(boundary - _minimum)) + (uint)((mass * _units) >> _massBits);

    /// <summary>A component's mass below a boundary, with 26 fractional bits; linear inside a bin.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ulong MassBelow(in MixtureComponent component, int boundary)
    {
        int bin = (boundary >> component.Shift) - component.Origin;
        ulong below = Cumulative(component, bin) << InterpolationBits;
        if (component.Shift != 0)
        {
            uint rest = (uint)(boundary & ((1 << component.Shift) - 1));
            below += (Cumulative(component, bin + 1) - Cumulative(component, bin)) * rest << (InterpolationBits - component.Shift);
        }

        return below;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ulong Cumulative(in MixtureComponent component, int bin)
    {
        if (bin <= 0)
            return 0;
        return bin < component.Symbols ? _cumulative[component.Offset + bin] : 1UL << FrequencyTables.Precision;
    }

    /// <summary>A component's mass of a bin of its table, with 16 fractional bits. Of the end of a table, which is 2^16, there are 16 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private uint Width(in MixtureComponent component, int bin)
    {
        ref ushort place = ref Unsafe.Add(ref MemoryMarshal.GetReference(_cumulative), component.Offset + bin);
        return (ushort)(Unsafe.Add(ref place, 1) - place);
    }

    private ref readonly MixtureComponent Heaviest()
    {
        int heaviest = 0;
        for (int i = 1; i < _components.Length; i++)
        {
            if (_components[i].Weight > _components[heaviest].Weight)
                heaviest = i;
        }

        return ref _components[heaviest];
    }

    /// <summary>The components' mass below an integer and that of the integer itself, for weights of whole units with 26 fractional bits.</summary>
    private struct Mass
    {
        public ulong Below;
        public ulong Own;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add(in MixtureComponent component, ReadOnlySpan<ushort> cumulative, int value)
        {
            int shift = component.Shift, bin = (value >> shift) - component.Origin;
            if ((uint)bin >= (uint)component.Symbols)
            {
                Below += bin < 0 ? 0 : (ulong)component.Weight << (FrequencyTables.Precision + InterpolationBits);
                return;
            }

            // Of the end of a table, which is 2^16, there are 16 bits.
            ref ushort place = ref Unsafe.Add(ref MemoryMarshal.GetReference(cumulative), component.Offset + bin);
            uint low = place, width = (ushort)(Unsafe.Add(ref place, 1) - low), rest = (uint)(value & ((1 << shift) - 1));
            int bits = InterpolationBits - shift;
            Below += (ulong)component.Weight * ((low << InterpolationBits) + (width * rest << bits));
            Own += (ulong)component.Weight * (width << bits);
        }
    }
}
