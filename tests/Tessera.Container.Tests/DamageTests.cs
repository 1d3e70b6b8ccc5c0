using System.Buffers;
using FsCheck;
using FsCheck.Fluent;

namespace Tessera.Container.Tests;

public class DamageTests
{
    private static readonly GeneratedFile Rich = RichFile();

    [Fact]
    public void Every_truncation_is_refused_and_says_at_which_byte()
    {
        byte[] file = Rich.Write();
        for (int length = 0; length < file.Length; length++)
        {
            byte[] cut = file[..length];
            var fault = Assert.Throws<TesseraFormatException>(() => Files.Read(cut));
            Assert.Equal(length, fault.Offset);
            Assert.Throws<TesseraFormatException>(() => Files.Push(cut, () => 5));
        }
    }

    [Fact]
    public void Every_flipped_bit_is_found()
    {
        byte[] file = Rich.Write();
        for (int bit = 0; bit < 8 * file.Length; bit++)
        {
            byte[] damaged = Flip(file, bit);
            var fault = Assert.Throws<TesseraFormatException>(() => Files.Read(damaged));
            Assert.InRange(fault.Offset, 0, file.Length);
        }
    }

    [Fact]
    public void A_flipped_bit_after_the_header_costs_one_chunk_at_most_with_recovery()
    {
        byte[] file = Rich.Write();
        List<ContainerItem> whole = Files.Read(file);
        long[] segments = [.. whole.OfType<SegmentItem>().Select(item => item.Offset)];
        long headEnd = whole[0].Offset;
        for (long bit = 8 * headEnd; bit < 8 * file.Length; bit++)
        {
            long[] left = [.. Recovered(Flip(file, bit)).OfType<SegmentItem>().Select(item => item.Offset)];
            long hit = bit / 8;
            long[] expected = [.. segments.Where(offset => hit < offset || hit >= EndOf(whole, offset))];
            Assert.Equal(expected, left);
        }
    }

    [Fact]
    public void A_truncated_file_gives_what_was_whole_with_recovery()
    {
        byte[] file = Rich.Write();
        List<ContainerItem> whole = Files.Read(file);
        for (int length = (int)whole[0].Offset; length < file.Length; length++)
        {
            List<ContainerItem> items = Recovered(file[..length]);
            Assert.Equal(
                whole.OfType<SegmentItem>().Where(item => EndOf(whole, item.Offset) <= length).Select(item => item.Offset),
                items.OfType<SegmentItem>().Select(item => item.Offset));
            Assert.IsType<DamagedItem>(items[^2]);
            Assert.Null(Assert.IsType<EndItem>(items[^1]).Index);
        }
    }

    [Fact]
    public void Recovery_gives_the_same_however_the_bytes_come() => Check.QuickThrowOnFailure(Prop.ForAll(
        Gen.Choose(0, int.MaxValue).ToArbitrary(),
        seed =>
        {
            byte[] damaged = Mutate(new Random(seed));
            string Outcome(Func<List<ContainerItem>> read)
            {
                try
                {
                    return string.Join(
                        ", ",
                        from item in read()
                        where item is not HeaderItem
                        select $"{item.GetType().Name} {item.Offset} {(item as DamagedItem)?.Length}");
                }
                catch (TesseraFormatException exception)
                {
                    return exception.Message;
                }
            }

            var random = new Random(seed);
            string expected = Outcome(() => Files.Read(damaged, recovery: RecoveryMode.SkipDamage));
            Assert.Equal(expected, Outcome(() => Files.Push(damaged, () => random.Next(1, 50), recovery: RecoveryMode.SkipDamage)));
            Assert.Equal(expected, Outcome(() => Files.Push(damaged, () => 1, recovery: RecoveryMode.SkipDamage)));
        }));

