using System.Buffers;
using FsCheck;
using FsCheck.Fluent;

namespace Tessera.Models.Segments;

/// <summary>A run of an image's tiles, of all or some of its channels, coded by itself.</summary>
/// <param name="Image">The image.</param>
/// <param name="TileSize">The side of a tile.</param>
/// <param name="BandRows">Rows of tiles in a band.</param>
/// <param name="FirstTile">The first tile.</param>
/// <param name="TileCount">How many tiles, all in one band.</param>
/// <param name="FirstChannel">The first channel.</param>
/// <param name="ChannelCount">How many channels.</param>
/// <param name="Effort">1 to 9.</param>
internal sealed record SegmentCase(
    ImageCase Image, int TileSize, int BandRows, long FirstTile, int TileCount, int FirstChannel, int ChannelCount, int Effort)
{
    /// <summary>Any run: of tiles from one pixel on, of one tile to a whole band, often such that wrap from row to row.</summary>
    public static Gen<SegmentCase> Any { get; } =
        from image in ImageCase.Any
        from tileSize in Gen.Frequency((1, Gen.Choose(1, 3)), (3, Gen.Choose(4, 32)), (1, Gen.Constant(256)))
        from bandRows in Gen.Choose(1, 4)
        let grid = new TileGrid(image.Width, image.Height, 1, tileSize, bandRows)
        from first in Gen.Choose(0, (int)grid.TileCount - 1)
        let bandEnd = (int)Math.Min(grid.TileCount, (grid.BandOf(first) + 1) * grid.BandRows * grid.Columns)
        from count in Gen.OneOf(Gen.Choose(1, bandEnd - first), Gen.Constant(bandEnd - first))
        from firstChannel in Gen.Frequency((3, Gen.Constant(0)), (1, Gen.Choose(0, image.Format.Channels - 1)))
        let rest = image.Format.Channels - firstChannel
        from channelCount in Gen.Frequency((3, Gen.Constant(rest)), (1, Gen.Choose(1, rest)))
        from effort in Gen.Choose(TesseraEncoderOptions.MinEffort, Subject.MaxEffort)
        select new SegmentCase(image, tileSize, bandRows, first, count, firstChannel, channelCount, effort);

    /// <summary>The whole image in one run.</summary>
    public static SegmentCase Whole(ImageCase image, int effort = Subject.Usual) =>
        new(image, TileGrid.MaxTileSize, 1, 0, 1, 0, image.Format.Channels, effort);

    /// <summary>The tiles, with the image's samples.</summary>
    public TileRun Tiles()
    {
        using Raster raster = Image.Draw();
        PlanarBuffer samples = raster.Frames[0].Samples;
        PixelRectangle bounds = BandBounds;
        var band = new PlanarBuffer(bounds.Width, bounds.Height, samples.Channels);
        samples.CopyRowsTo(bounds.Y, band, 0, bounds.Height);
        return Run(band);
    }

    /// <summary>The same tiles, whose samples are all of a value that none of the image's need be.</summary>
    public TileRun BlankTiles()
    {
        PixelRectangle bounds = BandBounds;
        var band = new PlanarBuffer(bounds.Width, bounds.Height, Image.Format.Channels);
        for (int channel = 0; channel < band.Channels; channel++)
            band.Plane(channel).Fill(0xA5A5);
        return Run(band);
    }

    /// <summary>Codes the run with an encoder of its own.</summary>
    public byte[] Encode()
    {
        using SegmentEncoder encoder = Subject.CreateModel().CreateEncoder(Effort);
        return EncodeWith(encoder);
    }

    public byte[] EncodeWith(SegmentEncoder encoder)
    {
        var payload = new ArrayBufferWriter<byte>();
        encoder.Encode(Tiles(), [], payload);
        return payload.WrittenSpan.ToArray();
    }

    /// <summary>Decodes a payload with a decoder of its own.</summary>
    public TileRun Decode(ReadOnlySpan<byte> payload)
    {
        using SegmentDecoder decoder = Subject.CreateModel().CreateDecoder();
        return DecodeWith(decoder, payload);
    }

    public TileRun DecodeWith(SegmentDecoder decoder, ReadOnlySpan<byte> payload)
    {
        TileRun tiles = BlankTiles();
        var supply = new ArrayBufferWriter<byte>();
        decoder.Decode(payload, tiles, supply);
        Assert.Equal(0, supply.WrittenCount);
        return tiles;
    }

    /// <summary>All samples of some tiles, tile by tile.</summary>
    public static ushort[] Samples(TileRun tiles)
    {
        var samples = new List<ushort>();
        foreach (PixelRectangle tile in tiles.Tiles)
        {
            for (int channel = 0; channel < tiles.ChannelCount; channel++)
            {
                for (int y = 0; y < tile.Height; y++)
                    samples.AddRange(tiles.Row(channel, tile, y));
            }
        }

        return [.. samples];
    }

    private TileGrid Grid => new(Image.Width, Image.Height, 1, TileSize, BandRows);

    private PixelRectangle BandBounds => Grid.BandBounds(Grid.BandOf(FirstTile));

    private TileRun Run(PlanarBuffer band) => new(Grid, Image.Format, band, FirstTile, TileCount, FirstChannel, ChannelCount);
}
