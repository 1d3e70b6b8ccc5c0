using Spectre.Console;

namespace Tessera.Cli.Display;

/// <summary>What <c>tessera info</c> says of a file to a person.</summary>
internal static class InfoText
{
    public static void Write(IAnsiConsole console, string name, FileReport report)
    {
        ImageInfo info = report.Info;
        TileGrid grid = report.Grid;
        console.WriteLine(name, new Style(decoration: Decoration.Bold));
        Line(console, "image", $"{SizeText.Pixels(info)}, {FormatText.Describe(info)}");
        Line(console, "file", $"{SizeText.Bytes(report.ByteCount)}, {report.BitsPerSubpixel:F3} bits per subpixel, format {report.Header.Version}");
        Line(console, "tiles", $"{grid.Columns} x {grid.Rows} of {grid.TileSize} x {grid.TileSize} pixels, {grid.BandRows} row(s) in a band, {report.Segments.Length} segment(s)");
        foreach ((ModelUsage usage, int index) in ModelUse.Count(report).Select((u, i) => (u, i)))
            Line(console, index == 0 ? "models" : "", $"{index}: {usage.Model}, {usage.Tiles} tile(s)");
        if (SupplyTotals.Of(report) is { } supply)
            Line(console, "supply", Describe(supply, report));
        if (RepairRecord.Read(report.Header, info.Metadata) is { IsEmpty: false } lost)
            Line(console, "lost", DamageText.DescribeLost(report.Header, lost));
        WriteMetadata(console, info.Metadata);
        foreach (DamagedBytes damage in report.DamagedBytes)
            Line(console, "damaged", $"{DamageText.Where(damage)}: {damage.Reason}");

        var map = HeatMap.Measure(report, console.Profile.Width);
        Label(console, "heat map");
        console.Write($"{map.Lowest:F3} ");
        HeatMap.WriteScale(console);
        console.WriteLine($" {map.Highest:F3} bits per subpixel of the tiles{(info.FrameCount == 1 ? "" : " of the first frame")}");
        map.Write(console);
    }

    private static string Describe(SupplyTotals supply, FileReport report)
    {
        string use = supply.Bytes > 0 ? $"; {supply.UsedBytes:N0} of {SizeText.Bytes(supply.Bytes)} used" : "";
        return $"{supply.StarterTiles} starter tile(s) in {supply.Segments} of {report.Segments.Length} segment(s), {supply.WastedBits} bit(s) wasted in final states{use}";
    }

    private static void WriteMetadata(IAnsiConsole console, ImageMetadata metadata)
    {
        IEnumerable<string> lines = metadata.Blocks.Select(b => $"{b.Kind}, {SizeText.Bytes(b.Data.Length)}")
            .Concat(metadata.Texts.Select(t => $"text {Quoted(t.Keyword)}: {Quoted(t.Value)}"));
        foreach ((string line, int index) in lines.DefaultIfEmpty("none").Select((l, i) => (l, i)))
            Line(console, index == 0 ? "metadata" : "", line);
    }

    private static void Line(IAnsiConsole console, string label, string text)
    {
        Label(console, label);
        console.WriteLine(text);
    }

    private static void Label(IAnsiConsole console, string label) => console.Write($"  {label,-10}", new Style(Color.Grey));

    /// <summary>A text from a file must not send control codes to the terminal, nor fill it.</summary>
    private static string Quoted(string text)
    {
        const int Longest = 60;
        string start = text.Length <= Longest ? text : text[..Longest] + "...";
        return "\"" + string.Concat(start.Select(c => char.IsControl(c) ? ' ' : c)) + "\"";
    }
}
