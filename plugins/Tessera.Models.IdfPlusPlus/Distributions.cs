using Tessera.Exact;

namespace Tessera.Models.IdfPlusPlus;

/// <summary>Turns what a graph says of a part into locations and scale levels.</summary>
internal static class Distributions
{
    /// <param name="distribution">Locations, scale levels and, if there are any, corrections.</param>
    /// <param name="locations">Takes the locations, with their corrections.</param>
    /// <param name="levels">Takes the scale levels.</param>
    public static void Read(ReadOnlySpan<ExactTensor> distribution, Span<int> locations, Span<byte> levels)
    {
        ReadOnlySpan<short> from = distribution[0].Values, scales = distribution[1].Values;
        for (int i = 0; i < locations.Length; i++)
        {
            locations[i] = from[i];
            levels[i] = (byte)scales[i];
        }

        if (distribution.Length > 2)
            ScaleCorrection.Add(distribution[2].Values, levels, locations);
    }
}
