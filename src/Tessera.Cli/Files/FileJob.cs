namespace Tessera.Cli.Files;

/// <summary>One image to convert.</summary>
/// <param name="Input">The file to read, or "-".</param>
/// <param name="Output">The file to write, or "-".</param>
internal sealed record FileJob(string Input, string Output);
