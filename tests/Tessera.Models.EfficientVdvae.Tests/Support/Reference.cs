using System.Numerics;
using System.Text.Json;
using Tessera.Entropy;
using Tessera.Exact;

namespace Tessera.Models.EfficientVdvae.Tests.Support;

/// <summary>
/// <c>spec/evdvae.md</c> and what it rests on, written down as it stands: element by element, slowly, and without anything of the plugin. Values are
/// arrays by row, column and channel.
/// </summary>
internal sealed class Reference(TensorFile file)
{
    private static readonly int[] Places = [3, 1, 2];
    private readonly JsonElement _configuration = JsonDocument.Parse(file.Metadata["configuration"]).RootElement;
    private readonly Dictionary<string, int[]> _tensors = file.Tensors.ToDictionary(pair => pair.Key, pair => pair.Value.ToInt32());

    /// <summary>What was pushed less what was popped, in bits, by the probabilities of tables.</summary>
    public double Bits { get; private set; }

    private bool IsTransformed => _configuration.GetProperty("color").GetString() == "ycocg-r";

    private int Components => _configuration.GetProperty("mixtures").GetInt32();

    /// <summary>Section 5: encodes a block of samples.</summary>
    public void Encode(int[,,] samples, AnsStack stack)
    {
        JsonElement grids = _configuration.GetProperty("grids");
        int count = grids.GetArrayLength();
        List<int[,,]> pictures = [Integers(samples)];
        for (int i = 0; i < count; i++)
            pictures.Add(Map(Half(Rows(pictures[i])), Half(Columns(pictures[i])), 3, (y, x, c) => pictures[i][2 * y, 2 * x, c]));

        List<int[,,]> found = [];
        for (int i = 0; i < count; i++)
        {
            string name = $"grid.{i}.bottom";
            int[,,] e = Table($"{name}.stem.activation", Convolution($"{name}.stem", Squares(pictures[i]), -2047, 2047));
            if (i > 0)
                e = Sum(e, Convolution($"{name}.pool", Squares(found[i - 1]), -2047, 2047));
            found.Add(Layers(name, grids[i].GetProperty("bottom_layers").GetInt32(), e));
        }

        var pushes = new Stack<Action>();
        int[,,]? m = null;
        for (int i = count - 1; i >= 0; i--)
        {
            for (int s = 0; s < 3; s++)
            {
                string name = $"grid.{i}.step.{s}";
                int[,,] k = Known(pictures[i], s);
                int[,,] t = Table($"{name}.stem.activation", Convolution($"{name}.stem", k, -2047, 2047));
                m = m is null ? t : Sum(m, t);
                int latent = grids[i].GetProperty("latent")[s].GetInt32();
                int[,,] z = new int[Rows(m), Columns(m), latent];
                if (latent > 0)
                {
                    int[,,] e = found[i], own = m;
                    int width = Channels(m);
                    int[,,] both = Map(Rows(m), Columns(m), width + Channels(e), (y, x, c) => c < width ? own[y, x, c] : e[y, x, c - width]);
                    int[,,] a = Convolution($"{name}.posterior.hidden", both, 0, 2047);
                    int[,,] posterior = Convolution($"{name}.posterior.output", a, -32768, 32767);
                    z = Draw(stack, posterior, _tensors[$"{name}.kept"]);
                    m = Sum(m, Convolution($"{name}.projection", z, -2047, 2047));
                }

                m = Layers(name, grids[i].GetProperty("layers")[s].GetInt32(), m);
                int[,,] o = Convolution($"{name}.output", Clamped(m, 0, 2047), -32768, 32767), l = Convolution($"{name}.linear", k, -32768, 32767);
                (int[,,] picture, int place) = (pictures[i], Places[s]);
                pushes.Push(() =>
                {
                    PushPixels(stack, picture, place, o, l);
                    if (latent > 0)
                        PushLatent(stack, z, _tensors[$"{name}.kept"]);
                });
            }

            if (i > 0)
            {
                int[,,] u = Convolution($"grid.{i}.unpool", m!, -2047, 2047);
                m = Map(Rows(pictures[i]), Columns(pictures[i]), Channels(u), (y, x, c) => u[y / 2, x / 2, c]);
            }
        }

        foreach (Action push in pushes)
            push();
        Backwards(pictures[^1], (y, x, c) =>
        {
            (int value, int location, int level) = (pictures[^1][y, x, c], _tensors["top.location"][c], _tensors["top.level"][c]);
            ScaleTables.Logistic.Push(stack, value, location, level);
            Bits += LogisticCost.Tables(value, location, level);
        });
    }

