using System.Buffers;
using System.Buffers.Binary;

namespace Tessera.Container;

/// <summary>Collects index entries as the bytes that the INDX chunk holds: a few bytes for each segment.</summary>
internal sealed class IndexBuilder
{
    private readonly ArrayBufferWriter<byte> _entries = new();
    private readonly int _channels;
    private long _end = ContainerFormat.SignatureLength;
    private long _firstTile;

    /// <param name="channels">The image's channels.</param>
    public IndexBuilder(int channels) => _channels = channels;

    /// <summary>The entries so far, without the trailer.</summary>
    public ReadOnlySpan<byte> Entries => _entries.WrittenSpan;

    public int PayloadLength => _entries.WrittenCount + sizeof(uint);

    public void Append(in IndexEntry entry)
    {
        Varint.Write(_entries, entry.Offset - _end);
        Varint.Write(_entries, entry.PayloadLength);
        Varint.Write(_entries, entry.FirstTile - _firstTile);
        Varint.Write(_entries, entry.TileCount);
        if (entry.ChannelCount == _channels)
        {
            Varint.Write(_entries, 0);
        }
        else
        {
            Varint.Write(_entries, entry.ChannelCount);
            Varint.Write(_entries, entry.FirstChannel);
        }

        (_end, _firstTile) = (entry.End, entry.FirstTile);
    }

    /// <summary>Gives the payload: the entries, then the length of the chunk, by which it is found from the file's end.</summary>
    public byte[] ToPayload()
    {
        byte[] payload = new byte[PayloadLength];
        Entries.CopyTo(payload);
        BinaryPrimitives.WriteInt32LittleEndian(payload.AsSpan(Entries.Length), payload.Length + ContainerFormat.ChunkOverhead);
        return payload;
    }
}
