namespace Tessera;

/// <summary>
/// The content of a file is not what its format allows: damaged, truncated, hostile, or of a version or model that this
/// program does not have.
/// </summary>
/// <remarks>
/// This is the one exception that malformed input can cause. I/O errors of the underlying stream and cancellation pass through
/// unchanged.
/// </remarks>
public class TesseraFormatException : Exception
{
    /// <summary>Creates an exception without a message.</summary>
    public TesseraFormatException()
        : this("The content is not valid.")
    {
    }

    /// <summary>Creates an exception that says what is wrong, at an unknown place.</summary>
    /// <param name="message">What is wrong and, where that helps, what to do.</param>
    public TesseraFormatException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an exception that says what is wrong, at an unknown place, and its cause.</summary>
    /// <param name="message">What is wrong and, where that helps, what to do.</param>
    /// <param name="innerException">What failed underneath.</param>
    public TesseraFormatException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Creates an exception that says what is wrong and where.</summary>
    /// <param name="message">What is wrong and, where that helps, what to do.</param>
    /// <param name="offset">The offset in bytes from the start of the file.</param>
    /// <param name="innerException">What failed underneath, if anything.</param>
    public TesseraFormatException(string message, long offset, Exception? innerException = null)
        : base($"{message} (at byte {offset})", innerException) => Offset = offset;

    /// <summary>The offset in bytes from the start of the file at which the fault was found, or -1 where it is not known.</summary>
    public long Offset { get; } = -1;
}
