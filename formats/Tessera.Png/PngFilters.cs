using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Tessera.Png;

/// <summary>PNG's filter types, by their number in the file.</summary>
internal enum PngFilterType : byte
{
    None = 0,
    Sub = 1,
    Up = 2,
    Average = 3,
    Paeth = 4,
}

/// <summary>Undoes the row filters. "Step" is the distance in bytes to the pixel on the left: 1, 2, 3, 4, 6 or 8.</summary>
internal static class PngFilters
{
    /// <summary>How many filters there are.</summary>
    public const int Count = 5;

    /// <summary>Turns a filtered row into samples, in place.</summary>
    /// <param name="filter">The row's filter.</param>
    /// <param name="row">The row, without its filter byte.</param>
    /// <param name="above">The row above, unfiltered; zeros for the first row.</param>
    /// <param name="step">The filter step.</param>
    public static void Undo(PngFilterType filter, Span<byte> row, ReadOnlySpan<byte> above, int step)
    {
        above = above[..row.Length];
        switch (filter)
        {
            case PngFilterType.Sub:
                UndoPixelwise<SubPredictor>(row, above, step);
                break;
            case PngFilterType.Up:
                UndoUp(row, above);
                break;
            case PngFilterType.Average:
                UndoPixelwise<AveragePredictor>(row, above, step);
                break;
            case PngFilterType.Paeth:
                UndoPixelwise<PaethPredictor>(row, above, step);
                break;
        }
    }

    private static void UndoUp(Span<byte> row, ReadOnlySpan<byte> above)
    {
        int i = 0;
        for (; i <= row.Length - Vector<byte>.Count; i += Vector<byte>.Count)
            (new Vector<byte>(row[i..]) + new Vector<byte>(above[i..])).CopyTo(row[i..]);
        for (; i < row.Length; i++)
            row[i] += above[i];
    }

    /// <summary>
    /// Adds the prediction pixel by pixel: a pixel depends on the one to its left, so that the bytes of one pixel are all that can be
    /// done at once.
    /// </summary>
    private static void UndoPixelwise<TPredictor>(Span<byte> row, ReadOnlySpan<byte> above, int step)
        where TPredictor : struct, IPngPredictor
    {
        int done = !BitConverter.IsLittleEndian ? 0 : step switch
        {
            1 => UndoPixels<TPredictor, byte>(row, above, 1),
            2 => UndoPixels<TPredictor, ushort>(row, above, 2),
            3 => UndoPixels<TPredictor, uint>(row, above, 3),
            4 => UndoPixels<TPredictor, uint>(row, above, 4),
            6 => UndoPixels<TPredictor, ulong>(row, above, 6),
            _ => UndoPixels<TPredictor, ulong>(row, above, 8),
        };
        for (int i = done; i < row.Length; i++)
        {
            bool first = i < step;
            row[i] += TPredictor.Predict(first ? (byte)0 : row[i - step], above[i], first ? (byte)0 : above[i - step]);
        }
    }

    /// <summary>Does all pixels whose bytes can be loaded and stored as one word.</summary>
    /// <returns>The bytes done.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int UndoPixels<TPredictor, TWord>(Span<byte> row, ReadOnlySpan<byte> above, int step)
        where TPredictor : struct, IPngPredictor
        where TWord : unmanaged, IBinaryInteger<TWord>
    {
        ref byte current = ref MemoryMarshal.GetReference(row);
        ref byte up = ref MemoryMarshal.GetReference(above);
        int wordSize = Unsafe.SizeOf<TWord>();
        Vector128<byte> left = default, upLeft = default;
        int i = 0;
        // The last bytes of a stored word may belong to the next pixel: they are kept, as that pixel is still to be done.
        TWord keep = step == wordSize ? TWord.Zero : TWord.AllBitsSet << (8 * step);
        for (; i <= row.Length - wordSize; i += step)
        {
            TWord word = Unsafe.ReadUnaligned<TWord>(ref Unsafe.Add(ref current, i));
            Vector128<byte> above128 = Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<TWord>(ref Unsafe.Add(ref up, i))).AsByte();
            left = Vector128.CreateScalarUnsafe(word).AsByte() + TPredictor.Predict(left, above128, upLeft);
            upLeft = above128;
            TWord done = left.As<byte, TWord>().ToScalar();
            if (step != wordSize)
                done = (done & ~keep) | (word & keep);
            Unsafe.WriteUnaligned(ref Unsafe.Add(ref current, i), done);
        }

        return i;
    }
}
