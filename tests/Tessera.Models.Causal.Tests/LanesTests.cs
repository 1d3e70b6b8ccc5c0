using System.Numerics;
using System.Runtime.Intrinsics;

namespace Tessera.Models.Causal.Tests;

/// <summary>Operations on eight integers do to each what is done to one.</summary>
public unsafe class LanesTests
{
    private static readonly int[] Extremes =
        [0, 1, -1, 2, 127, 128, 255, -256, 32767, -32768, 65535, (1 << 24) - 1, int.MaxValue, int.MinValue, int.MinValue + 1];

    [Fact]
    public void Shifts_are_arithmetic_and_each_lane_s_own()
    {
        var random = new Random(1);
        for (int round = 0; round < 2000; round++)
        {
            int[] values = Draw(() => round % 2 == 0 ? Extremes[random.Next(Extremes.Length)] : random.Next(int.MinValue, int.MaxValue));
            int[] bits = Draw(() => random.Next(32));
            IEnumerable<int> expected = values.Zip(bits, (value, shift) => (int)Math.Floor(value / Math.Pow(2, shift)));
            Assert.Equal(expected, Elements(Lanes.ShiftRight(Vector256.Create(values), Vector256.Create(bits))));
        }
    }

    [Fact]
    public void Gathered_elements_are_the_table_s()
    {
        var random = new Random(2);
        using var table = new NativeArray<int>(5000);
        for (int i = 0; i < table.Length; i++)
            table.Span[i] = random.Next(int.MinValue, int.MaxValue);
        for (int round = 0; round < 500; round++)
        {
            int[] index = Draw(() => random.Next(3) switch { 0 => 0, 1 => table.Length - 1, _ => random.Next(table.Length) });
            int[] expected = [.. index.Select(i => table.Span[i])];
            Assert.Equal(expected, Elements(Lanes.Gather(table.Pointer, Vector256.Create(index))));
        }
    }

    [Fact]
    public void Gathered_elements_of_16_bits_are_the_table_s()
    {
        var random = new Random(5);
        using var table = new NativeArray<short>(1000);
        for (int i = 0; i < table.Length; i++)
            table.Span[i] = (short)random.Next(short.MinValue, 1 << 15);
        for (int round = 0; round < 500; round++)
        {
            int[] index = Draw(() => random.Next(3) switch { 0 => 1, 1 => table.Length - 1, _ => random.Next(1, table.Length) });
            int[] expected = [.. index.Select(i => (int)table.Span[i])];
            Assert.Equal(expected, Elements(Lanes.Gather(table.Pointer, Vector256.Create(index))));

            index = [.. index.Select(i => i - 1)];
            (Vector256<int> first, Vector256<int> second) = Lanes.GatherPairs(table.Pointer, Vector256.Create(index));
            Assert.Equal(index.Select(i => (int)table.Span[i]), Elements(first));
            Assert.Equal(expected, Elements(second));
        }
    }

    [Fact]
    public void Quotients_are_rounded_down()
    {
        // Shares of a softmax: all that are closest to an integer, and some of the others.
        var random = new Random(6);
        for (int round = 0; round < 20000; round++)
        {
            int[] divisors = Draw(() => random.Next(32767, (3 * 32767) + 1));
            int[] dividends =
            [
                .. divisors.Select(divisor => random.Next(3) switch
                {
                    0 => random.Next(1, 32768),
                    1 => (int)Math.Clamp((((long)random.Next(4097) * divisor) + 4095) >> 12, 1, 32767),
                    _ => (int)Math.Clamp((((long)random.Next(4097) * divisor) - 1) >> 12, 1, 32767),
                } << 12),
            ];
            IEnumerable<int> expected = dividends.Zip(divisors, (dividend, divisor) => dividend / divisor);
            Assert.Equal(expected, Elements(Lanes.Divide(Vector256.Create(dividends), Vector256.Create(divisors))));
        }
    }

    [Fact]
    public void Logarithms_are_exact_for_all_that_squares_of_differences_can_be()
    {
        for (int value = 1; value < 1 << 24; value += value < 1 << 17 ? 8 : 801)
            Check(value);
        for (int bits = 0; bits < 24; bits++)
            Check(Math.Max(1, (1 << bits) - 4));

        static void Check(int first)
        {
            int[] values = [.. Enumerable.Range(first, Lanes.Count).Select(value => Math.Min(value, (1 << 24) - 1))];
            Vector256<int> logarithms = Lanes.Log2(Vector256.Create(values), out Vector256<int> sevenBits);
            for (int i = 0; i < Lanes.Count; i++)
            {
                int expected = BitOperations.Log2((uint)values[i]);
                if (logarithms[i] != expected || sevenBits[i] != (int)(((long)values[i] << 7) >> expected) - 128)
                    Assert.Fail($"The logarithm of {values[i]} is {logarithms[i]}, then {sevenBits[i]}.");
            }
        }
    }

    [Fact]
    public void Integers_of_16_bits_are_loaded_and_stored_with_their_signs()
    {
        var random = new Random(3);
        short* memory = stackalloc short[24];
        for (int round = 0; round < 500; round++)
        {
            int[] drawn = Draw(() => random.Next(4) switch { 0 => short.MinValue, 1 => short.MaxValue, _ => random.Next(short.MinValue, 1 << 15) });
            short[] values = [.. drawn.Select(value => (short)value)];
            new Span<short>(memory, 24).Fill(77);
            int at = random.Next(1, 16);
            values.CopyTo(new Span<short>(memory + at, Lanes.Count));
            Assert.Equal(drawn, Elements(Lanes.Load(memory + at)));

            new Span<short>(memory, 24).Fill(77);
            Lanes.Store(Vector256.Create(drawn), memory + at);
            for (int i = 0; i < 24; i++)
                Assert.Equal(i >= at && i < at + Lanes.Count ? values[i - at] : 77, memory[i]);
        }
    }

    [Theory]
    [InlineData(8)]
    [InlineData(96)]
    public void Columns_of_a_transposed_square_were_its_rows(int stride)
    {
        short* rows = stackalloc short[Lanes.Count * Lanes.Count], target = stackalloc short[Lanes.Count * stride];
        new Span<short>(target, Lanes.Count * stride).Fill(-1);
        for (int i = 0; i < Lanes.Count * Lanes.Count; i++)
            rows[i] = (short)(1000 + i);
        Lanes.Transpose(rows, target, stride);
        for (int row = 0; row < Lanes.Count; row++)
        {
            for (int column = 0; column < stride; column++)
                Assert.Equal(column < Lanes.Count ? rows[(column * Lanes.Count) + row] : -1, target[(row * stride) + column]);
        }
    }

    [Fact]
    public void Clamped_integers_are_between_the_bounds()
    {
        var random = new Random(4);
        for (int round = 0; round < 500; round++)
        {
            int[] values = Draw(() => Extremes[random.Next(Extremes.Length)]);
            int low = random.Next(int.MinValue, int.MaxValue), high = random.Next(low, int.MaxValue);
            Assert.Equal(values.Select(value => Math.Clamp(value, low, high)), Elements(Lanes.Clamp(Vector256.Create(values), low, high)));
        }
    }

    private static int[] Draw(Func<int> draw) => [.. Enumerable.Range(0, Lanes.Count).Select(_ => draw())];

    private static int[] Elements(Vector256<int> vector) => [.. Enumerable.Range(0, Lanes.Count).Select(i => vector[i])];
}
