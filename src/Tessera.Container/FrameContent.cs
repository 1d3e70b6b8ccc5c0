using System.Buffers;
using Tessera.Container.Canonical;

namespace Tessera.Container;

/// <summary>The payload of a "fram" chunk: what is particular to a frame.</summary>
/// <param name="Index">The frame's number, from 0.</param>
/// <param name="DelayNumerator">How long the frame is shown, in seconds: the numerator.</param>
/// <param name="DelayDenominator">The denominator, at least 1.</param>
public sealed record FrameContent(int Index, uint DelayNumerator = 0, uint DelayDenominator = 1)
{
    private enum Key
    {
        Index = 0,
        DelayNumerator = 1,
        DelayDenominator = 2,
    }

    /// <summary>Reads a payload.</summary>
    /// <param name="payload">The payload.</param>
    /// <param name="version">The file's version; unknown keys are ignored if its minor part is above the current one.</param>
    /// <param name="offset">The payload's offset in the file, for messages.</param>
    /// <returns>The frame.</returns>
    /// <exception cref="TesseraFormatException">The payload is not valid, canonical MessagePack of a frame.</exception>
    public static FrameContent Parse(ReadOnlySpan<byte> payload, FormatVersion version, long offset = 0)
    {
        var reader = new CanonicalReader(payload, offset);
        var map = new KeyedMap(ref reader, "frame", version);
        int index = 0;
        uint numerator = 0, denominator = 1;
        while (map.ReadKey(ref reader) is { } key)
        {
            switch ((Key)key)
            {
                case Key.Index: index = (int)reader.ReadNonDefault("frame's number", 0); break;
                case Key.DelayNumerator: numerator = reader.ReadNonDefault("delay's numerator", 0, uint.MaxValue); break;
                case Key.DelayDenominator: denominator = reader.ReadNonDefault("delay's denominator", 1, uint.MaxValue); break;
                default: map.SkipUnknown(ref reader, key); break;
            }
        }

        reader.End("frame");
        return denominator != 0
            ? new(index, numerator, denominator)
            : throw new TesseraFormatException("The delay's denominator is 0; it must be at least 1", offset);
    }

    /// <summary>Writes the payload.</summary>
    /// <returns>The payload.</returns>
    /// <exception cref="ArgumentException">The number is negative, or the denominator 0.</exception>
    public byte[] ToPayload()
    {
        if (Index < 0)
            throw new ArgumentException($"A frame's number is at least 0, not {Index}.");
        if (DelayDenominator == 0)
            throw new ArgumentException("The denominator of a frame's delay is at least 1.");
        List<(Key Key, uint Value)> fields = [];
        if (Index != 0)
            fields.Add((Key.Index, (uint)Index));
        if (DelayNumerator != 0)
            fields.Add((Key.DelayNumerator, DelayNumerator));
        if (DelayDenominator != 1)
            fields.Add((Key.DelayDenominator, DelayDenominator));

        var output = new ArrayBufferWriter<byte>();
        var writer = new CanonicalWriter(output);
        writer.WriteMapHead(fields.Count);
        foreach ((Key key, uint value) in fields)
        {
            writer.WriteUInt((uint)key);
            writer.WriteUInt(value);
        }

        return output.WrittenSpan.ToArray();
    }
}
