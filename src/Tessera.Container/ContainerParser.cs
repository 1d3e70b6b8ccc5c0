using System.Buffers;

namespace Tessera.Container;

/// <summary>
/// The push parser: it is given the bytes of a file as they come, in pieces of any size, and gives what it finds. It is a state machine
/// without I/O; <see cref="ContainerReader"/> feeds it from a pipe. It asks for no more than one chunk at once, and allocates nothing
/// before the bytes that need it are there.
/// </summary>
/// <remarks>Not thread-safe. After an exception the parser is of no more use.</remarks>
public sealed class ContainerParser
{
    private readonly ContainerLimits _limits;
    private readonly bool _recover;
    private readonly DamageSearch _search;
    private State _state = State.Preamble;
    private long _offset;
    private long _ancillaryTotal;
    private long _damageStart;
    private long _trailingLength;
    private string _damageReason = "";
    private bool _anyDamage;
    private FileContent? _content;
    private EndItem? _end;

    /// <summary>Creates a parser for one file.</summary>
    /// <param name="limits">What to refuse; null for the default limits.</param>
    /// <param name="recovery">What to do about damage.</param>
    public ContainerParser(ContainerLimits? limits = null, RecoveryMode recovery = RecoveryMode.None)
    {
        _limits = limits ?? ContainerLimits.Default;
        _recover = recovery == RecoveryMode.SkipDamage;
        _search = new(_limits);
    }

    private enum State
    {
        /// <summary>Before the signature.</summary>
        Preamble,

        /// <summary>Before a chunk.</summary>
        Chunk,

        /// <summary>Within damage.</summary>
        Damage,

        /// <summary>After the index: nothing may follow.</summary>
        Trailing,

        /// <summary>At the end of the file, its last item not yet given.</summary>
        End,

        /// <summary>All is given.</summary>
        Done,
    }

    /// <summary>Reads the next item: first a <see cref="HeaderItem"/>, last an <see cref="EndItem"/>.</summary>
    /// <param name="buffer">What is there of the file, from the first byte that was not consumed.</param>
    /// <param name="isFinalBlock">Whether the file ends with it.</param>
    /// <param name="consumed">Up to where it was consumed: the next call's buffer begins there.</param>
    /// <param name="item">The item.</param>
    /// <returns>True with an item; false if more bytes are needed, or after the end.</returns>
    /// <exception cref="TesseraFormatException">The file is not valid or exceeds a limit, and recovery does not help.</exception>
    public bool TryRead(ReadOnlySequence<byte> buffer, bool isFinalBlock, out SequencePosition consumed, out ContainerItem? item)
    {
        ReadOnlySequence<byte> rest = buffer;
        bool goOn;
        do
        {
            long before = rest.Length;
            goOn = Step(ref rest, isFinalBlock, out item);
            _offset += before - rest.Length;
        }
        while (goOn && item is null);

        _anyDamage |= item is DamagedItem;
        consumed = rest.Start;
        return item is not null;
    }

    /// <summary>Takes one step. Returns false if it needs more bytes, or is done.</summary>
    private bool Step(ref ReadOnlySequence<byte> rest, bool isFinal, out ContainerItem? item)
    {
        item = null;
        switch (_state)
        {
            case State.Preamble:
                return ReadPreamble(ref rest, isFinal, out item);
            case State.Chunk:
                return ReadChunk(ref rest, isFinal, out item);
            case State.Damage:
                return SkipDamage(ref rest, isFinal, out item);
            case State.Trailing:
                return ReadTrailing(ref rest, isFinal, out item);
            case State.End when !_anyDamage && _content!.ToleratedFault is { } fault:
                // Nothing was lost that would explain it: the file is not as it must be.
                item = new DamagedItem(_end!.Length, 0, fault);
                return true;
            case State.End:
                item = _end;
                _state = State.Done;
                return true;
            default:
                return false;
        }
    }

    private bool ReadPreamble(ref ReadOnlySequence<byte> rest, bool isFinal, out ContainerItem? item)
    {
        item = null;
        if (!Preamble.TryRead(rest, isFinal, _limits, out ContainerHeader? header, out ChunkFrame chunk))
            return false;
        _content = new(header, _recover);
        item = new HeaderItem(header, chunk.PayloadLength);
        rest = rest.Slice(ContainerFormat.SignatureLength + chunk.Length);
        _state = State.Chunk;
        return true;
    }

