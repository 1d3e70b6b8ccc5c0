using System.IO.Compression;

namespace Tessera.Png;

/// <summary>Inflates and unfilters rows, some at a time. Rows belong to passes (one, or Adam7's seven), each begun with its size.</summary>
internal sealed class ScanlineReader : IAsyncDisposable
{
    private const int TargetBlockBytes = 1 << 16;

    private readonly PngChunkReader _chunks;
    private readonly ImageDataStream _imageData;
    private readonly ZLibStream _inflater;
    private readonly int _filterStep;
    private byte[] _block = [];
    private int _rowBytes;
    private int _rowsLeft;
    private int _rowsInBlock;

    /// <summary>Begins at an IDAT chunk's content.</summary>
    public ScanlineReader(PngChunkReader chunks, int filterStep)
    {
        _chunks = chunks;
        _imageData = new(chunks);
        _inflater = new(_imageData, CompressionMode.Decompress, leaveOpen: true);
        _filterStep = filterStep;
    }

    /// <summary>The most bytes that rows of a given size make the reader hold.</summary>
    public static long MemoryFor(long rowBytes) => Math.Max(2 * (rowBytes + 1), TargetBlockBytes);

    /// <summary>Begins a pass.</summary>
    /// <param name="rowBytes">Bytes of a row, without its filter byte; <see cref="MemoryFor"/> must have been checked.</param>
    /// <param name="rows">Rows in the pass.</param>
    public void BeginPass(int rowBytes, int rows)
    {
        _rowBytes = rowBytes;
        _rowsLeft = rows;
        _rowsInBlock = 0;
        int stride = rowBytes + 1;
        int size = stride * Math.Clamp(TargetBlockBytes / stride, 2, 1 + rows);
        if (_block.Length < size)
            _block = GC.AllocateUninitializedArray<byte>(size);
        _block.AsSpan(0, stride).Clear();
    }

    /// <summary>Reads the next rows; those of the call before are gone.</summary>
    /// <param name="maxRows">How many at most, at least 1 and at most what the pass has left.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>How many there are, at least 1.</returns>
    public async ValueTask<int> ReadBlockAsync(int maxRows, CancellationToken cancellationToken)
    {
        int stride = _rowBytes + 1;
        if (_rowsInBlock > 0)
            _block.AsSpan(_rowsInBlock * stride, stride).CopyTo(_block);
        _rowsInBlock = 0;
        int rows = Math.Min(Math.Min(maxRows, _rowsLeft), (_block.Length / stride) - 1);
        await InflateAsync(_block.AsMemory(stride, rows * stride), cancellationToken).ConfigureAwait(false);
        for (int i = 0; i < rows; i++)
        {
            Span<byte> line = _block.AsSpan((i + 1) * stride, stride);
            if (line[0] >= PngFilters.Count)
                throw new TesseraFormatException($"A row of the image has the filter {line[0]}; PNG has 0 to 4.", _chunks.Offset);
            PngFilters.Undo((PngFilterType)line[0], line[1..], _block.AsSpan((i * stride) + 1, _rowBytes), _filterStep);
        }

        _rowsLeft -= rows;
        return _rowsInBlock = rows;
    }

    /// <summary>A row of the last block.</summary>
    /// <param name="index">Its place in the block, from 0.</param>
    /// <returns>Its bytes as stored, without the filter byte.</returns>
    public ReadOnlySpan<byte> Row(int index) => _block.AsSpan(((index + 1) * (_rowBytes + 1)) + 1, _rowBytes);

    /// <summary>Checks that the image data ends after the last row, and goes to the chunk after it.</summary>
    public async ValueTask FinishAsync(CancellationToken cancellationToken)
    {
        if (await InflateSomeAsync(new byte[1], cancellationToken).ConfigureAwait(false) != 0)
            throw new TesseraFormatException("There is more image data than the image has rows.", _chunks.Offset);

        // The inflater reads on until it has seen the check value at the end of the zlib stream.
        if (_imageData.Exhausted)
            throw new TesseraFormatException("The image data ends without its check value.", _chunks.ChunkOffset);
        await _imageData.DrainAsync(cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await _inflater.DisposeAsync().ConfigureAwait(false);
        await _imageData.DisposeAsync().ConfigureAwait(false);
    }

    private async ValueTask InflateAsync(Memory<byte> destination, CancellationToken cancellationToken)
    {
        while (!destination.IsEmpty)
        {
            int read = await InflateSomeAsync(destination, cancellationToken).ConfigureAwait(false);
            if (read == 0)
                throw new TesseraFormatException($"The image data ends {_rowsLeft} rows or fewer too early.", _chunks.Offset);
            destination = destination[read..];
        }
    }

    private async ValueTask<int> InflateSomeAsync(Memory<byte> destination, CancellationToken cancellationToken)
    {
        try
        {
            return await _inflater.ReadAsync(destination, cancellationToken).ConfigureAwait(false);
        }
        catch (InvalidDataException e)
        {
            throw new TesseraFormatException("The compressed image data is damaged.", _chunks.Offset, e);
        }
    }
}
