namespace Tessera;

/// <summary>How the alpha channel, always the last one, is to be understood.</summary>
public enum AlphaKind
{
    /// <summary>There is no alpha channel.</summary>
    None = 0,

    /// <summary>Straight (unassociated) alpha: colours are not multiplied.</summary>
    Straight = 1,

    /// <summary>Premultiplied (associated) alpha: colours are multiplied by alpha.</summary>
    Premultiplied = 2,
}

/// <summary>What one pixel is made of.</summary>
/// <param name="Channels">Channels, 1 to 4: grey, grey and alpha, RGB, RGB and alpha; alpha counts.</param>
/// <param name="BitDepth">Bits per sample, 1 to 16.</param>
/// <param name="Alpha">Whether the last channel is alpha, and of which kind.</param>
public readonly record struct SampleFormat(int Channels, int BitDepth, AlphaKind Alpha = AlphaKind.None)
{
    /// <summary>The largest number of channels.</summary>
    public const int MaxChannels = 4;

    /// <summary>The largest number of bits per sample.</summary>
    public const int MaxBitDepth = 16;

    /// <summary>Channels that are not alpha.</summary>
    public int ColorChannels => Alpha == AlphaKind.None ? Channels : Channels - 1;

    /// <summary>The largest value that <see cref="BitDepth"/> bits can hold.</summary>
    public int MaxSample => (1 << BitDepth) - 1;

    /// <summary>Writes the format for people, as in "3 channels of 8 bits" or "4 channels of 16 bits with straight alpha".</summary>
    /// <returns>The text.</returns>
    public string Describe()
    {
        string alpha = Alpha switch
        {
            AlphaKind.None => "",
            AlphaKind.Straight => " with straight alpha",
            _ => " with premultiplied alpha",
        };
        return $"{Channels} {(Channels == 1 ? "channel" : "channels")} of {BitDepth} {(BitDepth == 1 ? "bit" : "bits")}{alpha}";
    }

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentException">A value is out of range, or alpha is the only channel.</exception>
    public void Validate()
    {
        if (Channels is < 1 or > MaxChannels)
            throw new ArgumentException($"An image has 1 to {MaxChannels} channels, not {Channels}.");
        if (BitDepth is < 1 or > MaxBitDepth)
            throw new ArgumentException($"A sample has 1 to {MaxBitDepth} bits, not {BitDepth}.");
        if (Alpha is < AlphaKind.None or > AlphaKind.Premultiplied)
            throw new ArgumentException($"There is no alpha kind {(int)Alpha}.");
        if (ColorChannels < 1)
            throw new ArgumentException("An image needs a channel besides alpha.");
    }
}
