using System.Buffers;
using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Tessera.Entropy;
using Tessera.Tests.Support;

namespace Tessera.Tests;

/// <summary>Bits-back coding on the bytes of a supply: <c>spec/bits-back.md</c>, by its example.</summary>
public class BitsBackTests
{
    private static readonly Gen<Run> Runs =
        from depth in Gen.Choose(1, 6)
        from interleaves in ArbMap.Default.GeneratorFor<bool>()
        from bits in Gen.Choose(1, 16)
        from supply in Gen.Choose(0, 255).Select(b => (byte)b).ArrayOf()
        from extra in Gen.Choose(60, 400)
        from samples in Gen.Choose(0, (1 << bits) - 1).Select(s => (ushort)s).ArrayOf(12)
        from tiles in Gen.Choose(1, 4)
        let filler = Enumerable.Range(0, extra).Select(i => (byte)((i * 167) ^ (i >> 3)))
        select new Run(depth, interleaves, bits, [.. supply, .. filler], [.. samples.Chunk((12 / tiles) + 1)]);

    [Fact]
    public void The_vectors_of_the_specification_hold()
    {
        int count = 0;
        var stack = new PlainBitsBack([]);
        foreach (string line in SpecificationVectors())
        {
            string[] sides = line.Split("=>", StringSplitOptions.TrimEntries);
            string actual = Evaluate(ref stack, sides[0].Split(' '));
            Assert.True(sides[1] == actual, $"{sides[0]} => {actual}");
            count++;
        }

        Assert.Equal(42, count);
    }

