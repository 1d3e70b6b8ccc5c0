namespace Tessera.Entropy;

/// <summary>Coded data is not what its coder can have written: damaged, truncated or hostile.</summary>
public class EntropyFormatException : Exception
{
    /// <summary>Creates an exception with a general message.</summary>
    public EntropyFormatException()
        : this("The coded data is not valid.")
    {
    }

    /// <summary>Creates an exception that says what is wrong.</summary>
    /// <param name="message">What is wrong.</param>
    public EntropyFormatException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an exception that says what is wrong, and its cause.</summary>
    /// <param name="message">What is wrong.</param>
    /// <param name="innerException">What failed underneath.</param>
    public EntropyFormatException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
