using System.Buffers;

namespace Tessera.Models.Swift;

/// <summary>The parts of a payload: a byte that says how the segment is coded; if not raw, the length of the tables, the tables; and the rest.</summary>
/// <param name="IsRaw">Whether samples are as they are.</param>
/// <param name="IsSwapped">Whether the first two channels change places.</param>
/// <param name="TablesStart">Where the tables are.</param>
/// <param name="TablesLength">Their bytes.</param>
internal readonly record struct SegmentLayout(bool IsRaw, bool IsSwapped, int TablesStart, int TablesLength)
{
    /// <summary>The widest region that is predicted: a few bytes shall not make a decoder take much memory.</summary>
    public const int MaxWidth = 1 << 18;

    private const byte RawByte = 0;
    private const byte PredictedByte = 1;
    private const byte SwappedByte = 2;
    private const int LengthBits = 7;
    private const int MaxLengthBytes = 4;

    public ReadOnlySpan<byte> Tables(ReadOnlySpan<byte> payload) => payload.Slice(TablesStart, TablesLength);

    public ReadOnlySpan<byte> Rest(ReadOnlySpan<byte> payload) => payload[(TablesStart + TablesLength)..];

    /// <summary>Whether a segment may be predicted.</summary>
    public static bool IsWithinLimits(TileRun tiles) => tiles.Regions.All(r => r.Width <= MaxWidth);

    public static void WriteRaw(IBufferWriter<byte> output) => output.Write([RawByte]);

    public static void WritePredicted(IBufferWriter<byte> output, bool swapped, int tablesLength)
    {
        output.Write([swapped ? SwappedByte : PredictedByte]);
        uint rest = (uint)tablesLength;
        for (; rest >= 1u << LengthBits; rest >>= LengthBits)
            output.Write([(byte)(rest | (1u << LengthBits))]);
        output.Write([(byte)rest]);
    }

    /// <summary>Reads the parts of a payload.</summary>
    /// <exception cref="TesseraFormatException">They are none.</exception>
    public static SegmentLayout Read(ReadOnlySpan<byte> payload, TileRun tiles)
    {
        if (payload.IsEmpty)
            throw new TesseraFormatException("A segment of the swift model is empty.");
        byte kind = payload[0];
        if (kind == RawByte)
            return new(true, false, 1, 0);
        if (kind > SwappedByte || (kind == SwappedByte && tiles.ChannelCount == 1))
            throw new TesseraFormatException($"A segment of the swift model begins with {kind}, which says nothing of its channels.");
        if (!IsWithinLimits(tiles))
            throw new TesseraFormatException($"A predicted segment of the swift model is wider than {MaxWidth} pixels.");
        int length = 0, position = 1;
        for (int shift = 0; ; shift += LengthBits)
        {
            if (position == payload.Length || position > MaxLengthBytes)
                throw new TesseraFormatException("The length of the tables of a segment of the swift model is not complete.");
            byte next = payload[position++];
            length |= (next & ((1 << LengthBits) - 1)) << shift;
            if (next >> LengthBits == 0)
                break;
        }

        if (length > payload.Length - position || (position > 2 && payload[position - 1] == 0))
            throw new TesseraFormatException($"The tables of a segment of the swift model cannot have {length} bytes.");
        return new(false, kind == SwappedByte, position, length);
    }
}
