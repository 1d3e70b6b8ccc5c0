using System.Runtime.Intrinsics;
using FsCheck;
using FsCheck.Fluent;

namespace Tessera.Png.Tests;

public class FilterTests
{
    [Fact]
    public void Sixteen_bytes_at_once_are_predicted_as_one_byte_is()
    {
        for (int left = 0; left < 256; left += 5)
        {
            for (int above = 0; above < 256; above += 3)
            {
                for (int first = 0; first < 256; first += 16)
                {
                    Vector128<byte> aboveLeft = Vector128.Create((byte)first) + Vector128<byte>.Indices;
                    Check<AveragePredictor>((byte)left, (byte)above, aboveLeft);
                    Check<PaethPredictor>((byte)left, (byte)above, aboveLeft);
                }
            }
        }
    }

    [Fact]
    public void The_paeth_predictor_is_the_specification_s()
    {
        for (int i = 0; i < 1 << 24; i += 37)
        {
            int a = i & 255, b = (i >> 8) & 255, c = i >> 16;
            int p = a + b - c, pa = Math.Abs(p - a), pb = Math.Abs(p - b), pc = Math.Abs(p - c);
            int expected = pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
            Assert.Equal(expected, PaethPredictor.Predict((byte)a, (byte)b, (byte)c));
        }
    }

    [Fact]
    public void Undoing_a_filter_gives_the_row_back()
    {
        var rows =
            from step in Gen.Elements(1, 2, 3, 4, 6, 8)
            from pixels in Gen.Choose(1, 60)
            from filter in Gen.Choose(0, 4)
            from seed in Gen.Choose(0, int.MaxValue)
            select (step, pixels, filter, seed);
        Prop.ForAll(rows.ToArbitrary(), t =>
        {
            var random = new Random(t.seed);
            byte[] row = new byte[t.step * t.pixels], above = new byte[row.Length], filtered = new byte[row.Length];
            random.NextBytes(row);
            random.NextBytes(above);
            for (int i = 0; i < row.Length; i++)
            {
                byte a = i < t.step ? (byte)0 : row[i - t.step], c = i < t.step ? (byte)0 : above[i - t.step];
                filtered[i] = (byte)(row[i] - t.filter switch
                {
                    1 => a,
                    2 => above[i],
                    3 => (a + above[i]) / 2,
                    4 => PaethPredictor.Predict(a, above[i], c),
                    _ => 0,
                });
            }

            PngFilters.Undo((PngFilterType)t.filter, filtered, above, t.step);
            Assert.Equal(row, filtered);
        }).QuickCheckThrowOnFailure();
    }

    private static void Check<TPredictor>(byte left, byte above, Vector128<byte> aboveLeft)
        where TPredictor : struct, IPngPredictor
    {
        Vector128<byte> all = TPredictor.Predict(Vector128.Create(left), Vector128.Create(above), aboveLeft);
        for (int i = 0; i < Vector128<byte>.Count; i++)
        {
            if (TPredictor.Predict(left, above, aboveLeft[i]) != all[i])
                Assert.Fail($"{typeof(TPredictor).Name} of {left}, {above}, {aboveLeft[i]}: {all[i]}");
        }
    }
}
