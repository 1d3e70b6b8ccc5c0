using System.Buffers;
using Tessera.Entropy;

namespace Tessera.Models.Classic;

/// <summary>Decodes what <see cref="ClassicEncoder"/> coded.</summary>
internal sealed class ClassicDecoder : SegmentDecoder
{
    private readonly SegmentCodec _codec = new();

    public override void Decode(ReadOnlySpan<byte> payload, TileRun tiles, IBufferWriter<byte> supply)
    {
        if (payload.IsEmpty)
            throw new TesseraFormatException("A segment of the classic model is empty.");
        SegmentPlan plan = SegmentPlan.FromByte(payload[0], tiles);
        if (plan.Mode == PixelMode.Raw)
        {
            RawSamples.Read(payload[1..], tiles);
            return;
        }

        var coder = new DecodingCoder(new AdaptiveAnsDecoder(payload[1..]));
        _codec.Code(ref coder, tiles, plan, null, null, decode: true);
        if (!coder.IsAtEnd)
            throw new TesseraFormatException("A segment does not end where its pixels do; it is damaged.");
    }
}
