namespace Tessera.Cli.Viewing;

/// <summary>Pixels for display, row by row, the bytes of each pixel together.</summary>
/// <param name="Bytes">The pixels.</param>
/// <param name="Width">Pixels in a row.</param>
/// <param name="Height">Rows; none if nothing is known yet.</param>
internal sealed record PixelBlock(byte[] Bytes, int Width, int Height);