    [Fact]
    public void Runs_are_coded_as_the_specification_says() => Prop.ForAll(Runs.ToArbitrary(), run =>
    {
        byte[] payload = run.Encode();
        Assert.Equal(run.EncodePlainly(out _), payload);
        Assert.Equal(run.Tiles, run.DecodePlainly(payload, out byte[] supply));
        Assert.Equal(run.Supply, supply);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Decoding_gives_back_samples_and_supply() => Prop.ForAll(Runs.ToArbitrary(), run =>
    {
        Assert.Equal(run.Tiles, run.Decode(run.Encode(), out byte[] supply));
        Assert.Equal(run.Supply, supply);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Nothing_is_wasted_beyond_the_final_state() => Prop.ForAll(Runs.ToArbitrary(), run =>
    {
        byte[] payload = run.EncodePlainly(out double bits);
        Assert.InRange(StackBits(payload) - StackBits(run.Supply) - bits, -1.01, 1.01);

        // An empty stack has a state of 32 bits, which the supply has filled.
        Assert.InRange((8 * (payload.Length - (payload.Length % 4))) - StackBits(payload) - 32, 0, 32);
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(1, 1)]
    [InlineData(4, 4)]
    [InlineData(16, 16)]
    public void Bit_Swap_needs_the_same_supply_at_every_depth_and_the_other_scheme_more_and_more(int depth, int growth)
    {
        int one = Used(1, interleaves: true);
        Assert.InRange(Used(depth, interleaves: true), one - 4, one + 8);
        Assert.InRange(Used(depth, interleaves: false), (growth * one * 3 / 4) - 4, (growth * one * 5 / 4) + 4);

        static int Used(int depth, bool interleaves)
        {
            byte[] supply = new byte[2000];
            new Random(5).NextBytes(supply);
            var run = new Run(depth, interleaves, 8, supply, [[.. Enumerable.Range(0, 100).Select(i => (ushort)(i * 37 % 256))]]);
            return SupplyUse.Measure(supply, run.Encode()).UsedByteCount;
        }
    }

    [Fact]
    public void What_was_not_used_of_a_supply_is_what_the_payload_begins_with()
    {
        // Some 270 bits of 1003 bytes; and then all of them.
        byte[] supply = new byte[1003];
        new Random(3).NextBytes(supply);
        var run = new Run(1, true, 8, supply, [[.. Enumerable.Repeat((ushort)128, 100)]]);
        SupplyUse use = SupplyUse.Measure(supply, run.Encode());
        Assert.Equal(1003, use.ByteCount);
        Assert.InRange(use.UsedByteCount, 20, 48);
        Assert.Equal(new(3, 0), SupplyUse.Measure([1, 2, 3], [7, 2, 3, 4]));
        Assert.Equal(new(3, 3), SupplyUse.Measure([1, 2, 3], [1, 2, 3]));
        Assert.Equal(3, new SupplyUse(10, 7).UsedByteCount);
    }

    [Fact]
    public void An_encoder_whose_supply_is_exhausted_says_so_and_can_be_used_again()
    {
        var run = new Run(2, true, 8, [1, 2, 3, 4, 5], [[1, 2, 3]]);
        using SegmentEncoder encoder = run.Model.CreateEncoder(5);
        var e = Assert.Throws<SupplyExhaustedException>(() => run.Encode(encoder));
        Assert.Contains("5 bytes", e.Message, StringComparison.Ordinal);
        Assert.IsType<AnsUnderflowException>(e.InnerException);

        Run more = run with { Supply = [.. Enumerable.Range(0, 60).Select(i => (byte)(i * 77))] };
        Assert.Equal(more.EncodePlainly(out _), more.Encode(encoder));
    }

    [Fact]
    public void Bytes_that_are_too_few_are_an_error_of_the_format()
    {
        var run = new Run(2, true, 8, [.. Enumerable.Range(0, 60).Select(i => (byte)(i * 77))], [[1, 2, 3]]);
        var e = Assert.Throws<TesseraFormatException>(() => run.Decode(run.Encode()[..6], out _));
        Assert.Contains("runs dry", e.Message, StringComparison.Ordinal);
    }

    private static long StackBits(byte[] bytes)
    {
        using AnsStack stack = AnsStack.FromBytes(bytes.AsSpan(bytes.Length % 4));
        return stack.BitCount;
    }

    private static string Evaluate(ref PlainBitsBack stack, string[] words)
    {
        string popped = "";
        switch (words[0])
        {
            case "table":
                return string.Join(' ', PlainBitsBack.Table(Number(words[1])));
            case "bit-swap" or "bb-ans":
                return EvaluateRun(words);
            case "load":
                stack = new(Convert.FromHexString(words[1]));
                break;
            case "pop":
                popped = $"{stack.Pop(Number(words[1]))} ";
                break;
            case "push":
                stack.Push(Number(words[1]), Number(words[2]));
                break;
            case "push-bits":
                stack.PushBits(Number(words[1]), Number(words[2]));
                break;
            default:
                throw new InvalidDataException($"There is no operation {words[0]}.");
        }

        return popped + Convert.ToHexStringLower(stack.ToBytes());
    }

    private static string EvaluateRun(string[] words)
    {
        byte[] supply = words[3] == "-" ? [] : Convert.FromHexString(words[3]);
        IEnumerable<ushort[]> tiles = string.Join(' ', words[4..]).Split(" / ").Select(tile => tile.Split(' ').Select(s => (ushort)Number(s)).ToArray());
        var run = new Run(Number(words[1]), words[0] == "bit-swap", Number(words[2]), supply, [.. tiles]);
        byte[] payload;
        try
        {
            payload = run.Encode();
        }
        catch (SupplyExhaustedException)
        {
            Assert.ThrowsAny<InvalidOperationException>(() => run.EncodePlainly(out _));
            return "exhausted";
        }

        Assert.Equal(payload, run.EncodePlainly(out _));
        Assert.Equal(run.Tiles, run.Decode(payload, out byte[] back));
        Assert.Equal(supply, back);
        return Convert.ToHexStringLower(payload);
    }

    private static int Number(string word) => int.Parse(word, CultureInfo.InvariantCulture);

    private static IEnumerable<string> SpecificationVectors()
    {
        string? directory = AppContext.BaseDirectory;
        while (directory is not null && !File.Exists(Path.Combine(directory, "Codec.sln")))
            directory = Path.GetDirectoryName(directory);
        bool inside = false;
        foreach (string line in File.ReadLines(Path.Combine(directory!, "spec", "bits-back.md")))
        {
            if (line.StartsWith("```", StringComparison.Ordinal))
                inside = line == "```vectors";
            else if (inside)
                yield return line;
        }
    }

    /// <summary>A run of the example: tiles of one row and one channel, the last of which may be narrower.</summary>
    private sealed record Run(int Depth, bool Interleaves, int Bits, byte[] Supply, ushort[][] Tiles)
    {
        public LatentChain Model { get; } = new(Depth, Interleaves);

        public byte[] Encode()
        {
            using SegmentEncoder encoder = Model.CreateEncoder(5);
            return Encode(encoder);
        }

        public byte[] Encode(SegmentEncoder encoder)
        {
            // Tiles of different widths do not come from one grid: they are coded one after another, each with what the ones before made.
            byte[] bytes = Supply;
            foreach (ushort[] tile in Tiles)
            {
                using PlanarBuffer band = Band(tile);
                var payload = new ArrayBufferWriter<byte>();
                encoder.Encode(Tile(band), bytes, payload);
                bytes = payload.WrittenSpan.ToArray();
            }

            return bytes;
        }

        public ushort[][] Decode(byte[] payload, out byte[] supply)
        {
            using SegmentDecoder decoder = Model.CreateDecoder();
            supply = payload;
            var tiles = new ushort[Tiles.Length][];
            for (int i = Tiles.Length - 1; i >= 0; i--)
            {
                using PlanarBuffer band = Band(new ushort[Tiles[i].Length]);
                var output = new ArrayBufferWriter<byte>();
                decoder.Decode(supply, Tile(band), output);
                tiles[i] = band.Row(0, 0).ToArray();
                supply = output.WrittenSpan.ToArray();
            }

            return tiles;
        }

        public byte[] EncodePlainly(out double bits)
        {
            var stack = new PlainBitsBack(Supply);
            foreach (ushort[] tile in Tiles)
            {
                int[] x = [.. tile.Select(s => (int)s)];
                if (Interleaves)
                    stack.PushBySwapping(x, Bits, Depth);
                else
                    stack.PushAtOnce(x, Bits, Depth);
            }

            bits = stack.Bits;
            return stack.ToBytes();
        }

        public ushort[][] DecodePlainly(byte[] payload, out byte[] supply)
        {
            var stack = new PlainBitsBack(payload);
            IEnumerable<int[]> tiles = Enumerable.Reverse(Tiles)
                .Select(tile => Interleaves ? stack.PopBySwapping(tile.Length, Bits, Depth) : stack.PopAtOnce(tile.Length, Bits, Depth));
            ushort[][] samples = [.. tiles.Select(tile => tile.Select(s => (ushort)s).ToArray()).Reverse()];
            supply = stack.ToBytes();
            return samples;
        }

        private static PlanarBuffer Band(ushort[] samples)
        {
            var band = new PlanarBuffer(samples.Length, 1, 1);
            samples.CopyTo(band.Row(0, 0));
            return band;
        }

        private TileRun Tile(PlanarBuffer band) => new(new(band.Width, 1, 1, 16384, 1), new(1, Bits), band, 0, 1, 0, 1);
    }
}
