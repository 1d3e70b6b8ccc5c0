using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Tessera.Formats;

/// <summary>Between files' interleaved bytes, most significant first, and planes of 16-bit samples.</summary>
internal static class SampleLayout
{
    /// <summary>Unpacks a row of pixels of one sample of 1, 2, 4, 8 or 16 bits, or of two to four samples of 8 or 16 bits.</summary>
    /// <param name="row">The row's bytes.</param>
    /// <param name="bitDepth">Bits of a sample in the file.</param>
    /// <param name="rows">Where to: as many pixels as it is wide, as many samples as it has channels.</param>
    /// <param name="y">The row in it.</param>
    public static void Unpack(ReadOnlySpan<byte> row, int bitDepth, PlanarBuffer rows, int y)
    {
        switch (rows.Channels)
        {
            case 1:
                Unpack(row, rows.Row(0, y), bitDepth);
                break;
            case 2:
                Split(row, bitDepth, rows.Row(0, y), rows.Row(1, y));
                break;
            case 3:
                Split(row, bitDepth, rows.Row(0, y), rows.Row(1, y), rows.Row(2, y));
                break;
            default:
                Split(row, bitDepth, rows.Row(0, y), rows.Row(1, y), rows.Row(2, y), rows.Row(3, y));
                break;
        }
    }

    /// <summary>Unpacks a row of single samples of 1, 2, 4, 8 or 16 bits, the leftmost in the highest bits.</summary>
    public static void Unpack(ReadOnlySpan<byte> row, Span<ushort> samples, int bitDepth)
    {
        switch (bitDepth)
        {
            case 16:
                CopyBigEndian(row, MemoryMarshal.AsBytes(samples));
                break;
            case 8:
                Widen(row, samples);
                break;
            default:
                int mask = (1 << bitDepth) - 1;
                int perByte = 8 / bitDepth;
                for (int x = 0; x < samples.Length; x++)
                    samples[x] = (ushort)((row[x / perByte] >> (8 - (bitDepth * ((x % perByte) + 1)))) & mask);
                break;
        }
    }

    /// <summary>Packs a row of single samples of 1, 2, 4, 8 or 16 bits.</summary>
    public static void Pack(ReadOnlySpan<ushort> samples, Span<byte> row, int bitDepth)
    {
        switch (bitDepth)
        {
            case 16:
                CopyBigEndian(MemoryMarshal.AsBytes(samples), row);
                break;
            case 8:
                Narrow(samples, row);
                break;
            default:
                int perByte = 8 / bitDepth;
                row.Clear();
                for (int x = 0; x < samples.Length; x++)
                    row[x / perByte] |= (byte)(samples[x] << (8 - (bitDepth * ((x % perByte) + 1))));
                break;
        }
    }

    /// <summary>Splits pixels of two samples of 8 or 16 bits.</summary>
    private static void Split(ReadOnlySpan<byte> row, int bitDepth, Span<ushort> a, Span<ushort> b)
    {
        b = b[..a.Length];
        if (bitDepth == 16)
        {
            row = row[..(4 * a.Length)];
            for (int x = 0; x < a.Length; x++)
            {
                a[x] = BinaryPrimitives.ReadUInt16BigEndian(row[(4 * x)..]);
                b[x] = BinaryPrimitives.ReadUInt16BigEndian(row[((4 * x) + 2)..]);
            }
        }
        else
        {
            row = row[..(2 * a.Length)];
            for (int x = 0; x < a.Length; x++)
            {
                a[x] = row[2 * x];
                b[x] = row[(2 * x) + 1];
            }
        }
    }

    /// <summary>Splits pixels of three samples of 8 or 16 bits.</summary>
    public static void Split(ReadOnlySpan<byte> row, int bitDepth, Span<ushort> a, Span<ushort> b, Span<ushort> c)
    {
        b = b[..a.Length];
        c = c[..a.Length];
        if (bitDepth == 16)
        {
            row = row[..(6 * a.Length)];
            for (int x = 0; x < a.Length; x++)
            {
                a[x] = BinaryPrimitives.ReadUInt16BigEndian(row[(6 * x)..]);
                b[x] = BinaryPrimitives.ReadUInt16BigEndian(row[((6 * x) + 2)..]);
                c[x] = BinaryPrimitives.ReadUInt16BigEndian(row[((6 * x) + 4)..]);
            }

            return;
        }

        row = row[..(3 * a.Length)];
        int done = 0;
        if (Vector128.IsHardwareAccelerated && BitConverter.IsLittleEndian)
        {
            // Eight pixels from 24 bytes: the first load gives bytes 0 to 15, the second 8 to 23. Index 0xFF gives a zero.
            const byte No = 0xFF;
            for (; done <= a.Length - 8; done += 8)
            {
                Vector128<byte> low = Vector128.Create(row[(3 * done)..]);
                Vector128<byte> high = Vector128.Create(row[((3 * done) + 8)..]);
                Vector128<byte> first = Vector128.Shuffle(low, Vector128.Create(0, No, 3, No, 6, No, 9, No, 12, No, 15, No, No, No, No, No))
                    | Vector128.Shuffle(high, Vector128.Create(No, No, No, No, No, No, No, No, No, No, No, No, 10, No, 13, No));
                Vector128<byte> second = Vector128.Shuffle(low, Vector128.Create(1, No, 4, No, 7, No, 10, No, 13, No, No, No, No, No, No, No))
                    | Vector128.Shuffle(high, Vector128.Create(No, No, No, No, No, No, No, No, No, No, 8, No, 11, No, 14, No));
                Vector128<byte> third = Vector128.Shuffle(low, Vector128.Create(2, No, 5, No, 8, No, 11, No, 14, No, No, No, No, No, No, No))
                    | Vector128.Shuffle(high, Vector128.Create(No, No, No, No, No, No, No, No, No, No, 9, No, 12, No, 15, No));
                first.AsUInt16().CopyTo(a[done..]);
                second.AsUInt16().CopyTo(b[done..]);
                third.AsUInt16().CopyTo(c[done..]);
            }
        }

        for (int x = done; x < a.Length; x++)
        {
            a[x] = row[3 * x];
            b[x] = row[(3 * x) + 1];
            c[x] = row[(3 * x) + 2];
        }
    }

