using System.IO.Compression;
using System.Text;

namespace Tessera.Png;

/// <summary>The contents of tEXt, zTXt, iTXt and iCCP.</summary>
internal static class PngText
{
    /// <summary>The keyword under which iTXt holds XMP.</summary>
    public const string XmpKeyword = "XML:com.adobe.xmp";

    /// <summary>The most bytes of a keyword or a profile's name.</summary>
    public const int MaxKeyword = 79;

    // From this size on texts are worth compressing.
    private const int CompressFrom = 1024;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads a tEXt or zTXt chunk.</summary>
    /// <param name="content">The chunk's bytes.</param>
    /// <param name="compressed">Whether it is zTXt.</param>
    /// <param name="maxBytes">The most bytes that the text may have.</param>
    /// <returns>The text, or null if the content is not what the chunk should hold.</returns>
    public static TextEntry? ReadLatin1(ReadOnlyMemory<byte> content, bool compressed, long maxBytes)
    {
        if (!TrySplit(ref content, out ReadOnlyMemory<byte> keyword) || !IsKeyword(keyword.Span))
            return null;
        if (compressed)
        {
            if (content.IsEmpty || content.Span[0] != 0 || Inflate(content[1..], maxBytes) is not { } inflated)
                return null;
            content = inflated;
        }

        return content.Span.Contains((byte)0) ? null : new(Encoding.Latin1.GetString(keyword.Span), Encoding.Latin1.GetString(content.Span));
    }

    /// <summary>Reads an iTXt chunk.</summary>
    /// <param name="content">The chunk's bytes.</param>
    /// <param name="maxBytes">The most bytes that the text may have.</param>
    /// <returns>A text, or an XMP packet, or neither if the content is not what the chunk should hold.</returns>
    public static (TextEntry? Text, ReadOnlyMemory<byte>? Xmp) ReadInternational(ReadOnlyMemory<byte> content, long maxBytes)
    {
        if (!TrySplit(ref content, out ReadOnlyMemory<byte> keyword) || !IsKeyword(keyword.Span) || content.Length < 2)
            return default;
        (byte compressed, byte method) = (content.Span[0], content.Span[1]);
        content = content[2..];
        if (compressed > 1 || method != 0 || !TrySplit(ref content, out ReadOnlyMemory<byte> language)
            || !TrySplit(ref content, out ReadOnlyMemory<byte> translated))
        {
            return default;
        }

        if (compressed == 1)
        {
            if (Inflate(content, maxBytes) is not { } inflated)
                return default;
            content = inflated;
        }

        string key = Encoding.Latin1.GetString(keyword.Span);
        if (key == XmpKeyword && language.IsEmpty && translated.IsEmpty)
            return (null, content);
        try
        {
            return content.Span.Contains((byte)0)
                ? default
                : (new(key, StrictUtf8.GetString(content.Span), Encoding.Latin1.GetString(language.Span), StrictUtf8.GetString(translated.Span)), null);
        }
        catch (ArgumentException)
        {
            // Not UTF-8.
            return default;
        }
    }

    /// <summary>Reads an iCCP chunk.</summary>
    /// <param name="content">The chunk's bytes.</param>
    /// <param name="maxBytes">The most bytes that the profile may have.</param>
    /// <returns>The name's bytes and the profile, or null if the content is not what the chunk should hold.</returns>
    public static (ReadOnlyMemory<byte> Name, ReadOnlyMemory<byte> Profile)? ReadProfile(ReadOnlyMemory<byte> content, long maxBytes) =>
        TrySplit(ref content, out ReadOnlyMemory<byte> name) && IsKeyword(name.Span) && content.Length > 1 && content.Span[0] == 0
            && Inflate(content[1..], maxBytes) is { } profile
            ? (name, profile)
            : null;

    /// <summary>Writes a text as tEXt if it can be one, else as iTXt; long ones compressed.</summary>
    /// <exception cref="NotSupportedException">The keyword or a null in a text is more than PNG can hold.</exception>
    public static (PngChunkType Type, byte[] Content) Write(TextEntry text)
    {
        bool latin = text.Language.Length == 0 && text.TranslatedKeyword.Length == 0 && IsLatin1(text.Value) && text.Keyword != XmpKeyword;
        if (!IsLatin1(text.Keyword) || !IsKeyword(Encoding.Latin1.GetBytes(text.Keyword)))
        {
            throw new NotSupportedException(
                $"PNG cannot hold a text with the keyword '{text.Keyword}': a keyword has 1 to {MaxKeyword} printable Latin-1 characters "
                + "and no spaces at its ends or in a row.");
        }

        if ((text.Value + text.Language + text.TranslatedKeyword).Contains('\0', StringComparison.Ordinal) || !IsLatin1(text.Language))
            throw new NotSupportedException($"PNG cannot hold the text '{text.Keyword}': it has a null character, or a language that is not Latin-1.");
        if (!latin)
            return WriteInternational(text);

        byte[] value = Encoding.Latin1.GetBytes(text.Value);
        byte[] keyword = [.. Encoding.Latin1.GetBytes(text.Keyword), 0];
        return value.Length < CompressFrom ? (PngChunkType.Text, [.. keyword, .. value]) : (PngChunkType.CompressedText, [.. keyword, 0, .. Deflate(value)]);
    }

