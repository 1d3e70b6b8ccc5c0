using Tessera.Cli.Display;
using Tessera.Cli.Files;
using Tessera.Cli.Manifests;

namespace Tessera.Cli.Commands;

/// <summary>Encodes many files, and keeps a manifest of them. What an earlier run has done is not done again.</summary>
internal sealed class ManifestEncoding
{
    private readonly ToolContext _context;
    private readonly FileEncoder _encoder;
    private readonly Manifest _manifest;
    private readonly bool _force;

    private ManifestEncoding(ToolContext context, FileEncoder encoder, Manifest manifest, bool force)
    {
        _context = context;
        _encoder = encoder;
        _manifest = manifest;
        _force = force;
    }

    /// <summary>Does what is left to do.</summary>
    /// <param name="context">What every command works with.</param>
    /// <param name="encoder">Encodes a file.</param>
    /// <param name="path">The manifest.</param>
    /// <param name="head">What all files have in common.</param>
    /// <param name="jobs">The files.</param>
    /// <param name="force">Whether files may be replaced that no earlier run has written.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The highest exit code of any file.</returns>
    public static async Task<int> RunAsync(
        ToolContext context, FileEncoder encoder, string path, ManifestHead head, IReadOnlyList<FileJob> jobs, bool force, CancellationToken cancellationToken)
    {
        using Manifest manifest = await Manifest.OpenAsync(path, head, cancellationToken);
        var run = new ManifestEncoding(context, encoder, manifest, force);
        return await new JobRunner(context.Terminal).RunAsync(
            jobs,
            job => job.Input,
            run.EncodeAsync,
            (job, result) => context.Terminal.ShowResult(context.Terminal.IsOutputTerminal, job.Output, result),
            cancellationToken);
    }

    private async Task<string> EncodeAsync(FileJob job, IProgress<CodingProgress> progress, CancellationToken cancellationToken)
    {
        string path = _manifest.Folder.Name(job.Input), output = _manifest.Folder.Name(job.Output);
        ManifestEntry? last = _manifest.Find(path);
        bool wasBegun = last is not null && last.Output == output;
        if (wasBegun && last!.State == ManifestState.Done && await IsUnchangedAsync(last, job, cancellationToken))
            return "done before";

        // What stands in the place of an output that an earlier run began is that run's; anything else is not to be touched.
        if (wasBegun)
            OutputFile.RemoveLeftovers(job.Output);
        else if (!_force && File.Exists(job.Output))
            return await FailAsync(new(ManifestState.Failed, path), OutputFile.AlreadyExists(job.Output));

        var entry = new ManifestEntry(ManifestState.Started, path) { Output = output };
        _manifest.Append(entry);
        try
        {
            DateTime modified = File.GetLastWriteTimeUtc(job.Input);
            DigestedFile file = await _encoder.EncodeWithDigestsAsync(job, wasBegun || _force, progress, cancellationToken);
            _manifest.Append(entry with
            {
                State = ManifestState.Done,
                Bytes = file.Input.Bytes,
                Modified = modified,
                Sha256 = file.Input.Sha256,
                OutputBytes = file.Output.Bytes,
                OutputSha256 = file.Output.Sha256,
                Models = [.. file.File.Summary.Models.Where(m => m.Tiles > 0).Select(m => ManifestModel.Of(m.Model))],
            });
            return EncodeText.Describe(file.File, _encoder.Verifies);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            return await FailAsync(entry with { State = ManifestState.Failed }, e);
        }
    }

    private Task<string> FailAsync(ManifestEntry entry, Exception reason)
    {
        _manifest.Append(entry with { Error = Failure.Of(reason).Message });
        return Task.FromException<string>(reason);
    }

    /// <summary>Whether input and output are what they were; the input is read only if its size or time differ.</summary>
    private async Task<bool> IsUnchangedAsync(ManifestEntry entry, FileJob job, CancellationToken cancellationToken)
    {
        FileInfo input = new(job.Input), output = new(job.Output);
        if (!output.Exists || output.Length != entry.OutputBytes || !input.Exists || input.Length != entry.Bytes)
            return false;
        return input.LastWriteTimeUtc == entry.Modified
            || (await FileDigest.OfFileAsync(job.Input, _context.Terminal, cancellationToken)).Sha256 == entry.Sha256;
    }
}
