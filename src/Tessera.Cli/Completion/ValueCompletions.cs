using System.CommandLine;
using System.Globalization;
using Tessera.Exact;

namespace Tessera.Cli.Completion;

/// <summary>Values that shells may offer for options.</summary>
internal static class ValueCompletions
{
    /// <summary>Offers the ids of the models that the program brings. Plugins are not loaded: to press a key must not run them.</summary>
    public static void OfferModels(this Option option, ToolContext context) =>
        option.CompletionSources.Add(_ => context.CreateRegistry([], EngineChoice.Managed.Name).Models.Select(m => m.Identity.Id).Distinct());

    /// <summary>Offers the numbers from one to another.</summary>
    public static void OfferNumbers(this Option option, int first, int last) =>
        option.CompletionSources.Add([.. Enumerable.Range(first, last - first + 1).Select(n => n.ToString(CultureInfo.InvariantCulture))]);
}
