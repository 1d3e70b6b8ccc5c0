namespace Tessera.Cli.Maps;

/// <summary>What the colours of a map stand for.</summary>
[Flags]
internal enum MapContent
{
    /// <summary>Tiles are tinted by their bits per subpixel.</summary>
    Bits = 1,

    /// <summary>Tiles are framed by the colour of the model that coded them, or tinted by it where there is no other tint.</summary>
    Model = 2,

    /// <summary>Both.</summary>
    Both = Bits | Model,
}

/// <summary>What map to make.</summary>
/// <param name="Path">The file to write.</param>
/// <param name="Content">What its colours stand for.</param>
/// <param name="Size">The most pixels on its long side.</param>
/// <param name="Frame">The frame, from 0.</param>
/// <param name="Overwrite">Whether a file that exists is replaced.</param>
internal sealed record MapOptions(string Path, MapContent Content, int Size, int Frame, bool Overwrite);
