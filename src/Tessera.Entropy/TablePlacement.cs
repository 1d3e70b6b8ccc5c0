namespace Tessera.Entropy;

/// <summary>How the symbols of a table stand for integers.</summary>
/// <remarks>
/// Symbol j stands for the integers of bin <c>Origin + j</c>, which are <c>(Origin + j) * 2^Shift</c> and the 2^Shift - 1 after it;
/// which of them is coded apart, each being as likely. The first and the last symbol are escapes: they stand for their bin and all that
/// lie beyond it.
/// </remarks>
/// <param name="Table">The table in <see cref="ScaleTables.Tables"/>.</param>
/// <param name="Origin">The bin of symbol 0.</param>
/// <param name="Shift">The binary logarithm of the number of integers in a bin, 0 to 10.</param>
public readonly record struct TablePlacement(int Table, int Origin, int Shift);
