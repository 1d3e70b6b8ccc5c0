namespace Tessera.Models.DenseFlow;

/// <summary>
/// A value left the range that values have. An encoder then codes the block without the flow; to a decoder it says that data is damaged. What
/// a transform has done to values and stack until then stays.
/// </summary>
internal sealed class FixedPointOverflowException(string message) : Exception(message);
