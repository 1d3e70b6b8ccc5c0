using System.Globalization;
using Tessera.Cli.Benchmarks.Results;

namespace Tessera.Cli.Benchmarks.Pages;

/// <summary>How it was measured, so that others can do it again.</summary>
internal static class MethodSection
{
    public static void Write(Markup page, BenchReport report)
    {
        using (page.Element("section", ("aria-labelledby", "method")))
        {
            page.Leaf("h2", "How this was measured", ("id", "method"));
            using (page.Element("div", ("class", "method")))
            {
                page.Leaf(
                    "p",
                    "Every codec, Tessera included, is a program that is started anew for each picture, one at a time, with as many threads as it likes. It reads PNG or Netpbm without metadata and writes a file; another start decodes that file, and the result is compared with the source, sample by sample. A codec that changed a sample is named as not lossless, and its file counts for nothing."
                    + (report.Repeats > 1 ? $" Every command ran {report.Repeats} times; the shortest times count." : ""));
                WriteMachine(page, report);
            }

            using (page.Element("div", ("class", "scroll"), ("tabindex", "0"), ("role", "region"), ("aria-label", "Commands")))
            using (page.Element("table", ("class", "commands")))
            {
                page.Leaf("caption", "Programs and commands", ("class", "hidden"));
                using (page.Element("thead"))
                using (page.Element("tr"))
                {
                    foreach (string title in (string[])["Codec", "Version", "Encode", "Decode"])
                        page.Leaf("th", title, ("scope", "col"));
                }

                using (page.Element("tbody"))
                {
                    foreach (CodecReport codec in report.Measured)
                    {
                        using (page.Element("tr"))
                        {
                            page.Leaf("th", codec.Label, ("scope", "row"));
                            page.Leaf("td", codec.Version ?? FigureText.None);
                            Command(page, codec.EncodeCommand);
                            Command(page, codec.DecodeCommand);
                        }
                    }
                }
            }
        }
    }

    private static void Command(Markup page, string? command)
    {
        using (page.Element("td"))
            page.Leaf("code", command ?? FigureText.None);
    }

    private static void WriteMachine(Markup page, BenchReport report)
    {
        MachineReport machine = report.Machine;
        using (page.Element("dl"))
        {
            Entry(page, "Processor", $"{machine.Processor}, {FigureText.Plural(machine.Cores, "core")}, {machine.Architecture}");
            Entry(page, "Memory", string.Create(CultureInfo.InvariantCulture, $"{machine.MemoryBytes / 1e9:F1} GB"));
            Entry(page, "System", machine.System);
            Entry(page, "Tessera", $"{report.Tessera} on {machine.Runtime}");
            Entry(page, "Load before", machine.Load?.ToString("F2", CultureInfo.InvariantCulture) ?? FigureText.None);
        }
    }

    private static void Entry(Markup page, string term, string value)
    {
        page.Leaf("dt", term);
        page.Leaf("dd", value);
    }
}
