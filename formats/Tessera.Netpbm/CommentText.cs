using System.Text;

namespace Tessera.Netpbm;

/// <summary>A header's comments as a text.</summary>
internal static class CommentText
{
    /// <summary>The keyword under which a comment is kept.</summary>
    public const string Keyword = "Comment";

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>What follows a '#', without the space that usually does: UTF-8, or Latin-1 where it is not.</summary>
    public static string Decode(ReadOnlySpan<byte> line)
    {
        if (line.StartsWith(" "u8))
            line = line[1..];
        try
        {
            return StrictUtf8.GetString(line);
        }
        catch (DecoderFallbackException)
        {
            return Encoding.Latin1.GetString(line);
        }
    }

    /// <summary>The comment lines of a header, each with its line end.</summary>
    public static string Encode(ImageMetadata metadata)
    {
        var text = new StringBuilder();
        foreach (TextEntry entry in metadata.Texts.Where(t => t.Keyword == Keyword))
        {
            foreach (string line in entry.Value.ReplaceLineEndings("\n").Split('\n'))
                text.Append("# ").Append(line).Append('\n');
        }

        return text.ToString();
    }
}
