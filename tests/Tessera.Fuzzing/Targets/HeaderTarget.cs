using Tessera.Container;
using Tessera.Fuzzing.Engine;
using Tessera.Fuzzing.Mutations;

namespace Tessera.Fuzzing.Targets;

/// <summary>
/// The payloads in MessagePack, each after a byte that says what it is: HEAD, text, meta or fram. What is accepted has one form, so that writing it
/// gives the input again.
/// </summary>
internal sealed class HeaderTarget : FuzzTarget
{
    private enum Content
    {
        Header,
        Text,
        Metadata,
        Frame,
    }

    public override string Name => "header";

    public override int RoundLength => 1 << 17;

    public override IReadOnlyList<byte[]> CreateSeeds()
    {
        (string Type, Content Content)[] types = [("HEAD", Content.Header), ("text", Content.Text), ("meta", Content.Metadata), ("fram", Content.Frame)];
        var seeds = new List<byte[]>();
        foreach (byte[] file in Corpus.Read("tsra"))
        {
            if (!ContainerMutator.TryParse(file, out _, out List<RawChunk> chunks))
                throw new InvalidOperationException("A file of the corpus has no chunks.");
            foreach ((string type, Content content) in types)
                seeds.AddRange(chunks.Where(c => c.Is(System.Text.Encoding.ASCII.GetBytes(type))).Select(c => (byte[])[(byte)content, .. c.Payload]));
        }

        return seeds;
    }

    public override byte[] Mutate(Random random, byte[] input, byte[] other)
    {
        if (input.Length == 0 || other.Length == 0)
            return [(byte)random.Next(4)];
        byte first = random.Next(64) == 0 ? (byte)random.Next(4) : input[0];
        return [first, .. ContainerMutator.ChangeFields(random, input[1..], other.AsSpan(1), hasVarints: false)];
    }

    public override FuzzRunner CreateRunner() => new Runner();

    private sealed class Runner : FuzzRunner
    {
        public override Outcome Run(byte[] input)
        {
            var content = (Content)(input.Length > 0 ? input[0] & 3 : 0);
            ReadOnlySpan<byte> payload = input.AsSpan(Math.Min(1, input.Length));
            byte[] written;
            string detail;
            try
            {
                switch (content)
                {
                    case Content.Text:
                        TextContent text = TextContent.Parse(payload);
                        (written, detail) = (text.ToPayload(), "text");
                        break;
                    case Content.Metadata:
                        MetadataContent metadata = MetadataContent.Parse(payload);
                        (written, detail) = (metadata.ToPayload(), "meta");
                        break;
                    case Content.Frame:
                        FrameContent frame = FrameContent.Parse(payload, FormatVersion.Current);
                        (written, detail) = (frame.ToPayload(), "fram");
                        break;
                    default:
                        ContainerHeader header = ContainerHeader.Parse(payload, FormatVersion.Current);
                        (written, detail) = (header.ToPayload(), $"HEAD {header.Channels} {header.BitDepth > 8} {header.AlphaKind} {header.Models.Length > 1}");
                        break;
                }
            }
            catch (TesseraFormatException e)
            {
                return Outcome.Refused(e.Message);
            }

            return payload.SequenceEqual(written)
                ? Outcome.Accepted(detail)
                : throw new BrokenPromiseException($"A payload was accepted that is not canonical: it would be written as {Convert.ToHexString(written)}.");
        }
    }
}
