using System.Buffers.Binary;

namespace Tessera.Png;

/// <summary>Writes the signature and chunks with their CRCs.</summary>
internal sealed class PngChunkWriter
{
    private readonly Stream _stream;
    private readonly byte[] _frame = new byte[8];

    public PngChunkWriter(Stream stream) => _stream = stream;

    public ValueTask WriteSignatureAsync(CancellationToken cancellationToken) =>
        _stream.WriteAsync(PngChunkReader.Signature.ToArray(), cancellationToken);

    public async ValueTask WriteAsync(PngChunkType type, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        BinaryPrimitives.WriteInt32BigEndian(_frame, content.Length);
        BinaryPrimitives.WriteUInt32BigEndian(_frame.AsSpan(4), type.Code);
        uint crc = Crc32.Update(Crc32.Initial, _frame.AsSpan(4));
        await _stream.WriteAsync(_frame, cancellationToken).ConfigureAwait(false);
        await _stream.WriteAsync(content, cancellationToken).ConfigureAwait(false);
        BinaryPrimitives.WriteUInt32BigEndian(_frame, Crc32.Finish(Crc32.Update(crc, content.Span)));
        await _stream.WriteAsync(_frame.AsMemory(0, 4), cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask FlushAsync(CancellationToken cancellationToken) => await _stream.FlushAsync(cancellationToken).ConfigureAwait(false);
}
