namespace Tessera.Cli.Display;

/// <summary>How sizes are written.</summary>
internal static class SizeText
{
    public static string Bytes(long bytes) => bytes == 1 ? "1 byte" : $"{bytes:N0} bytes";

    public static string Megabytes(long bytes) => $"{bytes / 1e6:N1} MB";

    public static string Pixels(ImageInfo info)
    {
        string frames = info.FrameCount == 1 ? "" : $" x {info.FrameCount} frames";
        return $"{info.Width} x {info.Height}{frames}";
    }

    public static string Percent(long part, long whole) => $"{100.0 * part / whole:F1} %";
}
