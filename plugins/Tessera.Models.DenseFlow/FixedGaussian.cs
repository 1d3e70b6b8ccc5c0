using Tessera.Entropy;

namespace Tessera.Models.DenseFlow;

/// <summary>
/// Gaussian distributions of values in fixed point. Of a value's distance from the mean, the high bits have a table; the low bits, which stand for
/// a sixteenth of the scale or less, are equally likely.
/// </summary>
internal static class FixedGaussian
{
    /// <summary>Levels there are, of scales in units: level n is the scale 2^(n/8 - 4).</summary>
    public const int LevelCount = 256;

    private const int LevelsPerOctave = 8;

    // How far beyond a table a bin can be has so many bits: more than any distance.
    private const int ExcessBits = 31;

    /// <summary>The level of the scale 1 for values of so many fraction bits.</summary>
    public static int UnitLevel(int fractionBits) => (4 + fractionBits) * LevelsPerOctave;

    /// <summary>Pushes a value.</summary>
    public static void Push(AnsStack stack, int value, int mean, int level)
    {
        (int table, int bits) = Place(level);
        int distance = value - mean, symbol = (distance >> bits) - GaussianBins.Origin(table), last = GaussianBins.SymbolCount(table) - 1;
        stack.PushBits((uint)(distance & ((1 << bits) - 1)), bits);
        if (symbol <= 0 || symbol >= last)
        {
            ExpGolomb.Push(stack, (uint)(symbol <= 0 ? -symbol : symbol - last), ExcessBits);
            symbol = symbol <= 0 ? 0 : last;
        }

        SymbolInterval interval = GaussianBins.Interval(table, symbol);
        stack.Push(interval.Start, interval.Frequency, GaussianBins.Precision);
    }

    /// <summary>Pops a value that <see cref="Push"/> pushed.</summary>
    /// <exception cref="AnsUnderflowException">The stack holds too few bits.</exception>
    /// <exception cref="FixedPointOverflowException">Nobody can have pushed it.</exception>
    public static int Pop(AnsStack stack, int mean, int level)
    {
        (int table, int bits) = Place(level);
        int symbol = PopSymbol(stack, table);
        long bin = GaussianBins.Origin(table) + symbol;
        if (symbol == 0)
            bin -= ExpGolomb.Pop(stack, ExcessBits);
        else if (symbol == GaussianBins.SymbolCount(table) - 1)
            bin += ExpGolomb.Pop(stack, ExcessBits);
        return FixedPoint.Check(mean + ((bin << bits) | stack.PopBits(bits)));
    }

    /// <summary>
    /// Pops a value that nobody pushed, noise. A table's two escapes stand for their own bins, and nothing beyond: bits that are not quite random
    /// could otherwise give any values.
    /// </summary>
    /// <exception cref="AnsUnderflowException">The stack holds too few bits.</exception>
    /// <exception cref="FixedPointOverflowException">The value is too large.</exception>
    public static int Draw(AnsStack stack, int mean, int level)
    {
        (int table, int bits) = Place(level);
        long bin = GaussianBins.Origin(table) + PopSymbol(stack, table);
        return FixedPoint.Check(mean + ((bin << bits) | stack.PopBits(bits)));
    }

    /// <summary>Pushes a value that <see cref="Draw"/> popped.</summary>
    /// <exception cref="TesseraFormatException">It cannot have been.</exception>
    public static void PutBack(AnsStack stack, int value, int mean, int level)
    {
        (int table, int bits) = Place(level);
        int distance = value - mean, symbol = (distance >> bits) - GaussianBins.Origin(table);
        if ((uint)symbol >= (uint)GaussianBins.SymbolCount(table))
            throw new TesseraFormatException($"An element of noise is {distance} from its mean, which cannot have been drawn; the segment is damaged.");
        stack.PushBits((uint)(distance & ((1 << bits) - 1)), bits);
        SymbolInterval interval = GaussianBins.Interval(table, symbol);
        stack.Push(interval.Start, interval.Frequency, GaussianBins.Precision);
    }

    // The table, and how many bits of a distance are below a bin's: levels without a table take that of the same scale in bins of 2, 4, 8, ... units.
    private static (int Table, int Bits) Place(int level)
    {
        int bits = level < GaussianBins.LevelCount ? 0 : (level - GaussianBins.LevelCount + LevelsPerOctave) / LevelsPerOctave;
        return (level - (LevelsPerOctave * bits), bits);
    }

    private static int PopSymbol(AnsStack stack, int table)
    {
        int symbol = GaussianBins.Find(table, stack.Peek(GaussianBins.Precision));
        SymbolInterval interval = GaussianBins.Interval(table, symbol);
        stack.Drop(interval.Start, interval.Frequency, GaussianBins.Precision);
        return symbol;
    }
}
