using FsCheck;
using FsCheck.Fluent;

namespace Tessera.Models.Segments;

/// <summary>
/// What the model makes of payloads that no encoder wrote: a <see cref="TesseraFormatException"/>, or samples in their range, which
/// the checksum of the container tells from the right ones. Never anything else, and not without end.
/// </summary>
public sealed class DamageTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    // What a segment's first byte may be, and bytes that are none.
    private static readonly Gen<byte> FirstByte = Gen.Frequency((8, Gen.Choose(0, Subject.LastFirstByte)), (1, Gen.Choose(0, 255))).Select(b => (byte)b);

    // Long series of one byte make series of likely, or of unlikely, decisions.
    private static readonly Gen<byte[]> Bytes = Gen.OneOf(
        Gen.ArrayOf(Gen.Choose(0, 255).Select(b => (byte)b)),
        from value in Gen.Elements((byte)0, (byte)1, (byte)0x55, (byte)0x80, (byte)0xFF)
        from count in Gen.Choose(0, 300)
        from seed in Gen.Choose(0, int.MaxValue - 1)
        select Mixed(value, count, seed));

    public static TheoryData<int> Contents => [.. Enum.GetValues<Content>().Select(c => (int)c)];

    [Theory]
    [MemberData(nameof(Contents))]
    public Task Every_truncation_is_an_error(int content) => Within(() =>
    {
        foreach (SegmentCase segment in Segments((Content)content))
        {
            byte[] payload = segment.Encode();
            for (int length = 0; length < payload.Length; length += 1 + (payload.Length / 200))
                Assert.Throws<TesseraFormatException>(() => segment.Decode(payload.AsSpan(0, length)));
        }
    });

    [Theory]
    [MemberData(nameof(Contents))]
    public Task Bytes_after_the_end_are_an_error(int content) => Within(() =>
    {
        foreach (SegmentCase segment in Segments((Content)content))
        {
            byte[] payload = segment.Encode();
            for (int count = 1; count <= 9; count++)
                Assert.Throws<TesseraFormatException>(() => segment.Decode([.. payload, .. new byte[count]]));
        }
    });

    [Theory]
    [MemberData(nameof(Contents))]
    public Task Any_changed_byte_is_an_error_or_gives_samples_in_their_range(int content) => Within(() =>
    {
        var random = new Random(content);
        foreach (SegmentCase segment in Segments((Content)content))
        {
            byte[] payload = segment.Encode();
            for (int position = 0; position < payload.Length; position += 1 + (payload.Length / 150))
            {
                byte[] damaged = [.. payload];
                damaged[position] ^= (byte)random.Next(1, 256);
                AssertErrorOrSamplesInRange(segment, damaged);
            }
        }
    });

    [Fact]
    public Task Any_bytes_are_an_error_or_give_samples_in_their_range() => Within(() =>
    {
        var inputs = SegmentCase.Any.Zip(FirstByte.Zip(Bytes));
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1000), Prop.ForAll(inputs.ToArbitrary(), input =>
        {
            (SegmentCase segment, (byte first, byte[] rest)) = input;
            AssertErrorOrSamplesInRange(segment, [first, .. rest]);
        }));
    });

    [Fact]
    public Task A_payload_for_other_tiles_is_an_error_or_gives_samples_in_their_range() => Within(() =>
    {
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(150), Prop.ForAll(SegmentCase.Any.Zip(SegmentCase.Any).ToArbitrary(), pair =>
            AssertErrorOrSamplesInRange(pair.Item2, pair.Item1.Encode())));
    });

    private static IEnumerable<SegmentCase> Segments(Content content)
    {
        SampleFormat[] formats =
            [new(1, 1), new(1, 8), new(2, 4, AlphaKind.Straight), new(3, 8), new(3, 16), new(4, 8, AlphaKind.Straight)];
        (int width, int height) = Subject.SmallImage;
        return formats.Select((format, i) => SegmentCase.Whole(new(width, height, format, content, 7), Subject.Efforts[i % Subject.Efforts.Length]));
    }

    private static void AssertErrorOrSamplesInRange(SegmentCase segment, byte[] payload)
    {
        ushort[] samples;
        try
        {
            samples = SegmentCase.Samples(segment.Decode(payload));
        }
        catch (TesseraFormatException)
        {
            return;
        }

        Assert.True(samples.All(s => s <= segment.Image.Format.MaxSample), $"Samples are out of range after {Convert.ToHexString(payload)}.");
    }

    private static byte[] Mixed(byte value, int count, int seed)
    {
        var random = new Random(seed);
        byte[] bytes = new byte[count];
        Array.Fill(bytes, value);
        for (int i = 0; i < Math.Min(8, count); i++)
            bytes[random.Next(2) == 0 ? i : random.Next(count)] = (byte)random.Next(256);
        return bytes;
    }

    private static Task Within(Action test) => Task.Run(test).WaitAsync(Limit);
}
