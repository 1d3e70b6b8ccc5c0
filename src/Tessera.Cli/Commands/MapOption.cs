using System.CommandLine;
using Tessera.Cli.Files;
using Tessera.Cli.Help;
using Tessera.Cli.Maps;

namespace Tessera.Cli.Commands;

/// <summary>The options of <c>tessera info</c> that ask for a map.</summary>
internal sealed class MapOption
{
    private const int DefaultSize = 2048;

    private readonly Option<string?> _map = new("--map")
    {
        Description = "Decode the file, and write a picture of it whose tiles are coloured by what they take and by the model that coded them.",
        HelpName = "image",
    };

    private readonly Option<string> _content = new("--map-of")
    {
        Description = "What the map's colours stand for: bits, model, or both.",
        HelpName = "what",
        DefaultValueFactory = _ => "both",
    };

    private readonly Option<int> _size = new("--map-size")
    {
        Description = "The most pixels on the map's long side, without the legend.",
        HelpName = "n",
        DefaultValueFactory = _ => DefaultSize,
    };

    private readonly Option<int> _frame = new("--frame") { Description = "The frame that the map shows, from 0.", HelpName = "n" };

    private readonly Option<bool> _force = SharedOptions.Force();

    public MapOption()
    {
        _content.AcceptOnlyFromAmong("bits", "model", "both");
        _size.Require(n => n is >= 16 and <= 16384, "16 to 16384");
        _frame.Require(n => n >= 0, "0 or more");
    }

    /// <summary>The options, for a command.</summary>
    public OptionGroup Group => new("A map", _map, _content, _size, _frame, _force);

    /// <summary>What is asked for; null if no map is.</summary>
    /// <exception cref="ToolException">Files and formats are not such that there can be a map.</exception>
    public MapOptions? Read(ParseResult arguments, IReadOnlyList<string> files, FormatCatalog formats)
    {
        if (arguments.GetValue(_map) is not { } path)
            return null;
        if (files.Count > 1)
            throw ToolException.Usage("--map makes a picture of one file; name one.");
        if (files[0] == StandardStream.Name)
            throw ToolException.Usage("--map reads the file twice, which standard input does not allow.");
        if (!formats.Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase))
            throw ToolException.Usage($"--map writes an image: name a file that ends with {string.Join(" or ", formats.Extensions)}.");
        MapContent content = Enum.Parse<MapContent>(arguments.GetRequiredValue(_content), ignoreCase: true);
        return new(path, content, arguments.GetValue(_size), arguments.GetValue(_frame), arguments.GetValue(_force));
    }
}
