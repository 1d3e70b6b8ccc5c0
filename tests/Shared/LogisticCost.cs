using Tessera.Entropy;

namespace Tessera.Models;

/// <summary>What an integer takes.</summary>
internal static class LogisticCost
{
    /// <summary>By a logistic distribution: from the mass in the unit interval around the integer, in bits.</summary>
    public static double Likelihood(int value, int location, int level) => -Math.Log2(Mass(value, location, level));

    /// <summary>The logistic distribution's mass in the unit interval around an integer.</summary>
    public static double Mass(int value, int location, int level)
    {
        double scale = Math.Pow(2, (level / 8.0) - 4), distance = Math.Abs(value - (location / 64.0));

        // From the upper tail, where nothing cancels.
        double near = Tail((distance - 0.5) / scale), far = Tail((distance + 0.5) / scale);
        return Math.Max(near - far, double.Epsilon);

        static double Tail(double x) => x > 0 ? Math.Exp(-x) / (1 + Math.Exp(-x)) : 1 / (1 + Math.Exp(x));
    }

    /// <summary>By the tables, in bits: spec/entropy.md, section 5, takes its symbol, its excess beyond an escape, its low bits.</summary>
    public static double Tables(int value, int location, int level) => Tables(ScaleTables.Logistic, value, location, level);

    /// <summary>By the tables of a family, in bits.</summary>
    public static double Tables(ScaleTables scales, int value, int location, int level)
    {
        TablePlacement placement = scales.Place(location, level);
        int last = scales.Tables.SymbolCount(placement.Table) - 1, bin = (value >> placement.Shift) - placement.Origin;
        int symbol = Math.Clamp(bin, 0, last);
        double bits = 16 - Math.Log2(scales.Tables.Interval(placement.Table, symbol).Frequency) + placement.Shift;
        if (symbol == 0 || symbol == last)
        {
            int order = Math.Clamp((Math.Min(level, 55) / 8) - 4, 0, 2);
            bits += (2 * Math.Floor(Math.Log2((Math.Abs(bin - symbol) >> order) + 1))) + 1 + order;
        }

        return bits;
    }
}
