using System.Globalization;

namespace Tessera.Cli.Benchmarks.Pages;

/// <summary>How figures are written on the page.</summary>
internal static class FigureText
{
    public const string None = "\u2013";

    public static string Rate(double? value) => Format(value, "F3");

    public static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>Three significant digits.</summary>
    public static string Short(double? value) => value switch
    {
        null => None,
        >= 100 => Format(value, "N0"),
        >= 10 => Format(value, "F1"),
        >= 1 => Format(value, "F2"),
        _ => Format(value, "F3"),
    };

    public static string Megabytes(long? bytes) => Format(bytes / 1e6, "N0");

    /// <summary>A change with its sign, unless it is none.</summary>
    public static string Change(double fraction)
    {
        string digits = Percent(Math.Abs(fraction));
        return digits == Percent(0) ? digits : (fraction < 0 ? "\u2212" : "+") + digits;
    }

    public static string Percent(double fraction) => (fraction * 100).ToString("F1", CultureInfo.InvariantCulture) + "\u00a0%";

    public static string Plural(long count, string noun) => $"{Count(count)} {noun}{(count == 1 ? "" : "s")}";

    private static string Format(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture) ?? None;
}
