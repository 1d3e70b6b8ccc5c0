using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Tessera.Cli.Commands;

/// <summary>The option that names a part of an image: <c>X,Y,W,H</c>.</summary>
internal static class RegionOption
{
    /// <summary>Makes the option.</summary>
    public static Option<PixelRectangle?> Create() => new("--region")
    {
        Description = "Decode only this part of the first frame: left column, top row, width and height in pixels. Only what holds it is read.",
        HelpName = "x,y,w,h",
        CustomParser = Parse,
    };

    private static PixelRectangle? Parse(ArgumentResult result)
    {
        int[] numbers = new int[4];
        string[] parts = result.Tokens[0].Value.Split(',');
        for (int i = 0; i < numbers.Length; i++)
        {
            // Left and top may be 0, width and height not.
            if (parts.Length != numbers.Length || !int.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[i]) || numbers[i] < i / 2)
            {
                result.AddError($"--region is X,Y,W,H in pixels, such as 0,0,512,512, not {result.Tokens[0].Value}.");
                return null;
            }
        }

        return new(numbers[0], numbers[1], numbers[2], numbers[3]);
    }
}
