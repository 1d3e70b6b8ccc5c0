using System.Globalization;
using Tessera.Cli.Display;

namespace Tessera.Cli.Converting;

/// <summary>How far a file is. It is written to by one thread at a time, and read by any.</summary>
/// <param name="bytes">Bytes of the input.</param>
internal sealed class FileProgress(long bytes) : IProgress<CodingProgress>
{
    private double _fraction;
    private long _pixels;

    public long Bytes => bytes;

    public double Fraction => Volatile.Read(ref _fraction);

    public long Pixels => Volatile.Read(ref _pixels);

    /// <inheritdoc/>
    public void Report(CodingProgress value)
    {
        // A file that is decoded again, to be compared, is not less far than it was.
        if (value.PixelsDone <= _pixels)
            return;
        Volatile.Write(ref _pixels, value.PixelsDone);
        Volatile.Write(ref _fraction, value.Fraction);
    }
}

/// <summary>How far many files are, taken together. Any thread may call.</summary>
/// <param name="files">How many there are.</param>
/// <param name="bytes">Bytes of all inputs.</param>
internal sealed class ConversionProgress(int files, long bytes)
{
    private readonly Lock _lock = new();
    private readonly HashSet<FileProgress> _active = [];
    private ConversionTotals _totals = new(files);
    private long _bytesToDo = bytes;
    private long _bytesDone;

    /// <summary>What became of the files that are done.</summary>
    public ConversionTotals Totals
    {
        get
        {
            lock (_lock)
                return _totals;
        }
    }

    /// <summary>What a progress bar shows. Work is measured by the bytes of the inputs, which are known before any of them is read.</summary>
    public ProgressState State
    {
        get
        {
            lock (_lock)
            {
                double done = _bytesDone + _active.Sum(f => f.Fraction * f.Bytes);
                double pixels = _totals.Pixels + _active.Sum(f => f.Pixels);
                string title = string.Create(
                    CultureInfo.InvariantCulture,
                    $"{files - _totals.NotDone}/{files} files, {pixels / 1e6:F1} MP, {SizeText.Megabytes(_totals.InputBytes)} -> {SizeText.Megabytes(_totals.OutputBytes)}");
                return new(title, _bytesToDo == 0 ? 0 : done / _bytesToDo);
            }
        }
    }

    /// <summary>Begins a file.</summary>
    /// <param name="fileBytes">Its bytes.</param>
    public FileProgress Begin(long fileBytes)
    {
        var file = new FileProgress(fileBytes);
        lock (_lock)
            _active.Add(file);
        return file;
    }

    /// <summary>Ends a file.</summary>
    public void End(FileProgress file, ConversionOutcome outcome)
    {
        lock (_lock)
        {
            _active.Remove(file);
            _totals = _totals.With(outcome);

            // What takes no time must not count as work, or the time that is left would be taken for less than it is.
            if (outcome.Status is ConversionStatus.Converted)
                _bytesDone += file.Bytes;
            else
                _bytesToDo -= file.Bytes;
        }
    }
}
