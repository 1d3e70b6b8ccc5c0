using System.Globalization;
using Tessera.Cli.Display;

namespace Tessera.Cli.Converting;

/// <summary>A line for each file that failed, and a summary; in a dry run a line for each file that would be converted.</summary>
internal sealed class TextReport(Terminal terminal) : IConversionReport
{
    /// <inheritdoc/>
    public void Show(ConversionOutcome outcome)
    {
        if (outcome is { Status: ConversionStatus.Failed, Failure: { } failure })
            terminal.ShowMessage(failure.ToLine(outcome.Job.Input));
        if (outcome.File is { Note.Length: > 0 } file)
            terminal.ShowMessage($"tessera: {outcome.Job.Input}: {file.Note}");
        if (outcome.Status == ConversionStatus.Planned)
            terminal.Output.WriteLine($"{outcome.Job.Input} -> {outcome.Job.Output}");
    }

    /// <inheritdoc/>
    public void Show(ConversionTotals totals, TimeSpan elapsed)
    {
        terminal.Output.WriteLine(totals.Planned > 0
            ? $"{totals.Planned} of {totals.Files} files would be converted, {SizeText.Bytes(totals.InputBytes)}."
            : $"{totals.Converted} of {totals.Files} files converted{Sizes(totals)}, in {Time(elapsed)}.");
        if (totals.Skipped > 0)
            terminal.Output.WriteLine($"{totals.Skipped} passed over, done before.");
        if (totals.Failed > 0)
            terminal.Output.WriteLine($"{totals.Failed} failed.");
        if (totals.NotDone > 0)
            terminal.Output.WriteLine($"{totals.NotDone} not done, cancelled; --resume goes on.");
    }

    private static string Sizes(ConversionTotals totals) => totals.InputBytes == 0
        ? ""
        : string.Create(
            CultureInfo.InvariantCulture,
            $": {SizeText.Bytes(totals.InputBytes)} -> {SizeText.Bytes(totals.OutputBytes)} ({SizeText.Percent(totals.OutputBytes, totals.InputBytes)}), {totals.Pixels / 1e6:F1} megapixels");

    private static string Time(TimeSpan elapsed) => elapsed.TotalMinutes < 1
        ? string.Create(CultureInfo.InvariantCulture, $"{elapsed.TotalSeconds:F1} s")
        : elapsed.ToString(elapsed.TotalHours < 1 ? @"m\:ss" : @"d\.hh\:mm\:ss", CultureInfo.InvariantCulture);
}
