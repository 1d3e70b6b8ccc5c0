using System.Runtime.CompilerServices;

namespace Tessera.Models.Classic;

/// <summary>Reversible color transforms of RGB samples, all by lifting steps.</summary>
internal enum ColorTransform
{
    /// <summary>Planes R, G, B in the order G, R, B.</summary>
    None = 0,

    /// <summary>G, R - G, B - G.</summary>
    SubtractGreen = 1,

    /// <summary>YCoCg-R (Malvar and Sullivan, JVT-I014, 2003), with Cg before Co.</summary>
    YCoCg = 2,

    /// <summary>G, R - G, B - (R + G) / 2.</summary>
    GreenRed = 3,
}

/// <summary>Applies color transforms.</summary>
internal static class ColorTransforms
{
    public const int Count = 4;

    /// <summary>The range of a plane of a transform of samples from 0 to <paramref name="high"/>.</summary>
    public static SampleRange PlaneRange(this ColorTransform transform, int plane, int high) =>
        plane == 0 || transform == ColorTransform.None ? new(0, high) : new(-high, high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (int First, int Second, int Third) Forward(this ColorTransform transform, int r, int g, int b)
    {
        switch (transform)
        {
            case ColorTransform.SubtractGreen:
                return (g, r - g, b - g);
            case ColorTransform.YCoCg:
                int co = r - b;
                int t = b + (co >> 1);
                int cg = g - t;
                return (t + (cg >> 1), cg, co);
            case ColorTransform.GreenRed:
                return (g, r - g, b - ((r + g) >> 1));
            default:
                return (g, r, b);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (int R, int G, int B) Inverse(this ColorTransform transform, int first, int second, int third)
    {
        switch (transform)
        {
            case ColorTransform.SubtractGreen:
                return (second + first, first, third + first);
            case ColorTransform.YCoCg:
                int t = first - (second >> 1);
                int g = second + t;
                int b = t - (third >> 1);
                return (b + third, g, b);
            case ColorTransform.GreenRed:
                int red = second + first;
                return (red, first, third + ((red + first) >> 1));
            default:
                return (second, first, third);
        }
    }
}
