using System.IO.Pipelines;

namespace Tessera;

/// <summary>Reads streams as pipes.</summary>
internal static class StreamPipes
{
    private static readonly StreamPipeReaderOptions Options = new(bufferSize: 1 << 16, leaveOpen: true);

    /// <summary>Reads a stream through a pipe, which is completed in any case; the stream stays open.</summary>
    public static async Task<T> WithPipeAsync<T>(this Stream stream, Func<PipeReader, Task<T>> read)
    {
        ArgumentNullException.ThrowIfNull(stream);
        PipeReader pipe = PipeReader.Create(stream, Options);
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
