namespace Tessera;

/// <summary>Model plugins cannot be registered: one cannot be loaded, or two claim to be the same model.</summary>
public sealed class ModelRegistryException : Exception
{
    /// <summary>Creates an exception without a message.</summary>
    public ModelRegistryException()
        : this("The model plugins cannot be registered.")
    {
    }

    /// <summary>Creates an exception that says what is wrong.</summary>
    /// <param name="message">What is wrong and, where that helps, what to do.</param>
    public ModelRegistryException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an exception that says what is wrong, and its cause.</summary>
    /// <param name="message">What is wrong and, where that helps, what to do.</param>
    /// <param name="innerException">What failed underneath.</param>
    public ModelRegistryException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
