namespace Tessera.Models.EfficientVdvae;

/// <summary>What the colours of a pixel can be: integers around 0, of 8 bits, or of 9 if they are differences.</summary>
/// <param name="IsTransformed">Whether the second and the third are differences.</param>
internal readonly record struct PixelAlphabet(bool IsTransformed)
{
    public int Minimum(int color) => color > 0 && IsTransformed ? -255 : -128;

    public int Maximum(int color) => color > 0 && IsTransformed ? 255 : 127;
}
