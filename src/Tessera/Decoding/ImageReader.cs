using Tessera.Container;

namespace Tessera;

/// <summary>Reads a container as an image: the metadata of the image, then the segments, and on the way what belongs to each frame.</summary>
internal sealed class ImageReader(ContainerReader reader, DamageLog damage)
{
    private readonly MetadataBuilder _metadata = new();
    private readonly MetadataBuilder _trailer = new();
    private ContainerHeader? _header;
    private ContainerItem? _ahead;
    private FrameContent? _frame;
    private MetadataBuilder _frameMetadata = new();

    /// <summary>Metadata that came after the last segment, once there are no more segments.</summary>
    public ImageMetadata Trailer => _trailer.Build();

    /// <summary>Bytes of the file, once there are no more segments.</summary>
    public long FileLength { get; private set; }

    /// <summary>Reads the header: the first thing to do.</summary>
    public async ValueTask<ContainerHeader> ReadHeaderAsync(CancellationToken cancellationToken) =>
        _header = await reader.ReadHeaderAsync(cancellationToken).ConfigureAwait(false);

    /// <summary>Reads all that comes before the first frame, and no segment.</summary>
    public async ValueTask<ImageInfo> ReadInfoAsync(CancellationToken cancellationToken)
    {
        while (_ahead is null && !BeginsFrame(await reader.PeekChunkTypeAsync(cancellationToken).ConfigureAwait(false))
            && await reader.ReadNextAsync(cancellationToken).ConfigureAwait(false) is { } item)
        {
            if (item is AncillaryItem chunk)
                _metadata.Add(chunk);
            else if (item is DamagedItem damaged)
                Add(damaged);
            else
                _ahead = item;
        }

        return ContainerMapping.ToInfo(_header!, _metadata.Build());
    }

    /// <summary>Reads up to and including the next segment, which is the caller's to dispose of; null at the end of the file.</summary>
    public async ValueTask<SegmentItem?> ReadSegmentAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            ContainerItem? item = _ahead ?? await reader.ReadNextAsync(cancellationToken).ConfigureAwait(false);
            _ahead = null;
            switch (item)
            {
                case SegmentItem segment:
                    return segment;
                case AncillaryItem chunk:
                    Add(chunk);
                    break;
                case DamagedItem damaged:
                    Add(damaged);
                    break;
                case EndItem end:
                    FileLength = end.Length;
                    return null;
                default:
                    throw new InvalidOperationException("The end was read before.");
            }
        }
    }

    /// <summary>What was read of a frame before its first segment.</summary>
    /// <param name="index">The frame's number.</param>
    public FrameInfo Frame(long index) => _frame is { } frame && frame.Index == index
        ? new(frame.DelayNumerator, frame.DelayDenominator) { Metadata = _frameMetadata.Build() }
        : FrameInfo.Default;

    /// <summary>Gives back what was read and not handed out.</summary>
    public void Abandon() => (_ahead as IDisposable)?.Dispose();

    private static bool BeginsFrame(ChunkType? type) => type is { IsCritical: true } || type == ChunkType.Frame;

    private void Add(AncillaryItem chunk)
    {
        if (chunk.Type == ChunkType.Frame)
            (_frame, _frameMetadata) = (FrameContent.Parse(chunk.Payload.Span, _header!.Version, chunk.PayloadOffset), new());
        else
            (chunk.Scope == AncillaryScope.Frame ? _frameMetadata : _trailer).Add(chunk);
    }

    private void Add(DamagedItem damaged) => damage.Add(new DamagedBytes(damaged.Offset, damaged.Length, damaged.Reason));
}
