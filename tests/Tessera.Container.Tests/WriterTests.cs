using System.IO.Pipelines;

namespace Tessera.Container.Tests;

public sealed class WriterTests : IDisposable
{
    private readonly MemoryStream _stream = new();
    private readonly ContainerWriter _writer;

    public WriterTests() => _writer = new(PipeWriter.Create(_stream));

    public void Dispose() => _stream.Dispose();

    [Fact]
    public void Nothing_may_be_written_before_the_header()
    {
        Assert.Throws<InvalidOperationException>(() => Files.Run(_writer.WriteSegmentAsync(Files.Segment(0, 1), default)));
        Assert.Throws<InvalidOperationException>(() => Files.Run(_writer.WriteAncillaryAsync(ChunkType.Icc, default)));
        Assert.Throws<InvalidOperationException>(() => Files.Run(_writer.CompleteAsync()));
        Assert.Equal(0, _writer.BytesWritten);
    }

    [Fact]
    public void Nothing_may_be_written_after_the_end()
    {
        WriteHeader();
        Files.Run(_writer.WriteSegmentAsync(Files.Segment(0, 1), default));
        Files.Run(_writer.CompleteAsync());
        Assert.Throws<InvalidOperationException>(() => Files.Run(_writer.CompleteAsync()));
        Assert.Throws<InvalidOperationException>(() => Files.Run(_writer.WriteAncillaryAsync(ChunkType.Icc, default)));
        Assert.Throws<InvalidOperationException>(WriteHeader);
    }

    [Fact]
    public void A_header_out_of_range_or_of_another_version_is_refused()
    {
        Assert.Throws<ArgumentException>(() => Files.Run(_writer.WriteHeaderAsync(Files.SmallHeader with { Channels = 5 })));
        Assert.Throws<ArgumentException>(() => Files.Run(_writer.WriteHeaderAsync(Files.SmallHeader with { Version = new(1, 1) })));
        Assert.Throws<ArgumentException>(() => Files.Run(_writer.WriteHeaderAsync(Files.SmallHeader with { Models = default })));
        WriteHeader();
    }

    [Fact]
    public void What_would_make_the_file_invalid_is_refused_and_leaves_it_as_it_was()
    {
        WriteHeader();
        Refuse(Files.Segment(1, 1));
        Refuse(Files.Segment(0, 2));
        Refuse(Files.Segment(0, 1, 0, 4));
        Refuse(Files.Segment(0, 1) with { Runs = default });
        Refuse(Files.Segment(0, 1) with { Runs = [] });
        Refuse(Files.Segment(0, 1) with { Runs = [new(1, 1)] });
        Refuse(Files.Segment(0, 1) with { Runs = [new(0, 2)] });
        Refuse(Files.Segment(0, 1) with { Runs = [new(0, 1), new(0, 0)] });
        Refuse(ChunkType.Segment, []);
        Refuse(default, []);
        Refuse(ChunkType.Text, [0xC0]);
        Refuse(ChunkType.Metadata, [0x90]);
        Refuse(ChunkType.Frame, [0x81, 0x00, 0x01]);
        Assert.Throws<InvalidOperationException>(() => Files.Run(_writer.CompleteAsync()));

        Files.Run(_writer.WriteSegmentAsync(Files.Segment(0, 1), (byte[])[1, 2, 3, 4, 5]));
        Files.Run(_writer.CompleteAsync());
        Assert.Equal(Files.Small, _stream.ToArray());
    }

    [Fact]
    public void A_text_without_UTF8_is_refused() =>
        Assert.ThrowsAny<ArgumentException>(() => new TextContent("Title", "\uD800").ToPayload());

    [Theory]
    [InlineData("SEG")]
    [InlineData("SEGMS")]
    [InlineData("SE M")]
    [InlineData("SÉGM")]
    public void A_chunk_type_is_four_letters(string name) => Assert.Throws<ArgumentException>(() => new ChunkType(name));

    [Fact]
    public async Task A_reader_that_has_gone_ends_the_writing()
    {
        var pipe = new Pipe();
        await pipe.Reader.CompleteAsync();
        await Assert.ThrowsAsync<IOException>(async () => await new ContainerWriter(pipe.Writer).WriteHeaderAsync(Files.SmallHeader));
    }

    [Fact]
    public async Task A_cancelled_token_ends_the_writing()
    {
        using var source = new CancellationTokenSource();
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await _writer.WriteHeaderAsync(Files.SmallHeader, source.Token));
    }

    [Fact]
    public async Task Writer_and_reader_meet_in_a_pipe_that_is_smaller_than_a_segment()
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 1024, resumeWriterThreshold: 512));
        byte[] payload = new byte[100_000];
        new Random(3).NextBytes(payload);
        Task writing = Task.Run(async () =>
        {
            var writer = new ContainerWriter(pipe.Writer);
            await writer.WriteHeaderAsync(Files.SmallHeader);
            await writer.WriteSegmentAsync(Files.Segment(0, 1), payload);
            await writer.CompleteAsync();
            await pipe.Writer.CompleteAsync();
        });
        var reader = new ContainerReader(pipe.Reader);
        Assert.Equal(Files.SmallHeader, await reader.ReadHeaderAsync());
        Assert.Equal(Files.SmallHeader, await reader.ReadHeaderAsync());
        using (var segment = Assert.IsType<SegmentItem>(await reader.ReadNextAsync()))
            Assert.Equal(payload, segment.Payload.ToArray());
        Assert.IsType<EndItem>(await reader.ReadNextAsync());
        Assert.Null(await reader.ReadNextAsync());
        await writing;
    }

    [Fact]
    public async Task A_cancelled_read_leaves_the_reader_ready_for_the_next()
    {
        var pipe = new Pipe();
        var reader = new ContainerReader(pipe.Reader);
        ValueTask<ContainerHeader> reading = reader.ReadHeaderAsync();
        pipe.Reader.CancelPendingRead();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await reading);
        await pipe.Writer.WriteAsync(Files.Small);
        await pipe.Writer.CompleteAsync();
        Assert.Equal(Files.SmallHeader, await reader.ReadHeaderAsync());
    }

    private void WriteHeader() => Files.Run(_writer.WriteHeaderAsync(Files.SmallHeader));

    private void Refuse(SegmentHeader segment) =>
        Assert.Throws<ArgumentException>(() => Files.Run(_writer.WriteSegmentAsync(segment, default)));

    private void Refuse(ChunkType type, byte[] payload) =>
        Assert.Throws<ArgumentException>(() => Files.Run(_writer.WriteAncillaryAsync(type, payload)));
}
