using System.Globalization;

namespace Tessera.Exact;

/// <summary>Which engine a program is to use: a name, such as "cuda", and a device of its kind, if one is named.</summary>
/// <param name="Name">The engine's name: lower-case letters, digits and '-'.</param>
/// <param name="Device">Which of several devices, from 0; null for all, or for what the engine chooses.</param>
public sealed record EngineChoice(string Name, int? Device = null)
{
    private const int MaxDevice = 1023;

    /// <summary>The fastest engine that is there.</summary>
    public static EngineChoice Automatic { get; } = new("auto");

    /// <summary>The engine that is always there.</summary>
    public static EngineChoice Managed { get; } = new("managed");

    /// <summary>Reads a choice as a person writes it: <c>NAME</c> or <c>NAME:DEVICE</c>.</summary>
    /// <param name="text">The text, such as "cuda:1".</param>
    /// <returns>The choice.</returns>
    /// <exception cref="ArgumentException">It has another form; the message says which it must have.</exception>
    public static EngineChoice Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        string name = colon < 0 ? text : text[..colon];
        if (name.Length == 0 || !name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'))
            throw new ArgumentException($"\"{text}\" is no engine: one is named like \"managed\", \"cuda\" or \"cuda:1\".");
        if (colon < 0)
            return new(name);
        if (!int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int device) || device > MaxDevice)
            throw new ArgumentException($"The device of \"{text}\" is 0 to {MaxDevice}.");
        return new(name, device);
    }

    /// <summary>Writes the choice as <see cref="Parse"/> reads it.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => Device is { } device ? string.Create(CultureInfo.InvariantCulture, $"{Name}:{device}") : Name;
}
