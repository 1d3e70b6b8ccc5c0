namespace Tessera.Cli.Maps;

/// <summary>A colour of 8 bits a channel, in sRGB.</summary>
internal readonly record struct Rgb(byte R, byte G, byte B)
{
    /// <summary>A grey.</summary>
    public static Rgb Grey(int level) => new((byte)level, (byte)level, (byte)level);

    /// <summary>Reads a colour as in 0x440154.</summary>
    public static Rgb Of(int hex) => new((byte)(hex >> 16), (byte)(hex >> 8), (byte)hex);

    /// <summary>A colour on the way to another one.</summary>
    /// <param name="other">The other colour.</param>
    /// <param name="share">How far, from 0 to 1.</param>
    public Rgb Towards(Rgb other, double share) => new(Between(R, other.R, share), Between(G, other.G, share), Between(B, other.B, share));

    private static byte Between(byte a, byte b, double share) => (byte)Math.Round(a + ((b - a) * share));
}
