namespace Tessera.Png;

/// <summary>PLTE and tRNS: what stored samples stand for.</summary>
internal sealed class PngColors
{
    private readonly PngHeader _header;
    private byte[]? _palette;
    private byte[]? _transparency;

    public PngColors(PngHeader header) => _header = header;

    /// <summary>Whether there is a palette, needed or only suggested.</summary>
    public bool HasPalette => _palette is not null;

    /// <summary>Entries of the palette.</summary>
    public int PaletteSize => (_palette?.Length ?? 0) / 3;

    /// <summary>What a pixel of the raster is made of: palettes become RGB, transparent colours an alpha channel.</summary>
    public SampleFormat Format
    {
        get
        {
            bool alpha = _transparency is not null || _header.ColorType is PngColorType.GreyAlpha or PngColorType.Rgba;
            int colors = _header.ColorType is PngColorType.Grey or PngColorType.GreyAlpha ? 1 : 3;
            return new(colors + (alpha ? 1 : 0), SampleDepth, alpha ? AlphaKind.Straight : AlphaKind.None);
        }
    }

    /// <summary>What a stored grey sample is multiplied by: 1, unless few bits become 8 for an alpha channel's sake.</summary>
    public int GreyScale => SampleDepth == _header.BitDepth ? 1 : 255 / ((1 << _header.BitDepth) - 1);

    // Grey with fewer than 8 bits gets 8 where it gets alpha, as PNG has grey and alpha at 8 and 16 bits only.
    private int SampleDepth => _header.ColorType == PngColorType.Palette || _transparency is not null ? Math.Max(8, _header.BitDepth) : _header.BitDepth;

    /// <summary>Takes the content of PLTE.</summary>
    public void SetPalette(byte[] content, long offset)
    {
        if (_palette is not null)
            throw new TesseraFormatException("There is a second PLTE chunk.", offset);
        if (_transparency is not null)
            throw new TesseraFormatException("The PLTE chunk comes after tRNS.", offset);
        if (_header.ColorType is PngColorType.Grey or PngColorType.GreyAlpha)
            throw new TesseraFormatException("A grey image has no PLTE chunk.", offset);
        if (content.Length is 0 or > 256 * 3 || content.Length % 3 != 0)
            throw new TesseraFormatException($"A palette has 1 to 256 entries of 3 bytes, not {content.Length} bytes.", offset);
        _palette = content;
    }

    /// <summary>Takes the content of tRNS.</summary>
    public void SetTransparency(byte[] content, long offset)
    {
        if (_transparency is not null)
            throw new TesseraFormatException("There is a second tRNS chunk.", offset);
        switch (_header.ColorType)
        {
            case PngColorType.Grey or PngColorType.Rgb:
                int expected = 2 * _header.StoredChannels;
                if (content.Length != expected)
                    throw new TesseraFormatException($"tRNS has {content.Length} bytes instead of {expected}.", offset);
                break;
            case PngColorType.Palette:
                if (_palette is null)
                    throw new TesseraFormatException("The tRNS chunk comes before PLTE.", offset);
                if (content.Length is 0 || content.Length > PaletteSize)
                    throw new TesseraFormatException($"tRNS has {content.Length} entries for a palette of {PaletteSize}.", offset);
                break;
            default:
                throw new TesseraFormatException("An image with an alpha channel has no tRNS chunk.", offset);
        }

        _transparency = content;
    }

    /// <summary>The palette entry's red, green, blue and alpha.</summary>
    public (byte Red, byte Green, byte Blue, byte Alpha) Entry(int index)
    {
        ReadOnlySpan<byte> color = _palette.AsSpan(3 * index, 3);
        return (color[0], color[1], color[2], index < _transparency?.Length ? _transparency[index] : (byte)255);
    }

    /// <summary>The stored value of a channel that marks a transparent pixel, if there is such a colour. Bits above the depth do not count.</summary>
    /// <param name="channel">The channel, from 0.</param>
    public ushort TransparentSample(int channel) =>
        (ushort)(((_transparency![2 * channel] << 8) | _transparency[(2 * channel) + 1]) & ((1 << _header.BitDepth) - 1));

    /// <summary>Whether one colour (of a grey or RGB image) is transparent.</summary>
    public bool HasTransparentColor => _transparency is not null && _header.ColorType != PngColorType.Palette;
}
