namespace Tessera.Formats;

/// <summary>Brings samples from one range to another: a sample v of 0 to w becomes vm / w, rounded half up, of 0 to m.</summary>
internal static class SampleScale
{
    /// <summary>Scales one sample. Where m is at least w, no two become the same, and scaling back gives each again.</summary>
    /// <param name="sample">The sample, 0 to <paramref name="white"/>.</param>
    /// <param name="white">The sample of full intensity, 1 to 65535.</param>
    /// <param name="largest">What full intensity becomes, 1 to 65535.</param>
    public static ushort Scale(int sample, int white, int largest) => (ushort)(((2L * sample * largest) + white) / (2 * white));

    /// <summary>What each sample from 0 to <paramref name="white"/> becomes.</summary>
    /// <param name="white">The sample of full intensity, 1 to 65535.</param>
    /// <param name="largest">What full intensity becomes, 1 to 65535.</param>
    public static ushort[] Table(int white, int largest)
    {
        var scaled = new ushort[white + 1];
        for (int v = 0; v < scaled.Length; v++)
            scaled[v] = Scale(v, white, largest);
        return scaled;
    }
}