    private static int Rows(int[,,] value) => value.GetLength(0);

    private static int Columns(int[,,] value) => value.GetLength(1);

    private static int Channels(int[,,] value) => value.GetLength(2);

    private static int Half(int side) => (side + 1) / 2;

    private static int[,,] Map(int rows, int columns, int channels, Func<int, int, int, int> element)
    {
        var result = new int[rows, columns, channels];
        for (int y = 0; y < rows; y++)
        {
            for (int x = 0; x < columns; x++)
            {
                for (int c = 0; c < channels; c++)
                    result[y, x, c] = element(y, x, c);
            }
        }

        return result;
    }

    private static void Backwards(int[,,] value, Action<int, int, int> visit)
    {
        for (int y = Rows(value) - 1; y >= 0; y--)
        {
            for (int x = Columns(value) - 1; x >= 0; x--)
            {
                for (int c = Channels(value) - 1; c >= 0; c--)
                    visit(y, x, c);
            }
        }
    }

    private static int[,,] Clamped(int[,,] value, int low, int high) =>
        Map(Rows(value), Columns(value), Channels(value), (y, x, c) => Math.Clamp(value[y, x, c], low, high));

    private static int[,,] Sum(int[,,] first, int[,,] second) =>
        Map(Rows(first), Columns(first), Channels(first), (y, x, c) => Math.Clamp(first[y, x, c] + second[y, x, c], -2047, 2047));

    /// <summary>Section 2: squares(v).</summary>
    private static int[,,] Squares(int[,,] value) => Map(Half(Rows(value)), Half(Columns(value)), 4 * Channels(value), (y, x, c) =>
    {
        int row = Math.Min((2 * y) + (c % 4 / 2), Rows(value) - 1), column = Math.Min((2 * x) + (c % 2), Columns(value) - 1);
        return value[row, column, c / 4];
    });

    /// <summary>Section 3: k.</summary>
    private static int[,,] Known(int[,,] picture, int step) => Map(Half(Rows(picture)), Half(Columns(picture)), 3 * (step + 1), (y, x, c) =>
    {
        int place = c < 3 ? 0 : Places[(c / 3) - 1];
        if (!Has(picture, place, y, x))
            place = 0;
        return picture[(2 * y) + (place / 2), (2 * x) + (place % 2), c % 3];
    });

    private static bool Has(int[,,] picture, int place, int y, int x) =>
        (2 * y) + (place / 2) < Rows(picture) && (2 * x) + (place % 2) < Columns(picture);

    private int[,,] Integers(int[,,] samples)
    {
        return Map(Rows(samples), Columns(samples), 3, (y, x, c) =>
        {
            int r = samples[y, x, 0] - 128, g = samples[y, x, 1] - 128, b = samples[y, x, 2] - 128;
            if (!IsTransformed)
                return c == 0 ? r : c == 1 ? g : b;
            int co = r - b, t = b + (co >> 1), cg = g - t;
            return c == 0 ? t + (cg >> 1) : c == 1 ? co : cg;
        });
    }

    private int[,,] Layers(string name, int count, int[,,] value)
    {
        for (int k = 0; k < count; k++)
        {
            int[,,] first = Convolution($"{name}.layer{k}.first", Clamped(value, 0, 2047), 0, 2047);
            value = Sum(value, Convolution($"{name}.layer{k}.second", first, -2047, 2047));
        }

        return value;
    }

