using System.Buffers;

namespace Tessera.Tests.Support;

/// <summary>
/// Bits-back in bytes: for every tile it pops a secret from what was coded before, pushes the samples masked by it, and pushes the
/// secret. Decoding pops in reverse, and pushes the secret back where it came from.
/// </summary>
internal sealed class BitsBackModel(int secretLength = 50) : TileModel
{
    public override ModelIdentity Identity { get; } = new("bits-back", 1);

    public override bool NeedsSupply => true;

    /// <summary>Tiles in a segment.</summary>
    public int SegmentTiles { get; init; } = 6;

    public override bool Supports(SampleFormat format) => true;

    public override Tiling PlanTiling(ImageInfo image, int effort) => new(4, 2);

    public override IReadOnlyList<int> PlanSegments(TileRun band, int columns, int effort) => RawModel.Cut(band.Tiles.Length, SegmentTiles);

    public override SegmentEncoder CreateEncoder(int effort) => new Encoder(secretLength);

    public override SegmentDecoder CreateDecoder() => new Decoder(secretLength);

    private static byte[] Mask(byte[] samples, byte[] secret) => [.. samples.Select((b, i) => (byte)(b ^ secret[i % secret.Length]))];

    private sealed class Encoder(int secretLength) : SegmentEncoder
    {
        public override void Encode(TileRun tiles, ReadOnlySpan<byte> supply, IBufferWriter<byte> payload)
        {
            var stack = new List<byte>(supply.ToArray());
            var samples = new ArrayBufferWriter<byte>();
            SampleBytes.Write(tiles, samples);
            if (stack.Count < secretLength * tiles.Tiles.Length)
                throw new SupplyExhaustedException();
            byte[] secret = [.. stack[^(secretLength * tiles.Tiles.Length)..]];
            stack.RemoveRange(stack.Count - secret.Length, secret.Length);
            stack.AddRange(Mask(samples.WrittenSpan.ToArray(), secret));
            stack.AddRange(secret.Reverse());
            payload.Write(stack.ToArray());
        }
    }

    private sealed class Decoder(int secretLength) : SegmentDecoder
    {
        public override void Decode(ReadOnlySpan<byte> payload, TileRun tiles, IBufferWriter<byte> supply)
        {
            int secrets = secretLength * tiles.Tiles.Length, samples = 2 * SampleBytes.Count(tiles);
            if (payload.Length < secrets + samples)
                throw new TesseraFormatException("The stack is too short");
            byte[] secret = [.. payload[^secrets..].ToArray().Reverse()];
            int supplyLength = payload.Length - secrets - samples;
            SampleBytes.Read(Mask(payload[supplyLength..^secrets].ToArray(), secret), tiles);
            supply.Write(payload[..supplyLength]);
            supply.Write(secret);
        }
    }
}
