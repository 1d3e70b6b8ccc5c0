namespace Tessera;

/// <summary>A band on its way through the encoder: its samples, and its segments as they get ready.</summary>
internal sealed class EncodeBand(PlanarBuffer samples, FrameInfo? frame, long firstTile, int tileCount) : IBand
{
    private readonly TaskCompletionSource<IReadOnlyList<EncodeJob>> _jobs = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <inheritdoc/>
    public PlanarBuffer Samples => samples;

    /// <summary>The frame that begins with this band, or null.</summary>
    public FrameInfo? Frame => frame;

    public long FirstTile => firstTile;

    public int TileCount => tileCount;

    /// <summary>The segments in order, once the band is cut.</summary>
    public Task<IReadOnlyList<EncodeJob>> Jobs => _jobs.Task;

    public void SetJobs(IReadOnlyList<EncodeJob> jobs) => _jobs.SetResult(jobs);

    /// <inheritdoc/>
    public void Release()
    {
        if (!_jobs.Task.IsCompletedSuccessfully)
            return;
        foreach (EncodeJob job in _jobs.Task.Result)
        {
            if (job.Result.IsCompletedSuccessfully)
                job.Result.Result.Dispose();
        }
    }
}

/// <summary>A segment to be coded by any worker.</summary>
internal sealed class EncodeJob(EncodeBand band, long firstTile, int tileCount)
{
    private readonly TaskCompletionSource<EncodedSegment> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The coded segment. It stays open if coding fails: the failure ends the whole pipeline.</summary>
    public Task<EncodedSegment> Result => _result.Task;

    public void Run(SegmentCompressor compressor) => _result.SetResult(compressor.Encode(band.Samples, firstTile, tileCount));
}
