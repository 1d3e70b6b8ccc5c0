using Tessera.Cli.Benchmarks.Codecs;
using Tessera.Cli.Benchmarks.Results;

namespace Tessera.Cli.Benchmarks.Measuring;

/// <summary>Lets codecs encode and decode pictures, and judges what comes back.</summary>
/// <param name="finder">Finds their programs.</param>
/// <param name="folder">Where coded and decoded files go; nothing stays there.</param>
/// <param name="repeats">How often each command runs; the shortest times count.</param>
internal sealed class CodecTrial(ProgramFinder finder, string folder, int repeats)
{
    /// <summary>Measures a codec on a picture.</summary>
    /// <param name="codec">The codec; its programs are there.</param>
    /// <param name="picture">The picture.</param>
    /// <param name="cancellationToken">Ends the work, and the codec's programs.</param>
    public async Task<Measurement> RunAsync(Codec codec, Picture picture, CancellationToken cancellationToken)
    {
        ImageInfo info = picture.Info;
        if (info.Format.BitDepth > codec.MaxBitDepth)
            return new(codec.Name, Outcome.Unsupported) { Message = $"It codes no samples of more than {codec.MaxBitDepth} bits." };

        string coded = Path.Combine(folder, "coded" + codec.Extension);
        string decoded = codec.Decode is null ? coded : Path.Combine(folder, "decoded" + codec.DecoderOutput.ExtensionFor(info.Format));
        try
        {
            ProcessCost encoding = await MeasureAsync(codec.Encode, picture.PathFor(codec.EncoderInput), coded, cancellationToken);
            ProcessCost? decoding = codec.Decode is null ? null : await MeasureAsync(codec.Decode, coded, decoded, cancellationToken);
            string? difference = await picture.FindDifferenceAsync(decoded, cancellationToken);
            long bytes = new FileInfo(coded).Length;
            return new(codec.Name, difference is null ? Outcome.Lossless : Outcome.Lossy)
            {
                Bytes = bytes,
                BitsPerSubpixel = bytes * 8.0 / (info.PixelCount * info.Format.Channels),
                Encode = ToCost(encoding, info.PixelCount),
                Decode = decoding is { } cost ? ToCost(cost, info.PixelCount) : null,
                Message = difference,
            };
        }
        catch (ProgramFailedException e)
        {
            return new(codec.Name, Outcome.Failed) { Message = e.Message };
        }
        catch (TesseraFormatException e)
        {
            return new(codec.Name, Outcome.Failed) { Message = $"What it decoded cannot be read: {e.Message}" };
        }
        finally
        {
            File.Delete(coded);
            File.Delete(decoded);
        }
    }

    private static Cost ToCost(ProcessCost cost, long pixels) =>
        new(cost.Wall.TotalSeconds, cost.Processor?.TotalSeconds, cost.PeakBytes, pixels / cost.Wall.TotalSeconds / 1e6);

    private async Task<ProcessCost> MeasureAsync(CommandTemplate command, string input, string output, CancellationToken cancellationToken)
    {
        string program = finder.Find(command.Program) ?? throw new ProgramFailedException($"{command.Program} is not there any more.");
        ProcessCost? best = null;
        for (int i = 0; i < repeats; i++)
        {
            // Some programs, this one among them, replace no file.
            File.Delete(output);
            ProcessRun run = await ProcessMeter.RunAsync(program, command.Fill(input, output), cancellationToken);
            string name = Path.GetFileNameWithoutExtension(program);
            if (run.ExitCode != 0)
                throw new ProgramFailedException($"{name} ended with exit code {run.ExitCode}: {run.LastLine}");
            if (!File.Exists(output))
                throw new ProgramFailedException($"{name} wrote no file: {run.LastLine}");
            best = best is { } earlier ? ProcessCost.Best(earlier, run.Cost) : run.Cost;
        }

        return best!.Value;
    }

    /// <summary>A codec's program failed.</summary>
    private sealed class ProgramFailedException(string message) : Exception(message);
}
