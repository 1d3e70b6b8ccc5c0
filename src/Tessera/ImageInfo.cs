namespace Tessera;

/// <summary>Everything about an image but its samples.</summary>
/// <param name="Width">Width in pixels, at least 1.</param>
/// <param name="Height">Height in pixels, at least 1.</param>
/// <param name="Format">What a pixel is made of.</param>
public sealed record ImageInfo(int Width, int Height, SampleFormat Format)
{
    private readonly int _whiteLevel;

    /// <summary>
    /// The sample value of full intensity, 1 to <see cref="SampleFormat.MaxSample"/>, which is the default. A PGM file with the
    /// maximum 100 has 7 bits and a white level of 100. It is a hint for display: samples above it are kept.
    /// </summary>
    public int WhiteLevel
    {
        get => _whiteLevel == 0 ? Format.MaxSample : _whiteLevel;
        init => _whiteLevel = value;
    }

    /// <summary>Frames, at least 1. All have the same size and format.</summary>
    public int FrameCount { get; init; } = 1;

    /// <summary>Profiles and texts that are known before the first sample.</summary>
    public ImageMetadata Metadata { get; init; } = ImageMetadata.Empty;

    /// <summary>Pixels of all frames together.</summary>
    public long PixelCount => checked((long)Width * Height * FrameCount);

    /// <summary>Compares all fields. A white level that is set to its default equals one that is not set.</summary>
    /// <param name="other">The other information.</param>
    /// <returns>Whether both are equal.</returns>
    public bool Equals(ImageInfo? other) =>
        other is not null && (Width, Height, Format, WhiteLevel, FrameCount) == (other.Width, other.Height, other.Format, other.WhiteLevel, other.FrameCount)
        && Metadata == other.Metadata;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Width, Height, Format, FrameCount);

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentException">A value is out of range.</exception>
    public void Validate()
    {
        if (Width < 1 || Height < 1)
            throw new ArgumentException($"An image has at least one pixel a side, not {Width} x {Height}.");
        if (FrameCount < 1)
            throw new ArgumentException($"An image has at least one frame, not {FrameCount}.");
        Format.Validate();
        if (WhiteLevel < 1 || WhiteLevel > Format.MaxSample)
            throw new ArgumentException($"The white level of {Format.BitDepth}-bit samples is 1 to {Format.MaxSample}, not {WhiteLevel}.");
    }
}
