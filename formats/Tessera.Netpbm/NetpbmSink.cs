using System.Globalization;
using System.Text;
using Tessera.Formats;

namespace Tessera.Netpbm;

/// <summary>Writes a binary Netpbm file row by row.</summary>
internal sealed class NetpbmSink : IRasterSink
{
    private readonly Stream _stream;
    private readonly string _extension;
    private ImageInfo? _info;
    private NetpbmHeader? _header;
    private byte[] _row = [];
    private int _rowsLeft;

    public NetpbmSink(Stream stream, string extension)
    {
        _stream = stream;
        _extension = extension;
    }

    /// <inheritdoc/>
    public async ValueTask BeginAsync(ImageInfo info, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(info);
        if (_info is not null)
            throw new InvalidOperationException("The image has begun already.");
        info.Validate();
        if (info.FrameCount > 1)
            throw new NotSupportedException($"The Netpbm writer has one frame a file; the image has {info.FrameCount}.");
        if (info.Format.Alpha == AlphaKind.Premultiplied)
            throw new NotSupportedException("Netpbm has straight alpha only; the image's colours are multiplied by its alpha.");
        _header = new(ChooseVariant(info), info.Width, info.Height, info.Format.Channels, info.WhiteLevel);
        if (_header.RowBytes > Array.MaxLength)
            throw new NotSupportedException($"A row of {info.Width} pixels is too long for the Netpbm writer.");
        _info = info;
        _rowsLeft = info.Height;
        _row = GC.AllocateUninitializedArray<byte>((int)_header.RowBytes);
        await _stream.WriteAsync(Encoding.UTF8.GetBytes(HeaderText(_header, info)), cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask BeginFrameAsync(FrameInfo frame, CancellationToken cancellationToken = default) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public async ValueTask WriteRowsAsync(PlanarBuffer rows, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ImageInfo info = Begun();
        RowArguments.Check(rows, info, _rowsLeft);
        for (int y = 0; y < rows.Height; y++)
        {
            Pack(rows, y);
            await _stream.WriteAsync(_row, cancellationToken).ConfigureAwait(false);
        }

        _rowsLeft -= rows.Height;
    }

    /// <inheritdoc/>
    public async ValueTask CompleteAsync(ImageMetadata trailer, CancellationToken cancellationToken = default)
    {
        Begun();
        if (_rowsLeft > 0)
            throw new InvalidOperationException($"{_rowsLeft} rows are missing.");
        await _stream.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private int ChooseVariant(ImageInfo info)
    {
        SampleFormat format = info.Format;
        int? pnm = (format.Channels, format.Alpha) switch
        {
            (1, AlphaKind.None) => info.Format.BitDepth == 1 ? 4 : 5,
            (3, AlphaKind.None) => 6,
            _ => null,
        };
        int? variant = _extension switch
        {
            "" => pnm ?? 7,
            ".pam" => 7,
            ".pnm" => pnm,
            ".pbm" => pnm == 4 ? 4 : null,
            ".pgm" => pnm is 4 or 5 ? 5 : null,
            ".ppm" => pnm == 6 ? 6 : null,
            _ => throw new NotSupportedException($"Netpbm files do not have the extension '{_extension}'."),
        };
        string alpha = format.Alpha == AlphaKind.None ? "" : " with alpha";
        return variant ?? throw new NotSupportedException(
            $"A {_extension} file holds {Capability(_extension)}; the image has {format.Channels} channels of {format.BitDepth} bits{alpha}. Use .pam.");
    }

    private static string Capability(string extension) => extension switch
    {
        ".pbm" => "one channel of 1 bit",
        ".pgm" => "one channel without alpha",
        ".ppm" => "three channels without alpha",
        _ => "one or three channels without alpha",
    };

    private static string HeaderText(NetpbmHeader header, ImageInfo info)
    {
        string comments = CommentText.Encode(info.Metadata);
        if (header.Variant != 7)
        {
            string max = header.IsBitmap ? "" : header.MaxValue.ToString(CultureInfo.InvariantCulture) + "\n";
            return string.Create(CultureInfo.InvariantCulture, $"P{header.Variant}\n{comments}{header.Width} {header.Height}\n{max}");
        }

        string? type = TupleTypes.For(info.Format, header.MaxValue);
        if (info.Metadata.Find(TupleTypes.BlockKind) is { } kept && TupleTypes.MayBeKept(kept.Data.Span))
            type = Encoding.Latin1.GetString(kept.Data.Span);
        string typeLine = type is null ? "" : $"TUPLTYPE {type}\n";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"P7\n{comments}WIDTH {header.Width}\nHEIGHT {header.Height}\nDEPTH {header.Channels}\nMAXVAL {header.MaxValue}\n{typeLine}ENDHDR\n");
    }

    private ImageInfo Begun() => _info ?? throw new InvalidOperationException("The image has not begun.");

    private void Pack(PlanarBuffer rows, int y)
    {
        NetpbmHeader header = _header!;
        for (int channel = 0; channel < rows.Channels; channel++)
        {
            ReadOnlySpan<ushort> samples = rows.Row(channel, y);
            if (samples.IndexOfAnyExceptInRange((ushort)0, (ushort)header.MaxValue) is >= 0 and var x)
                throw new NotSupportedException($"Netpbm cannot hold the sample {samples[x]}, which is above the white level {header.MaxValue}.");
            if (rows.Channels == 1)
                SampleLayout.Pack(samples, _row, header.StoredBits);
            else
                SampleLayout.Interleave(samples, _row, header.StoredBits, channel, rows.Channels);
        }

        if (!header.IsBitmap)
            return;

        // 1 is black; the bits that fill the last byte stay 0.
        foreach (ref byte bits in _row.AsSpan())
            bits = (byte)~bits;
        if (rows.Width % 8 is > 0 and var used)
            _row[^1] &= (byte)(0xFF00 >> used);
    }
}
