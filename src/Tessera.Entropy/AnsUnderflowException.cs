namespace Tessera.Entropy;

/// <summary>More bits were popped from an <see cref="AnsStack"/> than it holds.</summary>
/// <remarks>
/// To a bits-back encoder it says that the supply of bits is too small: restore a snapshot and come back with more. To a decoder it
/// says that the data is damaged, which is why it is an <see cref="EntropyFormatException"/>. The operation that throws it leaves the
/// stack as it was.
/// </remarks>
public sealed class AnsUnderflowException : EntropyFormatException
{
    /// <summary>Creates an exception with the usual message.</summary>
    public AnsUnderflowException()
        : base("The stack holds fewer bits than were to be popped.")
    {
    }

    /// <summary>Creates an exception.</summary>
    /// <param name="message">What is wrong.</param>
    public AnsUnderflowException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an exception with its cause.</summary>
    /// <param name="message">What is wrong.</param>
    /// <param name="innerException">The cause.</param>
    public AnsUnderflowException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
