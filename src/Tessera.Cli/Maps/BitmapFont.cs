using System.Reflection;

namespace Tessera.Cli.Maps;

/// <summary>
/// Letters as pixels, for what is written into pictures: <c>Font.txt</c> has each character it knows on a line of its own and then its rows, where a
/// '#' is a pixel. What it does not know is drawn as '?'.
/// </summary>
internal sealed class BitmapFont
{
    /// <summary>Rows of a character; the last two lie below the line.</summary>
    public const int Height = 9;

    private const int Space = 1;

    private static readonly Lazy<BitmapFont> Loaded = new(Load);

    private readonly Dictionary<char, string[]> _glyphs;

    private BitmapFont(Dictionary<char, string[]> glyphs) => _glyphs = glyphs;

    /// <summary>The program's font.</summary>
    public static BitmapFont Default => Loaded.Value;

    /// <summary>Whether a character has a picture.</summary>
    public bool Has(char character) => _glyphs.ContainsKey(character);

    /// <summary>Pixels that a text is wide.</summary>
    public int Measure(string text, int scale) => Math.Max(0, text.Sum(c => Glyph(c)[0].Length + Space) - Space) * scale;

    /// <summary>Writes a text.</summary>
    /// <param name="canvas">Where to.</param>
    /// <param name="x">Its left column.</param>
    /// <param name="y">Its top row.</param>
    /// <param name="text">The text.</param>
    /// <param name="scale">The side of one of the font's pixels.</param>
    /// <param name="color">The colour.</param>
    public void Draw(RgbCanvas canvas, int x, int y, string text, int scale, Rgb color)
    {
        foreach (char character in text)
        {
            string[] rows = Glyph(character);
            for (int row = 0; row < rows.Length; row++)
            {
                for (int column = 0; column < rows[row].Length; column++)
                {
                    if (rows[row][column] == '#')
                        canvas.Fill(x + (column * scale), y + (row * scale), scale, scale, color);
                }
            }

            x += (rows[0].Length + Space) * scale;
        }
    }

    private static BitmapFont Load()
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("Maps.Font.txt")!;
        using var reader = new StreamReader(stream);
        var glyphs = new Dictionary<char, string[]>();
        while (reader.ReadLine() is { Length: > 0 } character)
            glyphs.Add(character[0], [.. Enumerable.Range(0, Height).Select(_ => reader.ReadLine()!)]);
        return new(glyphs);
    }

    private string[] Glyph(char character) => _glyphs.TryGetValue(character, out string[]? rows) ? rows : _glyphs['?'];
}
