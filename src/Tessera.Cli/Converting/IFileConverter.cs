using Tessera.Cli.Files;

namespace Tessera.Cli.Converting;

/// <summary>Converts files, any number of them at the same time.</summary>
internal interface IFileConverter
{
    /// <summary>Converts a file. The output appears when it is complete, with the time of the input.</summary>
    /// <param name="job">What.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="cancellationToken">Ends the work; no file appears then.</param>
    Task<ConvertedFile> ConvertAsync(FileJob job, IProgress<CodingProgress> progress, CancellationToken cancellationToken);
}
