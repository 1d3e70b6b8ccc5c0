namespace Tessera.TorchSharp;

/// <summary>A graph has an operation that a device cannot be sure to compute without rounding, so that it is not run there.</summary>
public sealed class InexactGraphException : NotSupportedException
{
    /// <summary>Creates an exception.</summary>
    public InexactGraphException()
        : this("The graph cannot be computed exactly.")
    {
    }

    /// <summary>Creates an exception.</summary>
    /// <param name="message">Which operation it is, and why.</param>
    public InexactGraphException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an exception.</summary>
    /// <param name="message">Which operation it is, and why.</param>
    /// <param name="innerException">What caused it.</param>
    public InexactGraphException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
