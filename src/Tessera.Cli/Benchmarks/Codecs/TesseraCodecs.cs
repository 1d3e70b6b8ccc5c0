using System.Collections.Immutable;
using System.Globalization;

namespace Tessera.Cli.Benchmarks.Codecs;

/// <summary>Tessera itself, at some of its efforts and with some of its models.</summary>
internal static class TesseraCodecs
{
    /// <summary>The model's name that leaves the choice to the program.</summary>
    public const string AutomaticModel = "auto";

    /// <summary>The efforts that are measured where none are asked for: the fastest, the default, the smallest.</summary>
    public static ImmutableArray<int> DefaultEfforts { get; } =
        [TesseraEncoderOptions.MinEffort, TesseraEncoderOptions.DefaultEffort, TesseraEncoderOptions.MaxEffort];

    /// <summary>Every model at every effort.</summary>
    /// <param name="models">Ids of models, or <see cref="AutomaticModel"/>.</param>
    /// <param name="efforts">Efforts.</param>
    /// <param name="shared">Arguments that both encoding and decoding get.</param>
    public static IEnumerable<Codec> Create(IEnumerable<string> models, IEnumerable<int> efforts, ImmutableArray<string> shared) =>
        from model in models.Distinct()
        from effort in efforts.Distinct().Order()
        select Create(model, effort, shared);

    private static Codec Create(string model, int effort, ImmutableArray<string> shared)
    {
        bool isAutomatic = model == AutomaticModel;
        string name = isAutomatic ? "tessera" : "tessera-" + model.Replace('/', '-');
        string label = isAutomatic ? "Tessera" : "Tessera " + model;
        ImmutableArray<string> choice = isAutomatic ? [] : ["--model", model];
        return new(
            $"{name}-e{effort}",
            $"{label} e{effort}",
            label,
            SelfCommand.With(["encode", "--effort", effort.ToString(CultureInfo.InvariantCulture), .. choice, .. shared, CommandTemplate.Input, CommandTemplate.Output]),
            SelfCommand.With(["decode", .. shared, CommandTemplate.Input, CommandTemplate.Output]),
            Files.FormatCatalog.TesseraExtension)
        {
            IsTessera = true,
            IsDefaultTessera = isAutomatic && effort == TesseraEncoderOptions.DefaultEffort,
        };
    }
}
