namespace Tessera.Container;

/// <summary>The version of the container format that a file is written in.</summary>
/// <param name="Major">Counts up when older readers cannot read the file; they refuse it.</param>
/// <param name="Minor">Counts up when older readers can, by ignoring what they do not know.</param>
public readonly record struct FormatVersion(byte Major, byte Minor)
{
    /// <summary>The version that this library writes.</summary>
    public static FormatVersion Current { get; } = new(1, 0);

    /// <summary>Writes the version as in "1.0".</summary>
    /// <returns>The text.</returns>
    public override string ToString() => $"{Major}.{Minor}";
}
