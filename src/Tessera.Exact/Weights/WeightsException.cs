namespace Tessera.Exact;

/// <summary>A weights file is not valid, or does not fit the graph that it is bound to.</summary>
public sealed class WeightsException : Exception
{
    /// <summary>Creates an exception.</summary>
    public WeightsException()
        : this("The weights are not valid.")
    {
    }

    /// <summary>Creates an exception.</summary>
    /// <param name="message">What is wrong, and where.</param>
    public WeightsException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an exception.</summary>
    /// <param name="message">What is wrong, and where.</param>
    /// <param name="innerException">What caused it.</param>
    public WeightsException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
