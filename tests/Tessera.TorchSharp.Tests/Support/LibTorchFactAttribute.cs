namespace Tessera.TorchSharp.Tests.Support;

/// <summary>A test that needs libtorch, and is skipped, with the reason, where it cannot be loaded.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LibTorchFactAttribute : FactAttribute
{
    public LibTorchFactAttribute() => Skip = Reason;

    /// <summary>Why libtorch cannot be loaded; null if it can.</summary>
    public static string? Reason { get; } = LibTorch.TryLoad(out string reason) ? null : reason;
}

/// <summary>The same for tests with data.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LibTorchTheoryAttribute : TheoryAttribute
{
    public LibTorchTheoryAttribute() => Skip = LibTorchFactAttribute.Reason;
}
