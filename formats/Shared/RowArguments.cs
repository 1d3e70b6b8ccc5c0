namespace Tessera.Formats;

/// <summary>What every source and sink checks of the rows that it is given.</summary>
internal static class RowArguments
{
    /// <summary>Refuses rows that are not of the image.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="info">The image.</param>
    /// <param name="rowsLeft">How many rows have not been read or written yet.</param>
    /// <exception cref="ArgumentException">The rows have another width or other channels, or are more than are left.</exception>
    public static void Check(PlanarBuffer rows, ImageInfo info, int rowsLeft)
    {
        if (rows.Width != info.Width || rows.Channels != info.Format.Channels)
            throw new ArgumentException("The rows do not have the image's width and channels.", nameof(rows));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rows.Height, rowsLeft, nameof(rows));
    }
}