    /// <summary>Writes an XMP packet as iTXt, uncompressed as its specification asks.</summary>
    public static byte[] WriteXmp(ReadOnlySpan<byte> packet) => [.. Encoding.Latin1.GetBytes(XmpKeyword), 0, 0, 0, 0, 0, .. packet];

    /// <summary>Writes an iCCP chunk.</summary>
    public static byte[] WriteProfile(ReadOnlySpan<byte> name, ReadOnlySpan<byte> profile) => [.. name, 0, 0, .. Deflate(profile)];

    /// <summary>Whether bytes may be a keyword or a profile's name: printable Latin-1, no spaces at the ends or in a row.</summary>
    public static bool IsKeyword(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length is 0 or > MaxKeyword || bytes[0] == ' ' || bytes[^1] == ' ' || bytes.IndexOf("  "u8) >= 0)
            return false;
        foreach (byte b in bytes)
        {
            if (b is < 32 or (> 126 and < 161))
                return false;
        }

        return true;
    }

    private static bool IsLatin1(string text) => text.All(c => c <= 0xFF);

    private static (PngChunkType Type, byte[] Content) WriteInternational(TextEntry text)
    {
        byte[] language = Encoding.Latin1.GetBytes(text.Language), translated, value;
        try
        {
            (translated, value) = (StrictUtf8.GetBytes(text.TranslatedKeyword), StrictUtf8.GetBytes(text.Value));
        }
        catch (ArgumentException e)
        {
            throw new NotSupportedException($"PNG cannot hold the text '{text.Keyword}': it has half a surrogate pair.", e);
        }

        bool compress = value.Length >= CompressFrom;
        return (PngChunkType.InternationalText,
        [
            .. Encoding.Latin1.GetBytes(text.Keyword), 0, compress ? (byte)1 : (byte)0, 0, .. language, 0, .. translated, 0,
            .. compress ? Deflate(value) : value,
        ]);
    }

    /// <summary>Takes what stands before the next null.</summary>
    private static bool TrySplit(ref ReadOnlyMemory<byte> content, out ReadOnlyMemory<byte> part)
    {
        int end = content.Span.IndexOf((byte)0);
        part = end < 0 ? default : content[..end];
        if (end < 0)
            return false;
        content = content[(end + 1)..];
        return true;
    }

    private static byte[] Deflate(ReadOnlySpan<byte> data)
    {
        using var target = new MemoryStream();
        using (var deflater = new ZLibStream(target, CompressionLevel.Optimal, leaveOpen: true))
            deflater.Write(data);
        return target.ToArray();
    }

    /// <summary>Inflates a zlib stream.</summary>
    /// <returns>Its content, or null if it is damaged or truncated.</returns>
    /// <exception cref="TesseraFormatException">There is more than the limit allows.</exception>
    private static byte[]? Inflate(ReadOnlyMemory<byte> data, long maxBytes)
    {
        if (data.Length < 6 || (data.Span[0] & 15) != 8 || (data.Span[1] & 0x20) != 0)
            return null;
        try
        {
            using var source = new ForwardStream(data);
            using var inflater = new ZLibStream(source, CompressionMode.Decompress);
            using var target = new MemoryStream();
            var block = new byte[8192];
            int read;
            while ((read = inflater.Read(block)) > 0)
            {
                if (target.Length + read > maxBytes)
                    throw new TesseraFormatException($"The image's metadata exceeds the limit: more than {maxBytes} bytes are left to inflate.");
                target.Write(block, 0, read);
            }

            return source.Exhausted ? null : target.ToArray();
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    /// <summary>Bytes in memory, and whether somebody asked for more than there are: an inflater does when a stream is truncated.</summary>
    private sealed class ForwardStream : ReadOnlyStream
    {
        private ReadOnlyMemory<byte> _data;

        public ForwardStream(ReadOnlyMemory<byte> data) => _data = data;

        public bool Exhausted { get; private set; }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            int count = Math.Min(buffer.Length, _data.Length);
            Exhausted |= count == 0;
            _data.Span[..count].CopyTo(buffer);
            _data = _data[count..];
            return count;
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.FromResult(Read(buffer.Span));
    }
}
