using Tessera.Entropy;

namespace Tessera.Models.DenseFlow;

/// <summary>
/// Gaussian distributions of values in fixed point. Of a value's distance from the mean, the high bits have a table; the low bits, which stand for
/// an eighth of the scale or less, are equally likely.
/// </summary>
internal static class FixedGaussian
{
    /// <summary>Levels there are, of scales in units: level n is the scale 2^(n/8 - 4), as in the tables.</summary>
    public const int LevelCount = 256;

    private const int LevelsPerOctave = 8;

    /// <summary>Levels that have tables of their own. Those above take the table of the same scale in bins of 2, 4, 8, ... units.</summary>
    private const int TableLevels = 56;

    // The code of what lies beyond a table reaches all bins that are closer to the mean.
    private const int BinLimit = ScaleTables.DistanceLimit;

    // The middle of a bin, measured from the middle of its first unit, in 1/64 of a bin: less than a half by half a unit.
    private const int HalfBin = 1 << (ScaleTables.LocationFractionBits - 1);

    /// <summary>The level of the scale 1 for values of so many fraction bits.</summary>
    public static int UnitLevel(int fractionBits) => (4 + fractionBits) * LevelsPerOctave;

    /// <summary>Pushes a value.</summary>
    /// <exception cref="FixedPointOverflowException">The value is too far from the mean.</exception>
    public static void Push(AnsStack stack, int value, int mean, int level)
    {
        int bits = LowBits(level), distance = value - mean, bin = distance >> bits;
        if (bin is < -BinLimit or >= BinLimit)
            throw new FixedPointOverflowException($"A value is {distance} from its mean.");
        stack.PushBits((uint)(distance & ((1 << bits) - 1)), bits);
        ScaleTables.Gaussian.Push(stack, bin, Location(bits), level - (LevelsPerOctave * bits));
    }

    /// <summary>Pops a value that <see cref="Push"/> pushed.</summary>
    /// <exception cref="AnsUnderflowException">The stack holds too few bits.</exception>
    /// <exception cref="FixedPointOverflowException">Nobody can have pushed it.</exception>
    public static int Pop(AnsStack stack, int mean, int level)
    {
        int bits = LowBits(level);
        long bin = ScaleTables.Gaussian.Pop(stack, Location(bits), level - (LevelsPerOctave * bits));
        return FixedPoint.Check(mean + ((bin << bits) | stack.PopBits(bits)));
    }

    /// <summary>Pops a value of which a table's own bins are all that there is: noise, which nobody pushed.</summary>
    /// <exception cref="AnsUnderflowException">The stack holds too few bits.</exception>
    /// <exception cref="FixedPointOverflowException">The value is too large.</exception>
    public static int Draw(AnsStack stack, int mean, int level)
    {
        int bits = LowBits(level);
        long bin = Posterior.Draw(ScaleTables.Gaussian, stack, Location(bits), level - (LevelsPerOctave * bits));
        return FixedPoint.Check(mean + ((bin << bits) | stack.PopBits(bits)));
    }

    /// <summary>Pushes a value that <see cref="Draw"/> popped.</summary>
    /// <exception cref="TesseraFormatException">It cannot have been.</exception>
    public static void PutBack(AnsStack stack, int value, int mean, int level)
    {
        int bits = LowBits(level), distance = value - mean;
        stack.PushBits((uint)(distance & ((1 << bits) - 1)), bits);
        Posterior.PutBack(ScaleTables.Gaussian, stack, distance >> bits, Location(bits), level - (LevelsPerOctave * bits));
    }

    private static int LowBits(int level) => level < TableLevels ? 0 : (level - TableLevels + LevelsPerOctave) / LevelsPerOctave;

    private static int Location(int bits) => (HalfBin >> bits) - HalfBin;
}
