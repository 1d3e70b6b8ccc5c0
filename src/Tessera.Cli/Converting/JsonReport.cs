using System.Text.Json;

namespace Tessera.Cli.Converting;

/// <summary>Lines of JSON on standard output: one for each file when it is done, and one for all at the end.</summary>
internal sealed class JsonReport(Terminal terminal) : IConversionReport
{
    /// <inheritdoc/>
    public void Show(ConversionOutcome outcome)
    {
        if (outcome is { Status: ConversionStatus.Failed, Failure: { } failure })
            terminal.ShowMessage(failure.ToLine(outcome.Job.Input));
        terminal.Output.WriteLine(JsonSerializer.Serialize(FileLine.Of(outcome), ConversionJsonContext.Default.FileLine));
    }

    /// <inheritdoc/>
    public void Show(ConversionTotals totals, TimeSpan elapsed) =>
        terminal.Output.WriteLine(JsonSerializer.Serialize(SummaryLine.Of(totals, elapsed), ConversionJsonContext.Default.SummaryLine));
}
