using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace Tessera.Benchmarks;

/// <summary>Shows how many millions of operations (symbols) a second a benchmark does.</summary>
public sealed class SymbolsPerSecondColumn : IColumn
{
    public string Id => nameof(SymbolsPerSecondColumn);

    public string ColumnName => "M/s";

    public bool AlwaysShow => true;

    public ColumnCategory Category => ColumnCategory.Custom;

    public int PriorityInCategory => 0;

    public bool IsNumeric => true;

    public UnitType UnitType => UnitType.Dimensionless;

    public string Legend => "Millions of symbols per second";

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase) =>
        summary[benchmarkCase]?.ResultStatistics is { } statistics
            ? (1e3 / statistics.Mean).ToString("F1", System.Globalization.CultureInfo.InvariantCulture)
            : "?";

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style) => GetValue(summary, benchmarkCase);

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    public bool IsAvailable(Summary summary) => true;
}

/// <summary>The configuration of benchmarks that count symbols.</summary>
public sealed class SymbolsConfig : ManualConfig
{
    public SymbolsConfig() => AddColumn(new SymbolsPerSecondColumn());
}
