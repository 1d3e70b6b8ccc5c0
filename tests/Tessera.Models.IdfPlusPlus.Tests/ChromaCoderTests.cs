using System.Buffers;
using FsCheck;
using FsCheck.Fluent;
using Tessera.Entropy;
using Tessera.Models.Tests.Support;

namespace Tessera.Models.IdfPlusPlus.Tests;

/// <summary>Parts of Co and Cg are coded as the plain algorithm recalls them, and come back.</summary>
public class ChromaCoderTests
{
    [Fact]
    public void Everything_that_is_coded_has_the_slots_of_the_plain_algorithm_and_comes_back()
    {
        Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), seed =>
        {
            // Two segments of some passes.
            var random = new Random(seed);
            using ChromaCoder encoder = new(), decoder = new();
            for (int segment = 0; segment < 2; segment++)
            {
                Pass[] passes = [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => Pass.Create(random))];
                var intervals = new ArrayBufferWriter<SymbolInterval>();
                encoder.Reset();
                foreach (Pass pass in passes)
                    pass.Code(encoder, new IntervalRecorder(intervals), pass.Orange, pass.Green);
                var plain = new PlainRecall();
                Assert.Equal(passes.SelectMany(pass => pass.Plain(plain)), intervals.WrittenSpan.ToArray());

                using var stack = new AnsStack();
                for (int i = intervals.WrittenCount - 1; i >= 0; i--)
                    stack.Push(intervals.WrittenSpan[i].Start, intervals.WrittenSpan[i].Frequency, Mixture.Precision);
                decoder.Reset();
                foreach (Pass pass in passes)
                {
                    int[] orange = new int[pass.Luma.Length], green = new int[pass.Luma.Length];
                    pass.Code(decoder, new StackReader(stack), orange, green);
                    Assert.Equal(pass.Orange, orange);
                    Assert.Equal(pass.Green, green);
                }

                Assert.True(stack.IsEmpty);
            }
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData(-129)]
    [InlineData(128)]
    [InlineData(short.MaxValue)]
    public void A_luma_that_no_pixel_has_is_a_format_error(int luma)
    {
        using var coder = new ChromaCoder();
        coder.Reset();
        using var stack = new AnsStack();
        string message = Assert.Throws<TesseraFormatException>(() => coder.Code(new StackReader(stack), [luma], [], new int[1], [0], [0])).Message;
        Assert.Contains($"luma is {luma + 128}", message, StringComparison.Ordinal);
    }

    /// <summary>The three parts of a pass.</summary>
    private sealed record Pass(int[] Luma, int[] Orange, int[] Green, int[] Locations, byte[] Levels)
    {
        // Few colors or many, near what the distributions expect, at the ends of the alphabet or anywhere.
        public static Pass Create(Random random)
        {
            int count = random.Next(1, 60), colors = random.Next(1, 30);
            int[] lumas = Numbers(colors, () => random.Next(-128, 128)), chromas = Numbers(colors, () => random.Next(5) == 0 ? random.Next(-255, 256) : random.Next(-9, 10));
            return new(
                Numbers(count, () => lumas[random.Next(Math.Min(3, colors))]),
                Numbers(count, () => chromas[random.Next(colors)]),
                Numbers(count, () => chromas[random.Next(colors)]),
                Numbers(count, () => random.Next(6) == 0 ? random.Next(short.MinValue, short.MaxValue) : random.Next(-600, 600)),
                [.. Numbers(count, () => random.Next(136)).Select(level => (byte)level)]);

            static int[] Numbers(int count, Func<int> number) => [.. Enumerable.Range(0, count).Select(_ => number())];
        }

        public void Code<TCoder>(ChromaCoder chroma, TCoder coder, int[] orange, int[] green)
            where TCoder : struct, ISymbolCoder
        {
            chroma.Code(coder, Luma, [], orange, Locations, Levels);
            chroma.Code(coder, Luma, orange, green, Locations, Levels);
        }

        public IEnumerable<SymbolInterval> Plain(PlainRecall plain) =>
            Enumerable.Range(0, Luma.Length).SelectMany(i => plain.Code(1, Luma[i] + 128, 0, Orange[i], Slots(i)))
                .Concat(Enumerable.Range(0, Luma.Length).SelectMany(i => plain.Code(2, Luma[i] + 128, Orange[i], Green[i], Slots(i))));

        private Func<int, SymbolInterval> Slots(int i) =>
            value => new Mixture(ScaleTables.Logistic, [ScaleTables.Logistic.Component(Locations[i], Levels[i], 1)], 0, -255, 255).Interval(value);
    }
}