    private int[,,] Table(string name, int[,,] value) =>
        Map(Rows(value), Columns(value), Channels(value), (y, x, c) => _tensors[$"{name}.table"][value[y, x, c] + 2047]);

    /// <summary>spec/arithmetic.md, section 3.</summary>
    private int[,,] Convolution(string name, int[,,] value, int low, int high)
    {
        int[] weight = _tensors[$"{name}.weight"], bias = _tensors[$"{name}.bias"], shift = _tensors[$"{name}.shift"], multiplier = _tensors[$"{name}.multiplier"];
        int kernel = file.Tensors[$"{name}.weight"].Shape[1], inputs = file.Tensors[$"{name}.weight"].Shape[3];
        Assert.Equal(Channels(value), inputs);
        return Map(Rows(value), Columns(value), bias.Length, (y, x, d) =>
        {
            long sum = bias[d];
            for (int i = 0; i < kernel; i++)
            {
                for (int j = 0; j < kernel; j++)
                {
                    int row = Math.Clamp(y + i - (kernel / 2), 0, Rows(value) - 1), column = Math.Clamp(x + j - (kernel / 2), 0, Columns(value) - 1);
                    for (int c = 0; c < inputs; c++)
                        sum += weight[(((((d * kernel) + i) * kernel) + j) * inputs) + c] * Math.Clamp(value[row, column, c], -2047, 2047);
                }
            }

            long scaled = Math.Clamp((sum + ((1L << shift[d]) >> 1)) >> shift[d], -32768, 32767);
            return (int)Math.Clamp(((scaled * multiplier[d]) + (1 << 14)) >> 15, low, high);
        });
    }

    /// <summary>spec/bitswap.md, section 4.</summary>
    private int[,,] Draw(AnsStack stack, int[,,] posterior, int[] kept) => Map(Rows(posterior), Columns(posterior), kept.Length, (y, x, c) =>
    {
        if (kept[c] == 0)
            return 0;
        TablePlacement placement = ScaleTables.Gaussian.Place(posterior[y, x, c], Math.Clamp(posterior[y, x, kept.Length + c], 16, 56));
        uint slot = stack.Peek(16);
        int symbol = 0;
        while (slot >= Interval(symbol).Start + Interval(symbol).Frequency)
            symbol++;
        stack.Drop(Interval(symbol).Start, Interval(symbol).Frequency, 16);
        Bits -= 16 - Math.Log2(Interval(symbol).Frequency) + placement.Shift;
        return ((placement.Origin + symbol) << placement.Shift) + (int)stack.PopBits(placement.Shift);

        SymbolInterval Interval(int number) => ScaleTables.Gaussian.Tables.Interval(placement.Table, number);
    });

    private void PushLatent(AnsStack stack, int[,,] latent, int[] kept) => Backwards(latent, (y, x, c) =>
    {
        if (kept[c] == 0)
            return;
        ScaleTables.Gaussian.Push(stack, latent[y, x, c], 0, 48);
        Bits += LogisticCost.Tables(ScaleTables.Gaussian, latent[y, x, c], 0, 48);
    });

    private void PushPixels(AnsStack stack, int[,,] picture, int place, int[,,] outputs, int[,,] linear)
    {
        for (int y = Rows(outputs) - 1; y >= 0; y--)
        {
            for (int x = Columns(outputs) - 1; x >= 0; x--)
            {
                if (!Has(picture, place, y, x))
                    continue;
                int[] near = Pixel(picture, 2 * y, 2 * x), own = Pixel(picture, (2 * y) + (place / 2), (2 * x) + (place % 2));
                (long Start, long Frequency)[] slots = Slots(Pixel(outputs, y, x), Pixel(linear, y, x), near, own);
                for (int c = 2; c >= 0; c--)
                {
                    stack.Push((uint)slots[c].Start, (uint)slots[c].Frequency, 24);
                    Bits += 24 - Math.Log2(slots[c].Frequency);
                }
            }
        }
    }

    private static int[] Pixel(int[,,] value, int y, int x) => [.. Enumerable.Range(0, Channels(value)).Select(c => value[y, x, c])];

