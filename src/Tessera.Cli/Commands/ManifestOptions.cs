using System.CommandLine;
using Tessera.Cli.Manifests;

namespace Tessera.Cli.Commands;

/// <summary>Options for work that many runs, or many machines, do together.</summary>
internal static class ManifestOptions
{
    public static Option<string?> Manifest(string description) => new("--manifest") { Description = description, HelpName = "file" };

    public static Option<Shard?> Shard() => new("--shard")
    {
        Description = "Do only part i of n, counted from 0: a file's part depends on its path in the folder alone. Each part has a manifest of its own.",
        HelpName = "i/n",
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            Shard? shard = Manifests.Shard.TryParse(text);
            if (shard is null)
                result.AddError($"--shard is I/N with I from 0 to N - 1, such as 0/4, not {text}.");
            return shard;
        },
    };
}