    /// <summary>Splits pixels of four samples of 8 or 16 bits.</summary>
    private static void Split(ReadOnlySpan<byte> row, int bitDepth, Span<ushort> a, Span<ushort> b, Span<ushort> c, Span<ushort> d)
    {
        b = b[..a.Length];
        c = c[..a.Length];
        d = d[..a.Length];
        if (bitDepth == 16)
        {
            ReadOnlySpan<ulong> pixels = MemoryMarshal.Cast<byte, ulong>(row)[..a.Length];
            for (int x = 0; x < a.Length; x++)
            {
                ulong pixel = BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(pixels[x]) : pixels[x];
                a[x] = (ushort)(pixel >> 48);
                b[x] = (ushort)(pixel >> 32);
                c[x] = (ushort)(pixel >> 16);
                d[x] = (ushort)pixel;
            }
        }
        else
        {
            ReadOnlySpan<uint> pixels = MemoryMarshal.Cast<byte, uint>(row)[..a.Length];
            int done = 0;
            if (BitConverter.IsLittleEndian)
            {
                // Eight pixels in two vectors of four; narrowing 32 bits to 16 keeps the order.
                Vector128<uint> mask = Vector128.Create(0xFFu);
                for (; done <= a.Length - 8; done += 8)
                {
                    Vector128<uint> low = Vector128.Create(pixels[done..]), high = Vector128.Create(pixels[(done + 4)..]);
                    Vector128.Narrow(low & mask, high & mask).CopyTo(a[done..]);
                    Vector128.Narrow((low >>> 8) & mask, (high >>> 8) & mask).CopyTo(b[done..]);
                    Vector128.Narrow((low >>> 16) & mask, (high >>> 16) & mask).CopyTo(c[done..]);
                    Vector128.Narrow(low >>> 24, high >>> 24).CopyTo(d[done..]);
                }
            }

            for (int x = done; x < a.Length; x++)
            {
                a[x] = row[4 * x];
                b[x] = row[(4 * x) + 1];
                c[x] = row[(4 * x) + 2];
                d[x] = row[(4 * x) + 3];
            }
        }
    }

    /// <summary>Writes one channel of interleaved pixels of 8 or 16 bits.</summary>
    /// <param name="samples">The channel's samples.</param>
    /// <param name="row">The row's bytes.</param>
    /// <param name="bitDepth">8 or 16.</param>
    /// <param name="channel">Which of the pixel's samples it is.</param>
    /// <param name="channels">Samples of a pixel.</param>
    public static void Interleave(ReadOnlySpan<ushort> samples, Span<byte> row, int bitDepth, int channel, int channels)
    {
        if (bitDepth == 16)
        {
            int step = 2 * channels;
            row = row[(2 * channel)..];
            for (int x = 0, at = 0; x < samples.Length; x++, at += step)
                BinaryPrimitives.WriteUInt16BigEndian(row[at..], samples[x]);
        }
        else
        {
            row = row[channel..];
            for (int x = 0, at = 0; x < samples.Length; x++, at += channels)
                row[at] = (byte)samples[x];
        }
    }

    private static void CopyBigEndian(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        source = source[..Math.Min(source.Length, destination.Length)];
        if (BitConverter.IsLittleEndian)
            BinaryPrimitives.ReverseEndianness(MemoryMarshal.Cast<byte, ushort>(source), MemoryMarshal.Cast<byte, ushort>(destination));
        else
            source.CopyTo(destination);
    }

    private static void Widen(ReadOnlySpan<byte> row, Span<ushort> samples)
    {
        row = row[..samples.Length];
        int x = 0;
        for (; x <= samples.Length - Vector<byte>.Count; x += Vector<byte>.Count)
        {
            Vector.Widen(new Vector<byte>(row[x..]), out Vector<ushort> low, out Vector<ushort> high);
            low.CopyTo(samples[x..]);
            high.CopyTo(samples[(x + Vector<ushort>.Count)..]);
        }

        for (; x < samples.Length; x++)
            samples[x] = row[x];
    }

    private static void Narrow(ReadOnlySpan<ushort> samples, Span<byte> row)
    {
        row = row[..samples.Length];
        int x = 0;
        for (; x <= samples.Length - Vector<byte>.Count; x += Vector<byte>.Count)
            Vector.Narrow(new Vector<ushort>(samples[x..]), new Vector<ushort>(samples[(x + Vector<ushort>.Count)..])).CopyTo(row[x..]);
        for (; x < samples.Length; x++)
            row[x] = (byte)samples[x];
    }
}
