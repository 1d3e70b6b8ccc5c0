using System.Collections.Immutable;

namespace Tessera.Exact;

/// <summary>Whether a machine has an engine.</summary>
public enum EngineAvailability
{
    /// <summary>It is there.</summary>
    Available,

    /// <summary>The machine lacks what it needs.</summary>
    Absent,

    /// <summary>It is there, and does not compute what it should.</summary>
    Faulty,
}

/// <summary>Makes engines of some kind, where the machine has what they need.</summary>
public interface IEngineProvider
{
    /// <summary>The names of the engines that it can make.</summary>
    ImmutableArray<string> Names { get; }

    /// <summary>The one of them that is worth taking wherever it is there; null if none is.</summary>
    string? AutomaticName { get; }

    /// <summary>Makes an engine. That the machine lacks something is no error here: the reason says what.</summary>
    /// <param name="choice">One of <see cref="Names"/>, and a device.</param>
    /// <param name="engine">The engine, if it is available, the caller's to dispose of if it can be disposed of; otherwise null.</param>
    /// <param name="reason">In one line, what the engine runs on, or why there is none.</param>
    /// <returns>Whether there is one.</returns>
    EngineAvailability TryCreate(EngineChoice choice, out IEngine? engine, out string reason);
}
