namespace Tessera.Cli.Maps;

/// <summary>An image made small and grey.</summary>
/// <param name="Pixels">The greys, row by row.</param>
/// <param name="Width">Pixels in a row.</param>
/// <param name="Height">Rows.</param>
/// <param name="Factor">The side in the image of the square that one of its pixels is the mean of; fewer at the right and lower edge.</param>
internal sealed record GreyPicture(byte[] Pixels, int Width, int Height, int Factor);