    private bool ReadChunk(ref ReadOnlySequence<byte> rest, bool isFinal, out ContainerItem? item)
    {
        item = null;
        if (rest.IsEmpty)
            return isFinal && (item = EndWithoutIndex()) is not null;

        ChunkFrame chunk = ChunkFrame.Read(rest, isFinal, _limits);
        if (chunk.Status == ChunkStatus.Incomplete)
            return false;
        if (chunk.Status == ChunkStatus.Broken)
        {
            ThrowUnlessRecovering(chunk.Fault!, _offset + chunk.FaultPosition);
            (_damageStart, _damageReason, _state) = (_offset, chunk.Fault!, State.Damage);
            _search.Begin(chunk.PayloadLength >= 0 && chunk.Length <= rest.Length ? chunk.Length : 0);
            return true;
        }

        if (chunk.Type.IsCritical && !chunk.Type.IsKnown)
            throw UnknownCritical(chunk.Type);
        try
        {
            item = ReadContent(chunk, chunk.Payload(rest));
        }
        catch (TesseraFormatException exception) when (_recover)
        {
            item = new DamagedItem(_offset, chunk.Length, exception.Message);
        }

        rest = rest.Slice(chunk.Length);
        return true;
    }

    /// <summary>Reads what a whole chunk means. The index alone gives no item yet: the file must end after it.</summary>
    private ContainerItem? ReadContent(in ChunkFrame chunk, in ReadOnlySequence<byte> payload)
    {
        if (chunk.Type == ChunkType.Segment)
            return _content!.ReadSegment(payload, _offset);
        if (chunk.Type == ChunkType.Index)
        {
            ContainerIndex index = _content!.ReadIndex(payload, _offset);
            _end = new(index, _offset, _offset + chunk.Length);
            _state = State.Trailing;
            return null;
        }

        if (chunk.Type == ChunkType.Header)
            throw new TesseraFormatException("There is a second HEAD chunk", _offset);
        _ancillaryTotal += chunk.PayloadLength;
        return _ancillaryTotal <= _limits.MaxAncillaryTotal
            ? _content!.ReadAncillary(chunk.Type, payload, _offset)
            : throw new TesseraFormatException($"The ancillary chunks have more than {_limits.MaxAncillaryTotal} bytes together", _offset);
    }

    private bool SkipDamage(ref ReadOnlySequence<byte> rest, bool isFinal, out ContainerItem? item)
    {
        item = null;
        long before = rest.Length;
        if (!_search.TryFindEnd(ref rest, isFinal))
            return false;
        item = new DamagedItem(_damageStart, _offset + before - rest.Length - _damageStart, _damageReason);
        _state = State.Chunk;
        return true;
    }

    private bool ReadTrailing(ref ReadOnlySequence<byte> rest, bool isFinal, out ContainerItem? item)
    {
        const string Reason = "Bytes follow the index, which must be the last";
        item = null;
        if (!rest.IsEmpty)
        {
            ThrowUnlessRecovering(Reason, _offset);
            _trailingLength += rest.Length;
            rest = rest.Slice(rest.End);
        }

        if (!isFinal)
            return false;
        if (_trailingLength > 0)
            item = new DamagedItem(_end!.Length, _trailingLength, Reason);
        _state = State.End;
        return true;
    }

    private DamagedItem EndWithoutIndex()
    {
        const string Reason = "The file ends without an index";
        ThrowUnlessRecovering(Reason, _offset);
        _end = new(null, _offset, _offset);
        _state = State.End;
        return new(_offset, 0, Reason);
    }

    private void ThrowUnlessRecovering(string fault, long offset)
    {
        if (!_recover)
            throw new TesseraFormatException(fault, offset);
    }

    private TesseraFormatException UnknownCritical(ChunkType type) =>
        new(
            $"The file has a critical chunk of type {type}, which this reader does not know: " +
            $"the file is of version {_content!.Header.Version}, the reader of version {FormatVersion.Current}",
            _offset);
}
