namespace Tessera.Cli.Converting;

/// <summary>Tells the user, or a script, what became of files.</summary>
internal interface IConversionReport
{
    /// <summary>Tells of one file, when nothing more will become of it.</summary>
    void Show(ConversionOutcome outcome);

    /// <summary>Tells of all, at the end.</summary>
    /// <param name="totals">What became of them.</param>
    /// <param name="elapsed">The time that it took.</param>
    void Show(ConversionTotals totals, TimeSpan elapsed);
}
