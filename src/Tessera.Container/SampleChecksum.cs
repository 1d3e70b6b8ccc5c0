using System.Numerics;
using System.Runtime.InteropServices;

namespace Tessera.Container;

/// <summary>
/// The checksum of a segment's samples: CRC-32C over each sample as two bytes, the lower first; channel by channel, tile by tile, row by
/// row. The default value is the checksum of no samples. It is a value that changes: keep it in a variable, and do not copy it.
/// </summary>
public struct SampleChecksum
{
    /// <summary>The checksum of what was appended.</summary>
    public uint Value { get; private set; }

    /// <summary>Appends samples.</summary>
    /// <param name="samples">The next samples, such as one row of a tile.</param>
    public void Append(ReadOnlySpan<ushort> samples)
    {
        uint crc = ~Value;
        if (BitConverter.IsLittleEndian)
        {
            ReadOnlySpan<ulong> fours = MemoryMarshal.Cast<ushort, ulong>(samples);
            foreach (ulong four in fours)
                crc = BitOperations.Crc32C(crc, four);
            samples = samples[(fours.Length * 4)..];
        }

        // Crc32C takes the lower byte of a ushort first, whatever the machine's order is.
        foreach (ushort sample in samples)
            crc = BitOperations.Crc32C(crc, sample);
        Value = ~crc;
    }
}
