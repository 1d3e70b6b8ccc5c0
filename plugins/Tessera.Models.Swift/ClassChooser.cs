namespace Tessera.Models.Swift;

/// <summary>Joins levels of activity whose errors are distributed alike, so that few tables are sent.</summary>
internal sealed class ClassChooser
{
    /// <summary>Entries of a histogram.</summary>
    public const int Symbols = 256;

    /// <summary>Entries of all histograms of a plane: for each level and fraction, one.</summary>
    public const int Entries = ActivityLevels.Count * PlanePlan.Fractions * Symbols;

    // What a table takes, in bits: some by itself and some for each symbol.
    private const int TableBits = 12;
    private const int SymbolBits = 3;

    private const int CostBits = 12;

    // log2(e) in 2^-12.
    private const ulong LogOfE = 5909;

    // n log2(n) in 2^-12.
    private static readonly long[] Small = [.. Enumerable.Range(0, 1 << 12).Select(n => n == 0 ? 0 : (long)Math.Round(n * Math.Log2(n) * (1 << CostBits)))];

    private readonly uint[] _merged = new uint[PlanePlan.Fractions * Symbols];

    /// <summary>Chooses the classes of a plane.</summary>
    /// <param name="counts">The histograms, which are joined in place: those of class i are where level i's were.</param>
    /// <param name="symbols">How many symbols there are.</param>
    /// <param name="classes">Takes the classes.</param>
    public void Choose(Span<uint> counts, int symbols, List<ActivityClass> classes)
    {
        // Levels that do not occur belong to the class before them.
        var groups = new List<Group>();
        for (int level = 0; level < ActivityLevels.Count; level++)
        {
            Span<uint> own = Histograms(counts, level);
            if (own.IndexOfAnyExcept(0u) >= 0)
                groups.Add(new(groups.Count == 0 ? 0 : level, level, Cost(own, symbols)));
        }

        var joined = new List<GroupCost>();
        for (int i = 0; i + 1 < groups.Count; i++)
            joined.Add(JoinedCost(counts, groups[i], groups[i + 1], symbols));
        while (groups.Count > 1)
        {
            int best = 0;
            long least = long.MaxValue;
            for (int i = 0; i < joined.Count; i++)
            {
                long loss = joined[i].Bits - groups[i].Cost.Bits - groups[i + 1].Cost.Bits;
                if (loss < least)
                    (least, best) = (loss, i);
            }

            if (least > 0 && groups.Count <= PlanePlan.MaxClasses)
                break;
            Add(Histograms(counts, groups[best].Home), Histograms(counts, groups[best + 1].Home));
            groups[best] = groups[best] with { Cost = joined[best] };
            groups.RemoveAt(best + 1);
            joined.RemoveAt(best);
            if (best > 0)
                joined[best - 1] = JoinedCost(counts, groups[best - 1], groups[best], symbols);
            if (best < joined.Count)
                joined[best] = JoinedCost(counts, groups[best], groups[best + 1], symbols);
        }

        classes.Clear();
        for (int i = 0; i < groups.Count; i++)
        {
            classes.Add(new(ActivityLevels.First(groups[i].FirstLevel), groups[i].Cost.IsSplit));
            Histograms(counts, groups[i].Home).CopyTo(Histograms(counts, i));
        }
    }

    /// <summary>The histograms of a level, or of a class: one for each fraction.</summary>
    public static Span<uint> Histograms(Span<uint> counts, int level) =>
        counts.Slice(level * PlanePlan.Fractions * Symbols, PlanePlan.Fractions * Symbols);

    private GroupCost JoinedCost(Span<uint> counts, Group first, Group second, int symbols)
    {
        Histograms(counts, first.Home).CopyTo(_merged);
        Add(_merged, Histograms(counts, second.Home));
        return Cost(_merged, symbols);
    }

    private static void Add(Span<uint> sums, ReadOnlySpan<uint> counts)
    {
        for (int i = 0; i < sums.Length; i++)
            sums[i] += counts[i];
    }

    // All fractions together, or each by itself.
    private static GroupCost Cost(ReadOnlySpan<uint> counts, int symbols)
    {
        long apart = 0, entropy = 0;
        Span<uint> all = stackalloc uint[Symbols];
        for (int fraction = 0; fraction < PlanePlan.Fractions; fraction++)
        {
            ReadOnlySpan<uint> own = counts.Slice(fraction * Symbols, symbols);
            apart += TableCost(own);
            for (int i = 0; i < own.Length; i++)
                all[i] += own[i];
        }

        entropy = TableCost(all[..symbols]);
        return apart < entropy ? new(apart, true) : new(entropy, false);
    }

    private static long TableCost(ReadOnlySpan<uint> counts)
    {
        ulong total = 0;
        long sum = 0;
        int present = 0;
        foreach (uint count in counts)
        {
            if (count == 0)
                continue;
            total += count;
            sum += Times(count);
            present++;
        }

        return Times(total) - sum + ((TableBits + ((long)SymbolBits * present)) << CostBits);
    }

    private static long Times(ulong n)
    {
        if (n < (ulong)Small.Length)
            return Small[n];

        // With m the leading bits: n (log2(m) + shift), and what is cut off times log2(e).
        int shift = System.Numerics.BitOperations.Log2(n) - 11;
        ulong m = n >> shift, cut = n - (m << shift);
        return (long)(((Int128)n * Small[m] / m) + (Int128)(n * (ulong)shift << CostBits) + (cut * LogOfE));
    }

    /// <summary>Levels that share their tables.</summary>
    /// <param name="FirstLevel">The lowest.</param>
    /// <param name="Home">The level in the place of whose histograms those of all are.</param>
    /// <param name="Cost">What they take.</param>
    private readonly record struct Group(int FirstLevel, int Home, GroupCost Cost);

    /// <summary>What errors take, in 2^-12 bits, and whether fractions then have tables of their own.</summary>
    private readonly record struct GroupCost(long Bits, bool IsSplit);
}
