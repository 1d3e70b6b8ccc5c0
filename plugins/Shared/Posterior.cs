using Tessera.Entropy;

namespace Tessera.Models;

/// <summary>
/// How an element of a latent is drawn: from the integers of a table's own bins alone. Its two escapes stand for their bins, and nothing
/// beyond (<c>spec/bitswap.md</c>, section 4).
/// </summary>
/// <remarks>
/// Bits of a supply are random only as far as the models that pushed them fit. What does not fit is pushed as escapes with a long excess,
/// which would be popped as escapes with a long excess, and so on. So every draw is one that every prior can push.
/// </remarks>
internal static class Posterior
{
    /// <summary>Pops an element.</summary>
    /// <exception cref="AnsUnderflowException">The stack holds too few bits.</exception>
    public static int Draw(ScaleTables tables, AnsStack stack, int location, int level)
    {
        TablePlacement placement = tables.Place(location, level);
        int symbol = tables.Tables.Find(placement.Table, stack.Peek(FrequencyTables.Precision), out SymbolInterval interval);
        stack.Drop(interval.Start, interval.Frequency, FrequencyTables.Precision);
        return ((placement.Origin + symbol) << placement.Shift) | (int)stack.PopBits(placement.Shift);
    }

    /// <summary>Pushes an element that was drawn.</summary>
    /// <exception cref="TesseraFormatException">It cannot have been.</exception>
    public static void PutBack(ScaleTables tables, AnsStack stack, int value, int location, int level)
    {
        TablePlacement placement = tables.Place(location, level);
        int symbol = (value >> placement.Shift) - placement.Origin;
        if ((uint)symbol >= (uint)tables.Tables.SymbolCount(placement.Table))
            throw new TesseraFormatException($"An element of a latent is {value}, which cannot have been drawn; the segment is damaged.");
        stack.PushBits((uint)(value & ((1 << placement.Shift) - 1)), placement.Shift);
        SymbolInterval interval = tables.Tables.Interval(placement.Table, symbol);
        stack.Push(interval.Start, interval.Frequency, FrequencyTables.Precision);
    }
}
