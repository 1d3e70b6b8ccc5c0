using Tessera.Entropy;

namespace Tessera.Benchmarks;

/// <summary>Values as an image model gives them: 8-bit residuals whose scales range from 1/4 to 8.</summary>
internal sealed class TestData
{
    public const int Count = 1 << 18;

    public TestData()
    {
        var random = new Random(1);
        for (int i = 0; i < Count; i++)
        {
            Levels[i] = (byte)random.Next(16, 56);
            Locations[i] = random.Next(50 * 64, 200 * 64);
            double u = random.NextDouble(), scale = Math.Pow(2, (Levels[i] / 8.0) - 4);
            Values[i] = (int)Math.Clamp(Math.Round((Locations[i] / 64.0) + (scale * Math.Log((u + 1e-9) / (1 - u + 1e-9)))), 0, 255);
            TablePlacement placement = ScaleTables.Logistic.Place(Locations[i], Levels[i]);
            Indices[i] = (ushort)placement.Table;
            Symbols[i] = (ushort)Math.Clamp(Values[i] - placement.Origin, 0, ScaleTables.Logistic.Tables.SymbolCount(placement.Table) - 1);
        }
    }

    public int[] Values { get; } = new int[Count];

    public int[] Locations { get; } = new int[Count];

    public byte[] Levels { get; } = new byte[Count];

    public ushort[] Indices { get; } = new ushort[Count];

    public ushort[] Symbols { get; } = new ushort[Count];
}
