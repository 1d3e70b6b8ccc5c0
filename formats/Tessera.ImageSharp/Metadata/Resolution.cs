using System.Buffers.Binary;
using SixLabors.ImageSharp.Metadata;

namespace Tessera.ImageSharp;

/// <summary>
/// The resolution, as blocks: PNG's pHYs, which other programs understand, and where that rounds, a block that holds the exact
/// numbers besides. An image of ImageSharp's default resolution has neither.
/// </summary>
internal readonly record struct Resolution(double Horizontal, double Vertical, PixelResolutionUnit Unit)
{
    /// <summary>Whole pixels, a number in 32 bits for each direction, and the unit: 0 for none, 1 for the metre. Highest byte first.</summary>
    private const string PngKind = "png:pHYs";

    /// <summary>The unit as ImageSharp numbers it, in a byte, then both numbers as doubles, lowest byte first.</summary>
    private const string ExactKind = "imagesharp:resolution";

    private const double CentimetresPerInch = 2.54;

    private static Resolution Default =>
        new(SharpMetadata.DefaultHorizontalResolution, SharpMetadata.DefaultVerticalResolution, SharpMetadata.DefaultPixelResolutionUnits);

    public static Resolution Of(SharpMetadata image) => new(image.HorizontalResolution, image.VerticalResolution, image.ResolutionUnits);

    /// <summary>Takes the blocks that hold a resolution out of a list.</summary>
    public static Resolution Take(List<MetadataBlock> blocks)
    {
        Resolution? exact = Take(blocks, ExactKind, ReadExact);
        Resolution? png = Take(blocks, PngKind, ReadPng);
        return exact ?? png ?? Default;
    }

    public void CopyTo(SharpMetadata image) => (image.HorizontalResolution, image.VerticalResolution, image.ResolutionUnits) = (Horizontal, Vertical, Unit);

    public IEnumerable<MetadataBlock> ToBlocks()
    {
        if (this == Default)
            yield break;
        if (ToPng() is { } png)
        {
            yield return new(PngKind, png);
            if (ReadPng(png) == this)
                yield break;
        }

        var bytes = new byte[17];
        bytes[0] = (byte)Unit;
        BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(1), Horizontal);
        BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(9), Vertical);
        yield return new(ExactKind, bytes);
    }

    private static Resolution? Take(List<MetadataBlock> blocks, string kind, Func<byte[], Resolution?> read)
    {
        int index = blocks.FindIndex(b => b.Kind == kind);
        if (index < 0 || read(blocks[index].Data.ToArray()) is not { Horizontal: > 0, Vertical: > 0 } found)
            return null;
        blocks.RemoveAt(index);
        return found;
    }

    private static Resolution? ReadPng(byte[] data) => data is [.., 0 or 1] && data.Length == 9
        ? new(
            BinaryPrimitives.ReadUInt32BigEndian(data),
            BinaryPrimitives.ReadUInt32BigEndian(data.AsSpan(4)),
            data[8] == 0 ? PixelResolutionUnit.AspectRatio : PixelResolutionUnit.PixelsPerMeter)
        : null;

    private static Resolution? ReadExact(byte[] data) => data.Length == 17 && Enum.IsDefined((PixelResolutionUnit)data[0])
        ? new(
            BinaryPrimitives.ReadDoubleLittleEndian(data.AsSpan(1)),
            BinaryPrimitives.ReadDoubleLittleEndian(data.AsSpan(9)),
            (PixelResolutionUnit)data[0])
        : null;

    private byte[]? ToPng()
    {
        double scale = Unit switch
        {
            PixelResolutionUnit.PixelsPerInch => 100 / CentimetresPerInch,
            PixelResolutionUnit.PixelsPerCentimeter => 100,
            _ => 1,
        };
        (double x, double y) = (Math.Round(Horizontal * scale), Math.Round(Vertical * scale));
        if (x is not (>= 1 and <= int.MaxValue) || y is not (>= 1 and <= int.MaxValue))
            return null;
        var bytes = new byte[9];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)x);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(4), (uint)y);
        bytes[8] = Unit == PixelResolutionUnit.AspectRatio ? (byte)0 : (byte)1;
        return bytes;
    }
}
