namespace Tessera.Models.Swift;

/// <summary>How the samples of a plane are predicted, and how the contexts of their errors are made. Sent with each segment.</summary>
internal sealed class PlanePlan
{
    /// <summary>Neighbours in the plane itself: N, NW, NE, WW, NN, and the median of W, N and W + N - NW.</summary>
    public const int OwnTaps = 6;

    /// <summary>Of each reference plane: the sample itself, N, NW, NE, and its median.</summary>
    public const int ReferenceTaps = 5;

    /// <summary>Errors at W, WW, N, NW, NE, NN; the differences of W and NW, NW and N, N and NE.</summary>
    public const int OwnActivities = 9;

    public const int MaxTaps = OwnTaps + (PlaneOrder.MaxReferences * ReferenceTaps);

    public const int MaxActivities = OwnActivities + PlaneOrder.MaxReferences;

    /// <summary>The largest magnitude of a coefficient or weight.</summary>
    public const int MaxWeight = short.MaxValue;

    public const int ActivityBits = 10;
    public const int ActivityLevels = 1 << ActivityBits;

    /// <summary>Into how many parts a prediction's fraction is cut.</summary>
    public const int Fractions = 4;
    public const int FractionBits = 2;

    public const int MaxClasses = 16;

    public PlanePlan(int plane)
    {
        References = PlaneOrder.References(plane);
        Taps = new int[OwnTaps + (References * ReferenceTaps)];
        Activities = new int[OwnActivities + References];
    }

    /// <summary>How many planes before it the plane looks at, the next one first.</summary>
    public int References { get; }

    /// <summary>The coefficients, in 2^-<see cref="Precision"/>.</summary>
    public int[] Taps { get; }

    /// <summary>The weights of activities.</summary>
    public int[] Activities { get; }

    /// <summary>The classes of activity, ascending.</summary>
    public List<ActivityClass> Classes { get; } = [];

    /// <summary>How many tables the classes have.</summary>
    public int TableCount => Classes.Sum(c => c.IsSplit ? Fractions : 1);

    /// <summary>The fractional bits of predictions: what leaves room in 32 bits for deep samples.</summary>
    public static int Precision(int depth) => Math.Min(12, 24 - depth);

    /// <summary>What the weighted sum of activities is shifted right by.</summary>
    public static int ActivityShift(int depth) => 5 + Math.Max(0, depth - 8);

    /// <summary>Of which table the samples of an activity and a fraction are: entry (activity * 4 + fraction).</summary>
    public void FillTableOf(Span<byte> tableOf)
    {
        int table = 0;
        for (int i = 0; i < Classes.Count; i++)
        {
            int end = i + 1 < Classes.Count ? Classes[i + 1].First : ActivityLevels;
            for (int activity = Classes[i].First; activity < end; activity++)
            {
                for (int fraction = 0; fraction < Fractions; fraction++)
                    tableOf[(activity * Fractions) + fraction] = (byte)(table + (Classes[i].IsSplit ? fraction : 0));
            }

            table += Classes[i].IsSplit ? Fractions : 1;
        }
    }
}

/// <summary>Activities that share their tables.</summary>
/// <param name="First">The lowest.</param>
/// <param name="IsSplit">Whether each quarter of a prediction's fraction has a table of its own.</param>
internal readonly record struct ActivityClass(int First, bool IsSplit);
