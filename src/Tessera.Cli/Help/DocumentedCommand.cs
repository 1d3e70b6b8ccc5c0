using System.CommandLine;

namespace Tessera.Cli.Help;

/// <summary>A command line that shows what a command is for.</summary>
/// <param name="CommandLine">The command line.</param>
/// <param name="Meaning">What it does, in a sentence.</param>
internal sealed record Example(string CommandLine, string Meaning);

/// <summary>Options that help shows together.</summary>
/// <param name="title">What they are about.</param>
/// <param name="options">The options, in the order in which they are shown.</param>
internal sealed class OptionGroup(string title, params IReadOnlyList<Option> options)
{
    public string Title => title;

    public IReadOnlyList<Option> Options => options;
}

/// <summary>A command that says how its options are grouped, and has examples. Help and the manual page show both.</summary>
/// <param name="name">The name.</param>
/// <param name="description">What it does, in a sentence.</param>
internal sealed class DocumentedCommand(string name, string description) : Command(name, description)
{
    private readonly List<OptionGroup> _groups = [];
    private readonly List<Example> _examples = [];

    /// <summary>The groups, in order. Options that are in none come after them.</summary>
    public IReadOnlyList<OptionGroup> Groups => _groups;

    /// <summary>The examples, in order.</summary>
    public IReadOnlyList<Example> Examples => _examples;

    /// <summary>Adds options together.</summary>
    public void Add(OptionGroup group)
    {
        _groups.Add(group);
        foreach (Option option in group.Options)
            Add(option);
    }

    /// <summary>Adds an example.</summary>
    public void Add(Example example) => _examples.Add(example);
}
