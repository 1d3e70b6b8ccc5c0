namespace Tessera.ImageSharp;

/// <summary>Takes back what was written to a stream, as far as that is possible.</summary>
internal readonly struct StreamRollback
{
    private readonly Stream? _stream;
    private readonly long _position;
    private readonly long _length;

    private StreamRollback(Stream stream)
    {
        _stream = stream;
        _position = stream.Position;
        _length = stream.Length;
    }

    /// <summary>Remembers where a stream stands; one that cannot seek is left alone later.</summary>
    public static StreamRollback Of(Stream stream) => stream.CanSeek ? new(stream) : default;

    /// <summary>Cuts the stream back to its length of before, and goes back to where it stood. What was overwritten is lost.</summary>
    public void Apply()
    {
        if (_stream is null)
            return;
        try
        {
            _stream.SetLength(Math.Min(_stream.Length, Math.Max(_length, _position)));
            _stream.Position = _position;
        }
        catch (Exception e) when (e is NotSupportedException or IOException or ObjectDisposedException)
        {
            // The failure that led here says more than this one.
        }
    }
}
