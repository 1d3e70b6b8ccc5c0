using System.Buffers;
using Tessera.Entropy;

namespace Tessera.Models.Swift;

/// <summary>What the decoder is told before the symbols: plans and tables.</summary>
internal sealed class SegmentHeader(bool swapped, PlanePlan[] planes)
{
    // The largest number of classes' tables is 64, that of planes 4.
    private readonly List<byte[]> _weights = [];

    /// <summary>Whether the first two channels change places.</summary>
    public bool IsSwapped => swapped;

    public IReadOnlyList<PlanePlan> Planes => planes;

    /// <summary>The symbols' weights of each table, plane after plane.</summary>
    public IReadOnlyList<byte[]> Weights => _weights;

    /// <summary>Adds a table.</summary>
    public void Add(byte[] weights) => _weights.Add(weights);

    public void Write(AdaptiveAnsEncoder encoder)
    {
        NumberModel taps = new(), activities = new(), classes = new();
        int table = 0;
        foreach (PlanePlan plane in planes)
        {
            foreach (int tap in plane.Taps)
                taps.WriteSigned(encoder, tap);
            foreach (int weight in plane.Activities)
                activities.WriteSigned(encoder, weight);
            classes.Write(encoder, plane.Classes.Count - 1);
            for (int i = 0; i < plane.Classes.Count; i++)
            {
                if (i > 0)
                    classes.Write(encoder, plane.Classes[i].First - plane.Classes[i - 1].First - 1);
                classes.Write(encoder, plane.Classes[i].IsSplit ? 1 : 0);
            }

            var models = new TableModels();
            byte[] before = [];
            for (int end = table + plane.TableCount; table < end; table++)
            {
                models.Write(encoder, _weights[table], before);
                before = _weights[table];
            }
        }
    }

    /// <summary>Reads a header.</summary>
    /// <exception cref="TesseraFormatException">It is none.</exception>
    public static SegmentHeader Read(ReadOnlySpan<byte> bytes, bool swapped, int channels, int depth)
    {
        var decoder = new AdaptiveAnsDecoder(bytes);
        NumberModel taps = new(), activities = new(), classes = new();
        var planes = new PlanePlan[channels];
        var header = new SegmentHeader(swapped, planes);
        for (int p = 0; p < channels; p++)
        {
            var plane = new PlanePlan(p);
            planes[p] = plane;
            foreach (ref int tap in plane.Taps.AsSpan())
                tap = Checked(taps.ReadSigned(ref decoder), -PlanePlan.MaxWeight, PlanePlan.MaxWeight, "a coefficient");
            foreach (ref int weight in plane.Activities.AsSpan())
                weight = Checked(activities.ReadSigned(ref decoder), -PlanePlan.MaxWeight, PlanePlan.MaxWeight, "a weight");
            int count = 1 + Checked(classes.Read(ref decoder), 0, PlanePlan.MaxClasses - 1, "the number of classes, less one,");
            for (int i = 0, first = 0; i < count; i++)
            {
                if (i > 0)
                    first = Checked(first + classes.Read(ref decoder) + 1, 1, PlanePlan.ActivityLevels - 1, "an activity");
                plane.Classes.Add(new(first, Checked(classes.Read(ref decoder), 0, 1, "a decision") == 1));
            }

            var models = new TableModels();
            byte[] before = [];
            for (int table = plane.TableCount; table > 0; table--)
            {
                before = models.Read(ref decoder, before, TokenCode.SymbolCount(depth));
                header.Add(before);
                if (decoder.HasOverrun)
                    break;
            }
        }

        if (!decoder.IsAtEnd)
            throw new TesseraFormatException("The tables of a segment of the swift model do not end where they should; it is damaged.");
        return header;
    }

    private static int Checked(int value, int least, int most, string what) => value >= least && value <= most
        ? value
        : throw new TesseraFormatException($"In a segment of the swift model, {what} is {value}; it is {least} to {most}.");

    /// <summary>What is learned from table to table of a plane.</summary>
    private sealed class TableModels
    {
        private const int PresenceContexts = 8;

        private readonly NumberModel _counts = new();
        private readonly NumberModel[] _differences = [new(), new()];
        private readonly uint[] _present = new uint[PresenceContexts];

        public TableModels() => _present.AsSpan().Fill(Counter.Initial);

        public void Write(AdaptiveAnsEncoder encoder, ReadOnlySpan<byte> weights, ReadOnlySpan<byte> before)
        {
            int last = weights.Length - 1;
            while (weights[last] == 0)
                last--;
            _counts.Write(encoder, last);
            for (int s = 0; s <= last; s++)
            {
                if (s < last)
                    NumberModel.Write(encoder, ref _present[Context(weights, before, s)], weights[s] != 0 ? 1 : 0);
                if (weights[s] != 0)
                    _differences[Expect(weights, before, s, out int expected)].WriteSigned(encoder, weights[s] - expected);
            }
        }

        public byte[] Read(ref AdaptiveAnsDecoder decoder, ReadOnlySpan<byte> before, int symbolCount)
        {
            var weights = new byte[symbolCount];
            int last = Checked(_counts.Read(ref decoder), 0, symbolCount - 1, "the last symbol");
            for (int s = 0; s <= last; s++)
            {
                if (s < last && NumberModel.Read(ref decoder, ref _present[Context(weights, before, s)]) == 0)
                    continue;
                int model = Expect(weights, before, s, out int expected);
                weights[s] = (byte)Checked(expected + _differences[model].ReadSigned(ref decoder), 1, SymbolWeights.Largest, "a symbol's weight");
            }

            return weights;
        }

        private static int At(ReadOnlySpan<byte> weights, int symbol) => symbol >= 0 && symbol < weights.Length ? weights[symbol] : 0;

        private static int Context(ReadOnlySpan<byte> weights, ReadOnlySpan<byte> before, int s) =>
            (At(weights, s - 1) != 0 ? 1 : 0) + (At(weights, s - 2) != 0 ? 2 : 0) + (At(before, s) != 0 ? 4 : 0);

        // The weight two symbols before is that of the next smaller error of the same sign.
        private static int Expect(ReadOnlySpan<byte> weights, ReadOnlySpan<byte> before, int s, out int expected)
        {
            int same = At(weights, s - 2), other = At(weights, s - 1);
            if (same != 0)
            {
                int was = At(before, s), wasSame = At(before, s - 2);
                expected = was != 0 && wasSame != 0 ? Math.Max(1, same + ((was - wasSame) / 2)) : same;
                return 0;
            }

            expected = other != 0 ? other : At(before, s);
            return 1;
        }
    }
}
