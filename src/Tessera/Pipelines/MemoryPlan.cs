namespace Tessera;

/// <summary>How much a pipeline holds at once.</summary>
internal static class MemoryPlan
{
    /// <summary>
    /// The most bytes of samples that an encoder puts into one band unless the caller sets the tiling: what a decoder must hold.
    /// Part of what makes files, so that it depends on nothing but the image.
    /// </summary>
    public const long MaxBandBytes = 32L << 20;

    /// <summary>Tiles are not made smaller than this to save memory.</summary>
    private const int SmallestTile = 64;

    /// <summary>What the bands in flight should take together.</summary>
    private const long WindowBytes = 128L << 20;

    /// <summary>How many bands may be in flight: enough to keep all workers busy while one is read and one is written.</summary>
    /// <param name="bandBytes">The size of a band's samples.</param>
    /// <param name="workers">Threads that code.</param>
    public static int BandsInFlight(long bandBytes, int workers) => (int)Math.Clamp(WindowBytes / bandBytes, 2, (long)workers + 2);

    /// <summary>Threads to code with.</summary>
    /// <param name="maxDegreeOfParallelism">What the caller allows; 0 for as many as there are processors.</param>
    /// <param name="tiles">Tiles of the image: more threads than that have nothing to do.</param>
    public static int Workers(int maxDegreeOfParallelism, long tiles) =>
        (int)Math.Min(maxDegreeOfParallelism == 0 ? Environment.ProcessorCount : maxDegreeOfParallelism, tiles);

    /// <summary>Makes a tiling small enough that a band does not exceed <see cref="MaxBandBytes"/>: fewer rows first, then smaller tiles.</summary>
    /// <param name="wish">What the model asks for.</param>
    /// <param name="image">The image.</param>
    public static Tiling Fit(Tiling wish, ImageInfo image)
    {
        int tileSize = wish.TileSize, bandRows = wish.BandRows;
        while (BandBytes() > MaxBandBytes && (bandRows > 1 || tileSize > SmallestTile))
        {
            if (bandRows > 1)
                bandRows = (bandRows + 1) / 2;
            else
                tileSize = Math.Max(tileSize / 2, SmallestTile);
        }

        return new(tileSize, bandRows);

        long BandBytes() => PlanarBuffer.BytesOf(image.Width, (int)Math.Min((long)tileSize * bandRows, image.Height), image.Format.Channels);
    }
}
