using Tessera.Models.Segments;

namespace Tessera.Models.Swift.Tests;

/// <summary>First bytes that no encoder writes.</summary>
public sealed class KindTests
{
    [Fact]
    public void An_empty_payload_and_an_unknown_kind_are_named()
    {
        var segment = SegmentCase.Whole(new(4, 4, new(3, 8), Content.Noise, 1));
        Assert.Contains("is empty", Assert.Throws<TesseraFormatException>(() => segment.Decode([])).Message, StringComparison.Ordinal);
        Assert.Contains("begins with 255", Assert.Throws<TesseraFormatException>(() => segment.Decode([0xFF])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_single_channel_changes_places_with_none()
    {
        var segment = SegmentCase.Whole(new(40, 40, new(1, 8), Content.Smooth, 1));
        byte[] payload = segment.Encode();
        Assert.Equal(1, payload[0]);
        payload[0] = 2;
        Assert.Contains("begins with 2", Assert.Throws<TesseraFormatException>(() => segment.Decode(payload)).Message, StringComparison.Ordinal);
    }
}