    [Fact]
    public void Any_damage_causes_no_other_exception_than_that_of_the_format() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(500),
        Prop.ForAll(
            Gen.Choose(0, int.MaxValue).ToArbitrary(),
            seed =>
            {
                byte[] damaged = Mutate(new Random(seed));
                foreach (RecoveryMode mode in Enum.GetValues<RecoveryMode>())
                {
                    try
                    {
                        Files.Read(damaged, recovery: mode).OfType<SegmentItem>().ToList().ForEach(item => item.Dispose());
                    }
                    catch (TesseraFormatException)
                    {
                        // The one kind that damage may cause.
                    }
                }
            }));

    [Fact]
    public void An_index_that_is_not_that_of_the_segments_is_damage_for_recovery_too()
    {
        // Two tiles in one segment each, and an index of one segment that holds both: valid in itself.
        byte[] head = new ContainerHeader { Width = 512, Height = 2, Models = [new("classic", 1)] }.ToPayload();
        (string, byte[])[] segments = [("SEGM", RawFile.Hex("00 00 01 78 56 34 12 01")), ("SEGM", RawFile.Hex("00 01 01 78 56 34 12 01"))];
        byte gap = (byte)(head.Length + 12);
        byte[] right = RawFile.Build([("HEAD", head), .. segments, ("INDX", RawFile.Index(gap, 8, 0, 1, 0, 0, 8, 1, 1, 0))]);
        Assert.DoesNotContain(Recovered(right), item => item is DamagedItem);

        byte[] wrong = RawFile.Build([("HEAD", head), .. segments, ("INDX", RawFile.Index(gap, 8, 0, 2, 0))]);
        Assert.Throws<TesseraFormatException>(() => Files.Read(wrong));
        List<ContainerItem> items = Recovered(wrong);
        Assert.Equal(2, items.OfType<SegmentItem>().Count());
        Assert.Contains(items.OfType<DamagedItem>(), item => item.Reason.Contains("does not name the segment", StringComparison.Ordinal));
        Assert.Null(Assert.IsType<EndItem>(items[^1]).Index);
    }

    [Fact]
    public void An_order_that_no_loss_explains_is_damage_for_recovery_too()
    {
        // Two tiles, two frames of one: the second frame's chunk, or metadata, before the first frame's segment or between segments.
        byte[] head = new ContainerHeader { Width = 3, Height = 2, FrameCount = 2, Models = [new("classic", 1)] }.ToPayload();
        (string, byte[]) first = ("SEGM", RawFile.Hex("00 00 01 78 56 34 12 01")), second = ("SEGM", RawFile.Hex("00 01 01 78 56 34 12 01"));
        (string, byte[]) frame = ("fram", new FrameContent(1, 1, 2).ToPayload()), exif = ("exif", [1]);
        byte gap = (byte)(head.Length + 12), frameLength = (byte)(frame.Item2.Length + 12);

        byte[] right = RawFile.Build([("HEAD", head), first, frame, second, ("INDX", RawFile.Index(gap, 8, 0, 1, 0, frameLength, 8, 1, 1, 0))]);
        Assert.DoesNotContain(Recovered(right), item => item is DamagedItem);
        byte[] early = RawFile.Build([("HEAD", head), frame, first, second, ("INDX", RawFile.Index((byte)(gap + frameLength), 8, 0, 1, 0, 0, 8, 1, 1, 0))]);
        byte[] between = RawFile.Build([("HEAD", head), first, exif, second, ("INDX", RawFile.Index(gap, 8, 0, 1, 0, 13, 8, 1, 1, 0))]);
        foreach (byte[] wrong in (byte[][])[early, between])
        {
            Assert.Throws<TesseraFormatException>(() => Files.Read(wrong));
            List<ContainerItem> items = Recovered(wrong);
            Assert.Equal(2, items.OfType<SegmentItem>().Count());
            Assert.Equal(0, Assert.Single(items.OfType<DamagedItem>()).Length);
            Assert.NotNull(Assert.IsType<EndItem>(items[^1]).Index);
        }
    }

    [Fact]
    public void Damage_says_where_it_is_and_why()
    {
        byte[] file = Files.Write(
            Files.SmallHeader with { Width = 512 },
            new SegmentChunk(Files.Segment(0, 1), [1, 2, 3]),
            new SegmentChunk(Files.Segment(1, 1), [4, 5, 6]));
        SegmentItem first = Files.Read(file).OfType<SegmentItem>().First();
        file[first.PayloadOffset] ^= 1;
        List<ContainerItem> items = Recovered(file);
        var damaged = Assert.IsType<DamagedItem>(items[0]);
        Assert.Equal((first.Offset, (long)first.ChunkPayloadLength + ContainerFormat.ChunkOverhead), (damaged.Offset, damaged.Length));
        Assert.Equal("The CRC of a chunk of type SEGM is wrong: the chunk is damaged", damaged.Reason);
        Assert.Equal(1, Assert.IsType<SegmentItem>(items[1]).Header.FirstTile);

        // The index was not damaged: it tells what was lost.
        Assert.Equal(first.Offset, Assert.IsType<EndItem>(items[2]).Index!.Segments[0].Offset);
    }

    [Fact]
    public void A_whole_file_inside_a_damaged_segment_is_not_mistaken_for_its_neighbour()
    {
        byte[] file = Files.Write(
            Files.SmallHeader with { Width = 512 },
            new SegmentChunk(Files.Segment(0, 1), [9, .. Files.Small, 9]),
            new SegmentChunk(Files.Segment(1, 1), [4, 5, 6]));
        SegmentItem first = Files.Read(file).OfType<SegmentItem>().First();
        file[first.PayloadOffset] ^= 1;
        Assert.Equal(1, Assert.Single(Recovered(file).OfType<SegmentItem>()).Header.FirstTile);
    }

    [Fact]
    public void Many_false_starts_of_chunks_do_not_take_forever()
    {
        // Every four bytes a SEGM whose length reaches far ahead: without a bound, each of them would be summed.
        var limits = new ContainerLimits { MaxSegmentBytes = 1 << 20, MaxIndexBytes = 1 << 10 };
        byte[] noise = new byte[2 << 20];
        for (int i = 0; i + 8 <= noise.Length; i += 8)
        {
            "SEGM"u8.CopyTo(noise.AsSpan(i));
            RawFile.UInt32(1 << 20).CopyTo(noise, i + 4);
        }

        byte[] file = [.. RawFile.Build(("HEAD", RawFile.SmallHead)), 0, .. noise];
        List<ContainerItem> items = Files.Read(file, limits, RecoveryMode.SkipDamage);
        Assert.Equal(noise.Length + 1, Assert.IsType<DamagedItem>(items[0]).Length);
    }

    [Fact]
    public void Bytes_after_the_index_are_passed_over_as_they_come()
    {
        var parser = new ContainerParser(recovery: RecoveryMode.SkipDamage);
        ReadOnlySequence<byte> rest = new([.. Files.Small, 1, 2, 3]);
        while (parser.TryRead(rest, isFinalBlock: false, out SequencePosition consumed, out _))
            rest = rest.Slice(consumed);
        for (int i = 0; i < 3; i++)
        {
            rest = new([4, 5]);
            Assert.False(parser.TryRead(rest, isFinalBlock: false, out SequencePosition consumed, out _));
            Assert.Equal(0, rest.Slice(consumed).Length);
        }

        Assert.True(parser.TryRead(default, isFinalBlock: true, out _, out ContainerItem? item));
        var damaged = Assert.IsType<DamagedItem>(item);
        Assert.Equal((Files.Small.Length, 9L), (damaged.Offset, damaged.Length));
        Assert.True(parser.TryRead(default, isFinalBlock: true, out _, out item));
        Assert.IsType<EndItem>(item);
        Assert.False(parser.TryRead(default, isFinalBlock: true, out _, out _));
    }

    [Fact]
    public void The_header_must_be_whole_even_with_recovery()
    {
        byte[] file = [.. Files.Small];
        file[20] ^= 1;
        Assert.Throws<TesseraFormatException>(() => Recovered(file));
    }

    private static GeneratedFile RichFile()
    {
        // Several frames, groups of channels, runs and ancillary chunks.
        var random = new Random(5);
        GeneratedFile file;
        do
            file = Generate.File(random);
        while (file.Header.FrameCount < 2 || file.Segments.Count() is < 6 or > 12 || file.Chunks.OfType<AncillaryChunk>().Count() < 3);
        return file;
    }

    private static List<ContainerItem> Recovered(byte[] file) => Files.Read(file, recovery: RecoveryMode.SkipDamage);

    private static long EndOf(List<ContainerItem> items, long offset)
    {
        SegmentItem segment = items.OfType<SegmentItem>().Single(item => item.Offset == offset);
        return offset + segment.ChunkPayloadLength + ContainerFormat.ChunkOverhead;
    }

    private static byte[] Flip(byte[] file, long bit)
    {
        byte[] damaged = [.. file];
        damaged[bit / 8] ^= (byte)(1 << (int)(bit % 8));
        return damaged;
    }

    /// <summary>Changes, deletes, inserts and repeats pieces of a file.</summary>
    private static byte[] Mutate(Random random)
    {
        List<byte> bytes = [.. Generate.File(random).Write()];
        for (int i = random.Next(1, 5); i > 0; i--)
        {
            int at = random.Next(random.Next(2) == 0 ? 0 : bytes.Count / 2, bytes.Count);
            int length = random.Next(Math.Min(40, bytes.Count - at));
            switch (random.Next(4))
            {
                case 0: bytes[at] = (byte)random.Next(256); break;
                case 1: bytes.RemoveRange(at, length); break;
                case 2: bytes.InsertRange(at, bytes.GetRange(at, length)); break;
                default: bytes.InsertRange(random.Next(bytes.Count), bytes.GetRange(at, length)); break;
            }
        }

        return [.. bytes];
    }
}
