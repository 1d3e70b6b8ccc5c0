namespace Tessera.Png;

/// <summary>
/// The kinds of <see cref="MetadataBlock"/> that PNG adds to <see cref="MetadataKinds"/>. Every other chunk that stays true when the
/// samples are encoded anew has its own kind, "png:" and its four letters, such as "png:gAMA", and its content as data.
/// </summary>
internal static class PngMetadataKinds
{
    /// <summary>The name of the ICC profile that follows, in Latin-1, where it is not the usual one.</summary>
    public const string ProfileName = "png:iCCP-name";

    private const string Prefix = "png:";

    /// <summary>The name that an ICC profile has where none is kept.</summary>
    public static ReadOnlySpan<byte> DefaultProfileName => "ICC Profile"u8;

    /// <summary>The kind of a chunk that is kept byte for byte.</summary>
    public static string Of(PngChunkType type) => Prefix + type;

    /// <summary>The chunk that a block was, if it was one that may be written back.</summary>
    public static bool TryParse(string kind, out PngChunkType type)
    {
        type = default;
        if (kind.Length != Prefix.Length + 4 || !kind.StartsWith(Prefix, StringComparison.Ordinal) || !kind.AsSpan(Prefix.Length).ContainsOnlyLetters())
            return false;
        type = PngChunkType.Parse(kind[Prefix.Length..]);
        return type.IsValid && !type.IsCritical && (type.IsIndependentOfSamples || type == PngChunkType.Profile);
    }

    private static bool ContainsOnlyLetters(this ReadOnlySpan<char> text)
    {
        foreach (char c in text)
        {
            if (!char.IsAsciiLetter(c))
                return false;
        }

        return true;
    }
}
