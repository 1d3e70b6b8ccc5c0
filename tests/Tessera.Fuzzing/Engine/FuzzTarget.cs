namespace Tessera.Fuzzing.Engine;

/// <summary>A reader that is given hostile inputs. Shared by all threads; the work is done by runners, of which each thread has its own.</summary>
internal abstract class FuzzTarget
{
    /// <summary>Its name on the command line.</summary>
    public abstract string Name { get; }

    /// <summary>Inputs of a round: what must be run again at most to reproduce one of them. Fewer where inputs are slow.</summary>
    public virtual int RoundLength => 1 << 14;

    /// <summary>What an input may cost.</summary>
    public virtual CostBound Bound => CostBound.Default;

    /// <summary>The inputs that mutation starts from, at least one. Asked once for each fuzzer, and the same each time.</summary>
    public abstract IReadOnlyList<byte[]> CreateSeeds();

    /// <summary>Makes a new input of one or two others.</summary>
    /// <param name="random">The only source of chance.</param>
    /// <param name="input">The input to change.</param>
    /// <param name="other">Another one, for splices.</param>
    public abstract byte[] Mutate(Random random, byte[] input, byte[] other);

    /// <summary>Creates a runner for one thread.</summary>
    public abstract FuzzRunner CreateRunner();
}

/// <summary>Reads inputs, one after another, on one thread.</summary>
internal abstract class FuzzRunner : IDisposable
{
    /// <summary>Reads an input.</summary>
    /// <param name="input">The input, which must not be changed.</param>
    /// <returns>What came of it.</returns>
    /// <exception cref="BrokenPromiseException">The reader took it, and what it gave is not what it promises.</exception>
    public abstract Outcome Run(byte[] input);

    public virtual void Dispose()
    {
    }
}

/// <summary>What came of an input.</summary>
/// <param name="Kind">Accepted or refused.</param>
/// <param name="Detail">What tells this way through the code from others; for what was refused, the message.</param>
/// <param name="Pixels">The pixels that it declares, as far as the reader works through them; they bound its cost.</param>
internal readonly record struct Outcome(OutcomeKind Kind, string Detail, long Pixels = 0)
{
    public static Outcome Accepted(string detail, long pixels = 0) => new(OutcomeKind.Accepted, detail, pixels);

    public static Outcome Refused(string message, long pixels = 0) => new(OutcomeKind.Refused, message, pixels);
}

internal enum OutcomeKind
{
    /// <summary>The reader found nothing wrong.</summary>
    Accepted,

    /// <summary>The reader threw the exception that it documents.</summary>
    Refused,
}

/// <summary>A reader broke a promise other than by an exception of the wrong type.</summary>
internal sealed class BrokenPromiseException(string message) : Exception(message);
