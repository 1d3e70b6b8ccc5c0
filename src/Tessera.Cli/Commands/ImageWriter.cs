using Tessera.Cli.Files;

namespace Tessera.Cli.Commands;

/// <summary>Writes files of image formats, one at a time.</summary>
/// <param name="context">What every command works with.</param>
/// <param name="extension">The extension, with its dot, of the format for standard output, which has no name.</param>
/// <param name="overwrite">Whether an existing file may be replaced.</param>
internal sealed class ImageWriter(ToolContext context, string extension, bool overwrite)
{
    /// <summary>Whether an output gets the time of its input.</summary>
    public bool KeepsTime { get; init; }

    /// <summary>Writes an image, which appears under its name when all has gone well.</summary>
    /// <param name="job">What to read and to write.</param>
    /// <param name="fill">Reads the input, and gives the image to the sink.</param>
    /// <param name="check">Gets the complete file before it has its name; null if there is nothing to check.</param>
    /// <param name="cancellationToken">Ends the work; no file appears then.</param>
    /// <returns>What <paramref name="fill"/> gave.</returns>
    public async Task<T> WriteAsync<T>(FileJob job, Func<Stream, IRasterSink, Task<T>> fill, Func<Stream, Task>? check, CancellationToken cancellationToken)
    {
        await using Stream input = InputFiles.Open(job.Input, context.Terminal);
        await using OutputFile output = OutputFile.Create(job.Output, overwrite, context.Terminal);
        if (KeepsTime)
            output.Modified = File.GetLastWriteTimeUtc(job.Input);
        T result;
        await using (IRasterSink sink = context.Formats.Create(output.Stream, job.Output == StandardStream.Name ? extension : Path.GetExtension(job.Output)))
            result = await fill(input, sink);
        if (check is not null)
            await check(output.Stream);
        await output.CommitAsync(cancellationToken);
        return result;
    }
}
