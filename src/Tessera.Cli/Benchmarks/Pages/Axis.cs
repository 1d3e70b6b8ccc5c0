namespace Tessera.Cli.Benchmarks.Pages;

/// <summary>A mark on an axis.</summary>
/// <param name="Value">Where.</param>
/// <param name="Label">What stands there; null for a mark without text.</param>
internal readonly record struct Tick(double Value, string? Label);

/// <summary>Maps values to places in a drawing.</summary>
internal sealed class Axis
{
    private const double Margin = 0.07;
    private static readonly double[] Steps = [1, 2, 5, 10];

    private readonly Func<double, double> _scale;
    private readonly double _low;
    private readonly double _high;
    private readonly double _start;
    private readonly double _end;

    private Axis(Func<double, double> scale, double low, double high, double start, double end, IEnumerable<Tick> ticks)
    {
        _scale = scale;
        (_low, _high, _start, _end) = (low, high, start, end);
        Ticks = [.. ticks.Where(t => scale(t.Value) >= low - 1e-9 && scale(t.Value) <= high + 1e-9)];
    }

    /// <summary>The marks within the axis.</summary>
    public IReadOnlyList<Tick> Ticks { get; }

    /// <summary>The place at which the axis begins.</summary>
    public double Start => _start;

    /// <summary>The place at which it ends.</summary>
    public double End => _end;

    /// <summary>An even axis with some room beyond the values.</summary>
    /// <param name="values">What it must hold, at least one.</param>
    /// <param name="start">The place of its low end.</param>
    /// <param name="end">The place of its high end.</param>
    public static Axis Linear(IReadOnlyCollection<double> values, double start, double end)
    {
        double low = values.Min(), high = values.Max(), room = Math.Max((high - low) * Margin, Math.Max(high, 1) * 0.02);
        (low, high) = (Math.Max(0, low - room), high + room);
        double raw = (high - low) / 6, power = Math.Pow(10, Math.Floor(Math.Log10(raw))), step = Steps.First(s => s * power >= raw) * power;
        int decimals = (int)Math.Max(0, -Math.Floor(Math.Log10(step)));
        long first = (long)Math.Ceiling(low / step), count = (long)Math.Floor(high / step) - first + 1;
        return new(
            v => v, low, high, start, end,
            Enumerable.Range(0, (int)count).Select(i => (first + i) * step).Select(v => new Tick(v, v.ToString($"F{decimals}", System.Globalization.CultureInfo.InvariantCulture))));
    }

    /// <summary>A logarithmic axis with some room beyond the values.</summary>
    /// <param name="values">What it must hold, at least one, all above 0.</param>
    /// <param name="start">The place of its low end.</param>
    /// <param name="end">The place of its high end.</param>
    public static Axis Logarithmic(IReadOnlyCollection<double> values, double start, double end)
    {
        double low = Math.Log10(values.Min()), high = Math.Log10(values.Max()), room = Math.Max((high - low) * Margin, 0.12);
        (low, high) = (low - room, high + room);

        // On a short axis more of the marks have room for a number.
        double[] labelled = (high - low) switch { > 3 => [1], > 1.7 => [1, 3], _ => [1, 2, 5] };
        var ticks =
            from decade in Enumerable.Range((int)Math.Floor(low), (int)Math.Ceiling(high) - (int)Math.Floor(low) + 1)
            from digit in Enumerable.Range(1, 9)
            let value = digit * Math.Pow(10, decade)
            select new Tick(value, labelled.Contains(digit) ? ((decimal)value).ToString("0.####", System.Globalization.CultureInfo.InvariantCulture) : null);
        return new(Math.Log10, low, high, start, end, ticks);
    }

    /// <summary>The place of a value.</summary>
    public double At(double value) => _start + ((_scale(value) - _low) / (_high - _low) * (_end - _start));
}
