namespace Tessera.Container;

/// <summary>What may follow what, for writers and readers alike: each method says what is wrong with the next chunk, or null.</summary>
internal sealed class ChunkOrder
{
    private readonly ContainerHeader _header;
    private readonly bool _allowGaps;
    private readonly long _tilesPerFrame;
    private readonly SegmentSequence _sequence;
    private int _frame = -1;
    private bool _inFrameHead;
    private bool _anySegment;

    /// <param name="header">The file's header.</param>
    /// <param name="allowGaps">Whether chunks may have been lost.</param>
    public ChunkOrder(ContainerHeader header, bool allowGaps)
    {
        _header = header;
        _allowGaps = allowGaps;
        _tilesPerFrame = header.TilesPerFrame;
        _sequence = new(header);
    }

    /// <summary>The first thing that was wrong and taken all the same, since chunks may have been lost; null if nothing was.</summary>
    public string? Tolerated { get; private set; }

    public string? Segment(SegmentHeader segment)
    {
        string? fault = segment.FindRunFault(_header.Models.Length)
            ?? _sequence.Accept(segment.FirstTile, segment.TileCount, segment.FirstChannel, segment.ChannelCount, _allowGaps);
        if (fault is null)
            (_inFrameHead, _anySegment) = (false, true);
        return fault;
    }

    public string? Frame(FrameContent frame)
    {
        if (frame.Index >= _header.FrameCount)
            return $"A fram chunk describes frame {frame.Index}, but the image has {_header.FrameCount} frames";
        if (frame.Index <= _frame)
            return $"The fram chunk of frame {frame.Index} comes after that of frame {_frame}";
        if (!_sequence.IsAt(frame.Index * _tilesPerFrame))
        {
            string fault = $"The fram chunk of frame {frame.Index} does not come just before the frame's first segment";
            if (!_allowGaps || _sequence.NextTile > frame.Index * _tilesPerFrame)
                return fault;
            Tolerated ??= fault;
        }

        (_frame, _inFrameHead) = (frame.Index, true);
        return null;
    }

    public string? Metadata(ChunkType type, out AncillaryScope scope, out int frame)
    {
        scope = _inFrameHead ? AncillaryScope.Frame : _anySegment ? AncillaryScope.Trailer : AncillaryScope.Image;
        frame = _inFrameHead ? _frame : 0;
        if (scope != AncillaryScope.Trailer || _sequence.IsComplete)
            return null;
        string fault = $"A chunk of type {type} comes between segments, but does not follow a fram chunk";
        if (!_allowGaps)
            return fault;
        Tolerated ??= fault;
        return null;
    }

    public string? End() => _inFrameHead ? $"The fram chunk of frame {_frame} is not followed by the frame" : _sequence.FindMissing();
}
