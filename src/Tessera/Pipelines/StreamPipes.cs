using System.IO.Pipelines;

namespace Tessera;

/// <summary>Reads streams as pipes.</summary>
internal static class StreamPipes
{
    private static readonly StreamPipeReaderOptions WholeFile = new(bufferSize: 1 << 16, leaveOpen: true);

    // The usual header has some forty bytes; profiles that follow it are read in as many pieces as it takes.
    private static readonly StreamPipeReaderOptions Beginning = new(bufferSize: 1 << 9, minimumReadSize: 1, leaveOpen: true);

    /// <summary>Reads a stream to its end through a pipe, which is completed in any case; the stream stays open.</summary>
    public static Task<T> WithPipeAsync<T>(this Stream stream, Func<PipeReader, Task<T>> read) => WithPipeAsync(stream, WholeFile, read);

    /// <summary>Reads the beginning of a stream through a pipe that asks for few bytes at once; the stream stays open.</summary>
    public static Task<T> WithSmallPipeAsync<T>(this Stream stream, Func<PipeReader, Task<T>> read) => WithPipeAsync(stream, Beginning, read);

    private static async Task<T> WithPipeAsync<T>(Stream stream, StreamPipeReaderOptions options, Func<PipeReader, Task<T>> read)
    {
        ArgumentNullException.ThrowIfNull(stream);
        PipeReader pipe = PipeReader.Create(stream, options);
        try
        {
            return await read(pipe).ConfigureAwait(false);
        }
        finally
        {
            await pipe.CompleteAsync().ConfigureAwait(false);
        }
    }
}
