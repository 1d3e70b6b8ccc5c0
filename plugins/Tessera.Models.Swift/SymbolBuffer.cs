using System.Buffers;

namespace Tessera.Models.Swift;

/// <summary>The symbols of a segment's planes before they are coded: for each sample its error, and the histogram to which that belongs.</summary>
internal sealed unsafe class SymbolBuffer
{
    public const int TokenBits = 8;

    private readonly uint[] _counts = GC.AllocateUninitializedArray<uint>(SampleFormat.MaxChannels * ClassChooser.Entries, pinned: true);
    private ushort[] _symbols = [];
    private ushort[] _folded = [];

    /// <summary>Makes room.</summary>
    public void Begin(int planes, int pixels, int depth)
    {
        int count = checked(planes * pixels);
        if (_symbols.Length < count)
            _symbols = GC.AllocateUninitializedArray<ushort>(count, pinned: true);
        if (depth > TokenCode.DirectDepth && _folded.Length < count)
            _folded = GC.AllocateUninitializedArray<ushort>(count, pinned: true);
        Pixels = pixels;
        _counts.AsSpan(0, planes * ClassChooser.Entries).Clear();
        BitSymbols = 0;
    }

    /// <summary>Pixels of the segment.</summary>
    public int Pixels { get; private set; }

    /// <summary>How many tokens have bits.</summary>
    public int BitSymbols { get; private set; }

    /// <summary>Of each sample of a plane the token, and above it the histogram.</summary>
    public ushort* Symbols(int plane) => (ushort*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref _symbols[plane * Pixels]);

    /// <summary>Of each deep sample of a plane the folded error.</summary>
    public ushort* Folded(int plane) => (ushort*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref _folded[plane * Pixels]);

    /// <summary>The histograms of a plane.</summary>
    public Span<uint> Counts(int plane) => _counts.AsSpan(plane * ClassChooser.Entries, ClassChooser.Entries);

    /// <summary>Adds a row.</summary>
    /// <param name="plane">The plane.</param>
    /// <param name="position">Where the row begins.</param>
    /// <param name="residuals">Folded errors and fractions, as <see cref="RowMath.Residuals"/> gives them.</param>
    /// <param name="activities">Sums of activities.</param>
    /// <param name="width">Pixels of the row.</param>
    /// <param name="depth">Bits of a sample.</param>
    public void AddRow(int plane, int position, int* residuals, int* activities, int width, int depth)
    {
        int shift = PlanePlan.ActivityShift(depth);
        fixed (byte* levels = ActivityLevels.OfActivity)
        fixed (uint* counts = Counts(plane))
        {
            ushort* symbols = Symbols(plane) + position;
            if (depth <= TokenCode.DirectDepth)
            {
                for (int x = 0; x < width; x++)
                {
                    int residual = residuals[x];
                    int symbol = (Histogram(levels, activities[x] >> shift, residual) << TokenBits) | (residual >> PlanePlan.FractionBits);
                    symbols[x] = (ushort)symbol;
                    counts[symbol]++;
                }

                return;
            }

            ushort* foldeds = Folded(plane) + position;
            for (int x = 0; x < width; x++)
            {
                int folded = residuals[x] >> PlanePlan.FractionBits, token = TokenCode.Token(folded);
                int symbol = (Histogram(levels, activities[x] >> shift, residuals[x]) << TokenBits) | token;
                foldeds[x] = (ushort)folded;
                symbols[x] = (ushort)symbol;
                counts[symbol]++;
                BitSymbols += token >= TokenCode.FirstWithBits ? 1 : 0;
            }
        }
    }

    private static int Histogram(byte* levels, int activity, int residual) =>
        (levels[Math.Min(Math.Max(activity, 0), PlanePlan.ActivityLevels - 1)] << PlanePlan.FractionBits) | (residual & (PlanePlan.Fractions - 1));
}
