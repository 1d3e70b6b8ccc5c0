using Tessera.Models.Segments;

namespace Tessera.Models.Classic.Tests;

/// <summary>First bytes that no encoder writes.</summary>
public sealed class PlanTests
{
    [Fact]
    public void An_empty_payload_and_an_unknown_plan_are_named()
    {
        var segment = SegmentCase.Whole(new(4, 4, new(3, 8), Content.Noise, 1));
        Assert.Contains("is empty", Assert.Throws<TesseraFormatException>(() => segment.Decode([])).Message, StringComparison.Ordinal);
        Assert.Contains("is no plan", Assert.Throws<TesseraFormatException>(() => segment.Decode([0xFF])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(4 | (1 << 3))]
    [InlineData(1 | (1 << 5))]
    [InlineData(2 | (1 << 6))]
    [InlineData(4 | (2 << 3))]
    [InlineData(0 | (3 << 3))]
    public void A_transform_or_a_step_where_none_applies_is_refused(byte plan)
    {
        var segment = SegmentCase.Whole(new(4, 4, new(3, 8), Content.Noise, 1));
        Assert.Contains("is no plan", Assert.Throws<TesseraFormatException>(() => segment.Decode([plan])).Message, StringComparison.Ordinal);
    }
}