    /// <summary>Section 4: of the colours of a pixel, the slots.</summary>
    private (long Start, long Frequency)[] Slots(int[] o, int[] l, int[] near, int[] v)
    {
        int count = Components;
        int[] logits = o[..count], corrections = o[count..(4 * count)], levels = o[(4 * count)..(7 * count)], coefficients = o[(7 * count)..];
        int[] f = [.. logits.Select(logit => _tensors["table.exponentials"][Math.Min(logits.Max() - logit, 1023)])];
        long[] weights = Shares([.. f.Select(e => (BigInteger)e)], Array.IndexOf(logits, logits.Max()));
        long[] d = [.. Enumerable.Range(0, 3).Select(c => (64L * v[c]) - ((64 * near[c]) + l[c]))];
        var slots = new (long, long)[3];
        for (int c = 0; c < 3; c++)
        {
            (int Location, int Level)[] components = [.. Enumerable.Range(0, count).Select(Component)];
            (int low, int high) = c > 0 && IsTransformed ? (-255, 255) : (-128, 127);
            BigInteger start = Below(v[c]);
            slots[c] = ((long)start, (long)(Below(v[c] + 1) - start));
            BigInteger[] p = [.. components.Select((k, i) => weights[i] * (Mass(k, v[c] + 1) - Mass(k, v[c]) + 1))];
            weights = Shares(p, Array.IndexOf(p, p.Max()));

            (int, int) Component(int k)
            {
                int level = Math.Clamp(levels[(c * count) + k], 0, 135);
                long moved = c switch
                {
                    0 => 0,
                    1 => ((coefficients[k] * d[0]) + 128) >> 8,
                    _ => ((coefficients[count + k] * d[0]) + (coefficients[(2 * count) + k] * d[1]) + 128) >> 8,
                };
                return ((int)((64 * near[c]) + Math.Clamp(l[c] + moved + InScales(corrections[(c * count) + k], level), -32768, 32767)), level);
            }

            // spec/entropy.md, section 7.
            BigInteger Below(int value)
            {
                if (value == low || value == high + 1)
                    return value == low ? 0 : 1 << 24;
                int size = high - low + 1, floor = 1 << (12 - (size > 256 ? 9 : 8));
                BigInteger mass = components.Select((k, i) => weights[i] * Mass(k, value)).Aggregate((a, b) => a + b);
                return (floor * (value - low)) + (((BigInteger)((1 << 24) - (floor * size)) * mass) >> (26 + 12));
            }
        }

        return slots;
    }

    /// <summary>Parts of 4096, rounded down; what is then left goes to one.</summary>
    private static long[] Shares(BigInteger[] parts, int largest)
    {
        BigInteger sum = parts.Aggregate((a, b) => a + b);
        long[] shares = [.. parts.Select(part => (long)(4096 * part / sum))];
        shares[largest] += 4096 - shares.Sum();
        return shares;
    }

    /// <summary>G of spec/entropy.md, section 7.</summary>
    private static BigInteger Mass((int Location, int Level) component, int value)
    {
        TablePlacement placement = ScaleTables.Logistic.Place(component.Location, component.Level);
        int i = (value >> placement.Shift) - placement.Origin, z = value - ((value >> placement.Shift) << placement.Shift);
        return (K(i) * 1024) + ((K(i + 1) - K(i)) * z * (1 << (10 - placement.Shift)));

        BigInteger K(int symbol) => symbol <= 0 ? 0
            : symbol < ScaleTables.Logistic.Tables.SymbolCount(placement.Table) ? ScaleTables.Logistic.Tables.Interval(placement.Table, symbol).Start
            : 65536;
    }

    /// <summary>r(e, n) of spec/idfpp.md, section 6.</summary>
    private static long InScales(int correction, int level)
    {
        long[] eighths = [32768, 35734, 38968, 42495, 46341, 50535, 55109, 60097];
        return ((correction * (eighths[level % 8] << (level / 8))) + (1 << 20)) >> 21;
    }
}
