using System.Buffers;
using System.IO.Pipelines;

namespace Tessera.Container;

/// <summary>
/// Reads a container from a pipe, from front to back. It holds one chunk at a time. The pipe stays the caller's, who completes it.
/// Not thread-safe.
/// </summary>
public sealed class ContainerReader
{
    private readonly PipeReader _pipe;
    private readonly ContainerLimits _limits;
    private readonly ContainerParser _parser;
    private ContainerHeader? _header;

    /// <summary>Creates a reader for one file.</summary>
    /// <param name="pipe">The file's bytes.</param>
    /// <param name="limits">What to refuse; null for the default limits.</param>
    /// <param name="recovery">What to do about damage.</param>
    public ContainerReader(PipeReader pipe, ContainerLimits? limits = null, RecoveryMode recovery = RecoveryMode.None)
    {
        ArgumentNullException.ThrowIfNull(pipe);
        _pipe = pipe;
        _limits = limits ?? ContainerLimits.Default;
        _parser = new(_limits, recovery);
    }

    /// <summary>Reads the header; a second call gives it again.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The header.</returns>
    /// <exception cref="TesseraFormatException">The file is not valid or exceeds a limit.</exception>
    public async ValueTask<ContainerHeader> ReadHeaderAsync(CancellationToken cancellationToken = default) =>
        _header ??= ((HeaderItem)(await ReadItemAsync(cancellationToken).ConfigureAwait(false))!).Header;

    /// <summary>Reads the next item after the header, which is read first if it was not.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>
    /// An <see cref="AncillaryItem"/>, a <see cref="SegmentItem"/> that the caller disposes of, a <see cref="DamagedItem"/> if the reader
    /// recovers; last an <see cref="EndItem"/>; and null from then on.
    /// </returns>
    /// <exception cref="TesseraFormatException">The file is not valid or exceeds a limit.</exception>
    public async ValueTask<ContainerItem?> ReadNextAsync(CancellationToken cancellationToken = default)
    {
        await ReadHeaderAsync(cancellationToken).ConfigureAwait(false);
        return await ReadItemAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Looks at the type of the chunk that comes next, of which no more than the first bytes are waited for: who needs no segment need
    /// not read one. The header is read first if it was not.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The type; null at the end of the file, and where no chunk can begin: what that means is said by the next read.</returns>
    /// <exception cref="TesseraFormatException">The header is not valid or exceeds a limit.</exception>
    public async ValueTask<ChunkType?> PeekChunkTypeAsync(CancellationToken cancellationToken = default)
    {
        await ReadHeaderAsync(cancellationToken).ConfigureAwait(false);
        while (true)
        {
            ReadResult result = await _pipe.ReadAsync(cancellationToken).ConfigureAwait(false);
            ReadOnlySequence<byte> buffer = result.Buffer;
            ChunkFrame head = ChunkFrame.ReadHead(buffer, result.IsCompleted, _limits);
            bool isThere = head.Status != ChunkStatus.Incomplete;
            _pipe.AdvanceTo(buffer.Start, isThere ? buffer.Start : buffer.End);
            if (result.IsCanceled)
                throw new OperationCanceledException("The read from the pipe was cancelled.");
            if (isThere)
                return head.Status == ChunkStatus.Whole ? head.Type : null;
        }
    }

    private async ValueTask<ContainerItem?> ReadItemAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            ReadResult result = await _pipe.ReadAsync(cancellationToken).ConfigureAwait(false);
            ReadOnlySequence<byte> buffer = result.Buffer;
            SequencePosition consumed = buffer.Start;
            SequencePosition examined = buffer.Start;
            try
            {
                if (result.IsCanceled)
                    throw new OperationCanceledException("The read from the pipe was cancelled.");
                bool found = _parser.TryRead(buffer, result.IsCompleted, out consumed, out ContainerItem? item);
                examined = found ? consumed : buffer.End;
                if (found || result.IsCompleted)
                    return item;
            }
            finally
            {
                _pipe.AdvanceTo(consumed, examined);
            }
        }
    }
}
