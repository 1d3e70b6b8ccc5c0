using Tessera.Formats;

namespace Tessera.Png;

/// <summary>
/// Brings samples with a white level w to the largest sample m of a PNG depth: v becomes vm / w, rounded half up. As m is at least w,
/// no two become the same.
/// </summary>
internal sealed class SampleScaler
{
    private readonly ushort[] _scaled;

    private SampleScaler(int whiteLevel, int bitDepth) => _scaled = SampleScale.Table(whiteLevel, (1 << bitDepth) - 1);

    /// <summary>The depth in which PNG stores an image, and how its samples get there; null where they stay as they are.</summary>
    public static (int BitDepth, SampleScaler? Scaler) For(ImageInfo image)
    {
        int depth = image.Format.BitDepth;
        bool stored = depth is 8 or 16 || (depth is 1 or 2 or 4 && image.Format.Channels == 1);
        if (stored && image.WhiteLevel == image.Format.MaxSample)
            return (depth, null);
        int target = depth <= 8 ? 8 : 16;
        return (target, new(image.WhiteLevel, target));
    }

    /// <summary>Scales samples in place.</summary>
    /// <exception cref="NotSupportedException">A sample exceeds the white level, which PNG cannot express.</exception>
    public void Apply(Span<ushort> samples)
    {
        foreach (ref ushort sample in samples)
        {
            if (sample >= _scaled.Length)
                throw new NotSupportedException($"PNG cannot hold the sample {sample}, which is above the white level {_scaled.Length - 1}.");
            sample = _scaled[sample];
        }
    }
}
