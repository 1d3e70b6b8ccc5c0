using System.Buffers;

namespace Tessera.Container;

/// <summary>
/// Unsigned LEB128: seven bits a byte, the lowest first, the top bit set on all bytes but the last; the shortest form only.
/// </summary>
internal static class Varint
{
    /// <summary>The longest: 63 bits, for no value of the format needs more.</summary>
    public const int MaxLength = 9;

    public static int Write(Span<byte> destination, long value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        int length = 0;
        for (; value > 0x7F; value >>= 7)
            destination[length++] = (byte)(value | 0x80);
        destination[length++] = (byte)value;
        return length;
    }

    public static void Write(IBufferWriter<byte> destination, long value) =>
        destination.Advance(Write(destination.GetSpan(MaxLength), value));
}
