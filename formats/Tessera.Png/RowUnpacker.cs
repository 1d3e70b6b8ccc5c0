using Tessera.Formats;

namespace Tessera.Png;

/// <summary>Turns rows as PNG stores them into planes of samples.</summary>
internal abstract class RowUnpacker
{
    /// <summary>The unpacker for an image.</summary>
    public static RowUnpacker Create(PngHeader header, PngColors colors) => header switch
    {
        { ColorType: PngColorType.Palette } => new PaletteUnpacker(header.BitDepth, colors),
        _ when colors.HasTransparentColor => new TransparentColorUnpacker(header, colors),
        _ => new PlainUnpacker(header.BitDepth),
    };

    /// <summary>Unpacks a row.</summary>
    /// <param name="row">The row's bytes.</param>
    /// <param name="rows">Where to: as many pixels as it is wide.</param>
    /// <param name="y">The row in it.</param>
    /// <returns>False if a palette index has no entry.</returns>
    public abstract bool Unpack(ReadOnlySpan<byte> row, PlanarBuffer rows, int y);

    /// <summary>Samples as they are.</summary>
    private sealed class PlainUnpacker : RowUnpacker
    {
        private readonly int _bitDepth;

        public PlainUnpacker(int bitDepth) => _bitDepth = bitDepth;

        public override bool Unpack(ReadOnlySpan<byte> row, PlanarBuffer rows, int y)
        {
            SampleLayout.Unpack(row, _bitDepth, rows, y);
            return true;
        }
    }

    /// <summary>Grey or RGB in which one colour is transparent.</summary>
    private sealed class TransparentColorUnpacker : RowUnpacker
    {
        private readonly int _bitDepth;
        private readonly int _greyScale;
        private readonly ushort _opaque;
        private readonly ushort[] _transparent;

        public TransparentColorUnpacker(PngHeader header, PngColors colors)
        {
            _bitDepth = header.BitDepth;
            _greyScale = colors.GreyScale;
            _opaque = (ushort)colors.Format.MaxSample;
            _transparent = [.. Enumerable.Range(0, header.StoredChannels).Select(colors.TransparentSample)];
        }

        public override bool Unpack(ReadOnlySpan<byte> row, PlanarBuffer rows, int y)
        {
            Span<ushort> first = rows.Row(0, y), alpha = rows.Row(rows.Channels - 1, y);
            if (rows.Channels == 2)
            {
                SampleLayout.Unpack(row, first, _bitDepth);
                for (int x = 0; x < first.Length; x++)
                    alpha[x] = first[x] == _transparent[0] ? (ushort)0 : _opaque;
                if (_greyScale != 1)
                {
                    foreach (ref ushort sample in first)
                        sample = (ushort)(sample * _greyScale);
                }
            }
            else
            {
                Span<ushort> second = rows.Row(1, y), third = rows.Row(2, y);
                SampleLayout.Split(row, _bitDepth, first, second, third);
                for (int x = 0; x < first.Length; x++)
                    alpha[x] = first[x] == _transparent[0] && second[x] == _transparent[1] && third[x] == _transparent[2] ? (ushort)0 : _opaque;
            }

            return true;
        }
    }

    /// <summary>Palette indices, to RGB or RGBA.</summary>
    private sealed class PaletteUnpacker : RowUnpacker
    {
        private readonly int _bitDepth;
        private readonly int _size;
        private readonly ushort[][] _planes;

        public PaletteUnpacker(int bitDepth, PngColors colors)
        {
            _bitDepth = bitDepth;
            _size = colors.PaletteSize;

            // 256 entries, so that no index can leave the table; those without a colour are found by their number.
            _planes = [new ushort[256], new ushort[256], new ushort[256], new ushort[256]];
            for (int i = 0; i < _size; i++)
                (_planes[0][i], _planes[1][i], _planes[2][i], _planes[3][i]) = colors.Entry(i);
        }

        public override bool Unpack(ReadOnlySpan<byte> row, PlanarBuffer rows, int y)
        {
            Span<ushort> indices = rows.Row(0, y);
            SampleLayout.Unpack(row, indices, _bitDepth);
            int highest = 0;
            foreach (ushort index in indices)
                highest = Math.Max(highest, index);

            // The plane that holds the indices is the last to be overwritten.
            for (int channel = rows.Channels - 1; channel >= 0; channel--)
            {
                ushort[] plane = _planes[channel];
                Span<ushort> target = rows.Row(channel, y);
                for (int x = 0; x < target.Length; x++)
                    target[x] = plane[(byte)indices[x]];
            }

            return highest < _size;
        }
    }
}
