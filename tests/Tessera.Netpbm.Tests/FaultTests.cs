using Tessera.Formats.Tests;

namespace Tessera.Netpbm.Tests;

public sealed class FaultTests : FormatFaultTestsBase
{
    protected override IRasterFormat Format { get; } = new NetpbmFormat();
}
