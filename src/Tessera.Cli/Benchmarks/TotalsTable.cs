using System.Globalization;
using Spectre.Console;
using Tessera.Cli.Benchmarks.Results;

namespace Tessera.Cli.Benchmarks;

/// <summary>What <c>tessera bench</c> says to a person.</summary>
internal static class TotalsTable
{
    private static readonly Style Good = new(Color.Green), Bad = new(Color.Red), Weak = new(Color.Grey);

    public static void Write(IAnsiConsole console, BenchReport report)
    {
        MachineReport machine = report.Machine;
        console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{report.Pictures.Length} picture(s), {report.Pictures.Sum(p => p.Pixels) / 1e6:F1} megapixels; {machine.Processor}, {machine.Cores} core(s), {machine.System}"));
        if (machine.IsBusy)
            console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"The machine was busy (load {machine.Load:F1} on {machine.Cores} cores): times by the clock are too long."), Bad);
        console.Write(Totals(report));
        console.WriteLine($"bits: per subpixel. size: {report.Reference.Label} is 100. best: on how many pictures no file is smaller.", Weak);
        console.WriteLine("MP/s: megapixels per second by the clock, with the program's start. CPU: processor seconds for a megapixel.", Weak);
        WriteNotes(console, report);
    }

    private static Table Totals(BenchReport report)
    {
        var table = new Table().Border(TableBorder.Simple);
        table.AddColumn(Column("codec"));
        foreach (string title in (string[])["bytes", "bits", "size %", "best", "enc MP/s", "CPU", "MB", "dec MP/s", "CPU", "MB"])
            table.AddColumn(Column(title).RightAligned());
        table.AddColumn(Column("lossless"));
        double? reference = report.TotalsOf(report.Reference).BitsPerSubpixel;
        foreach (CodecTotals totals in report.Totals)
        {
            CodecReport codec = report.Codec(totals.Codec);
            string size = totals.IsComplete && reference > 0 ? Number(100 * totals.BitsPerSubpixel / reference, "F1") : "";
            Text[] cells =
            [
                new(codec.Label, codec.IsTessera ? new Style(decoration: Decoration.Bold) : Style.Plain),
                new(totals.Lossless == 0 ? "" : totals.Bytes.ToString("N0", CultureInfo.InvariantCulture)),
                new(Number(totals.BitsPerSubpixel, "F3")),
                new(size),
                new(totals.Smallest.ToString(CultureInfo.InvariantCulture)),
                .. Cells(totals.Encode),
                .. Cells(totals.Decode),
                new(Lossless(totals, report.Pictures.Length), totals.IsComplete ? Good : Bad),
            ];
            table.AddRow(cells);
        }

        return table;
    }

    private static TableColumn Column(string title) => new TableColumn(title).NoWrap().Padding(0, 0, 1, 0);

    private static IEnumerable<Text> Cells(Cost? cost) =>
    [
        new(Number(cost?.MegapixelsPerSecond, "F2")),
        new(Number(cost?.ProcessorSeconds / (cost?.MegapixelsPerSecond * cost?.WallSeconds), "F2")),
        new(Number(cost?.PeakBytes / 1e6, "F0")),
    ];

    private static string Lossless(CodecTotals totals, int pictures)
    {
        string[] rest =
        [
            .. totals.Lossy > 0 ? [$"{totals.Lossy} NOT LOSSLESS"] : (string[])[],
            .. totals.Failed > 0 ? [$"{totals.Failed} failed"] : (string[])[],
            .. totals.Unsupported > 0 ? [$"{totals.Unsupported} not taken"] : (string[])[],
        ];
        return string.Join(", ", rest.Prepend($"{totals.Lossless} of {pictures}"));
    }

    private static void WriteNotes(IAnsiConsole console, BenchReport report)
    {
        foreach (CodecReport codec in report.Codecs.Where(c => c.State == CodecState.Absent))
            console.WriteLine($"{codec.Label}: not there; {codec.Missing} is not on the PATH.", Weak);
        foreach (CodecReport codec in report.Codecs.Where(c => c.State == CodecState.LeftOut))
            console.WriteLine($"{codec.Label}: left out; --codec {codec.Name} asks for it.", Weak);
        foreach (PictureReport picture in report.Pictures)
        {
            foreach (Measurement result in picture.Results.Where(r => r.Outcome is Outcome.Lossy or Outcome.Failed))
            {
                string verdict = result.Outcome == Outcome.Lossy ? "not lossless" : "failed";
                console.WriteLine($"{report.Codec(result.Codec).Label} {verdict} on {picture.Name}: {result.Message}", Bad);
            }
        }
    }

    private static string Number(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture) ?? "";
}
