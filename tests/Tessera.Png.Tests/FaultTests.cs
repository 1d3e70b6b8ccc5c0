using Tessera.Formats.Tests;

namespace Tessera.Png.Tests;

public sealed class FaultTests : FormatFaultTestsBase
{
    protected override IRasterFormat Format { get; } = new PngFormat();
}
