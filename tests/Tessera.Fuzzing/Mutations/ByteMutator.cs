using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Tessera.Fuzzing.Mutations;

/// <summary>Changes that know nothing of formats.</summary>
internal static class ByteMutator
{
    private static readonly byte[] Bytes = [0, 1, 2, 0x7F, 0x80, 0x81, 0xC0, 0xFE, 0xFF];

    private static readonly long[] Numbers =
    [
        0, 1, 2, 3, 7, 8, 15, 16, 127, 128, 255, 256, 257, 65535, 65536, 1 << 20, (1 << 24) - 1, int.MaxValue - 13, int.MaxValue - 12, int.MaxValue, 1L << 31,
        uint.MaxValue, 1L << 32, 1L << 40, 1L << 53, 1L << 61, (1L << 62) - 1, 1L << 62, long.MaxValue, -1, -2, int.MinValue, long.MinValue,
    ];

    /// <summary>A number at which code that counts tends to go wrong, or one near it.</summary>
    public static long Number(Random random) => Numbers[random.Next(Numbers.Length)] + (random.Next(3) == 0 ? random.Next(-2, 3) : 0);

    /// <summary>Makes one to a few changes, mostly one.</summary>
    public static byte[] Mutate(Random random, ReadOnlySpan<byte> input, ReadOnlySpan<byte> other, int maxLength = 1 << 16)
    {
        byte[] bytes = input.ToArray();
        int changes = 1 << (random.Next(8) switch { < 5 => 0, 5 => 1, 6 => 2, _ => 4 });
        for (int i = 0; i < changes; i++)
            bytes = Change(random, bytes, other);
        return bytes.Length <= maxLength ? bytes : bytes[..maxLength];
    }

    private static byte[] Change(Random random, byte[] bytes, ReadOnlySpan<byte> other)
    {
        if (bytes.Length == 0)
            return [(byte)random.Next(256)];
        int at = random.Next(bytes.Length);
        int length = 1 + random.Next(Math.Min(bytes.Length - at, 1 << random.Next(8)));
        switch (random.Next(14))
        {
            case 0:
                bytes[at] ^= (byte)(1 << random.Next(8));
                return bytes;
            case 1:
                bytes[at] = (byte)random.Next(256);
                return bytes;
            case 2:
                bytes[at] = Bytes[random.Next(Bytes.Length)];
                return bytes;
            case 3:
                bytes[at] += (byte)(random.Next(2) == 0 ? 1 : -1);
                return bytes;
            case 4:
                return [.. bytes[..at], .. bytes[(at + length)..]];
            case 5:
                return [.. bytes[..(at + length)], .. bytes[at..]];
            case 6:
                return bytes[..at];
            case 7:
                bytes.AsSpan(at, length).Fill(Bytes[random.Next(Bytes.Length)]);
                return bytes;
            case 8:
                random.NextBytes(bytes.AsSpan(at, length));
                return bytes;
            case 9:
                var inserted = new byte[length];
                random.NextBytes(inserted);
                return [.. bytes[..at], .. inserted, .. bytes[at..]];
            case 10 when other.Length > 0:
                return [.. bytes[..at], .. other[random.Next(other.Length)..]];
            case 11:
                WriteNumber(random, bytes.AsSpan(at));
                return bytes;
            case 12:
                int to = random.Next(bytes.Length);
                bytes.AsSpan(at, Math.Min(length, bytes.Length - to)).CopyTo(bytes.AsSpan(to));
                return bytes;
            default:
                return ReplaceDecimal(random, bytes, at);
        }
    }

    private static void WriteNumber(Random random, Span<byte> at)
    {
        long number = Number(random);
        bool big = random.Next(2) == 0;
        Span<byte> bytes = stackalloc byte[8];
        int size = 1 << random.Next(1, 4);
        if (big)
            BinaryPrimitives.WriteInt64BigEndian(bytes, number << (64 - (8 * size)));
        else
            BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
        size = Math.Min(size, at.Length);
        bytes[..size].CopyTo(at);
    }

    /// <summary>Replaces the next decimal number of a text.</summary>
    private static byte[] ReplaceDecimal(Random random, byte[] bytes, int from)
    {
        int start = bytes.AsSpan(from).IndexOfAnyInRange((byte)'0', (byte)'9');
        if (start < 0)
            return bytes;
        start += from;
        int end = start;
        while (end < bytes.Length && bytes[end] is >= (byte)'0' and <= (byte)'9')
            end++;
        return [.. bytes[..start], .. Encoding.ASCII.GetBytes(Number(random).ToString(CultureInfo.InvariantCulture)), .. bytes[end..]];
    }
}
