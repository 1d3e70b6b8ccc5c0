namespace Tessera.Cli.Files;

/// <summary>One image to convert.</summary>
/// <param name="Input">The file to read, or "-".</param>
/// <param name="Output">The file to write, or "-".</param>
/// <param name="Name">The path of the file to read within the folder that was searched, with '/' between the parts; without a folder, its name.</param>
internal sealed record FileJob(string Input, string Output, string Name);
