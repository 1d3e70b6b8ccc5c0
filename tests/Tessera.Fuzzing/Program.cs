using System.Diagnostics;
using System.Globalization;
using Tessera.Fuzzing;
using Tessera.Fuzzing.Engine;
using Tessera.Fuzzing.Targets;

if (args is ["--help"] or ["-h"] || !FuzzOptions.TryParse(args, out FuzzOptions? options, out string? error))
{
    Console.WriteLine(FuzzOptions.Usage);
    return args is ["--help"] or ["-h"] ? 0 : 2;
}

IReadOnlyList<FuzzTarget> installed = FuzzTargets.All();
if (options.Lists)
{
    foreach (FuzzTarget target in installed)
        Console.WriteLine(target.Name);
    return 0;
}

FuzzTarget[] targets = [.. installed.Where(t => options.Matches(t.Name))];
if (targets.Length == 0)
{
    Console.Error.WriteLine($"There is no target {options.Target}. There are: {string.Join(", ", installed.Select(t => t.Name))}.");
    return 2;
}

if (options.Input is { } number)
    return Replay(targets[0], Fuzzer.Reproduce(targets[0], options.Seed, number));
if (options.File is { } file)
    return Replay(targets[0], File.ReadAllBytes(file));

bool found = false;
long total = 0;
var clock = Stopwatch.StartNew();
foreach (FuzzTarget target in targets)
{
    var own = Stopwatch.StartNew();
    FuzzStatistics seen = Fuzzer.Run(target, options.Seed, options.Inputs, options.Time, options.Threads);
    total += seen.Inputs;
    found |= seen.Findings.Count > 0;
    Show(target.Name, seen, own.Elapsed);
}

Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"all: {total:N0} inputs in {clock.Elapsed.TotalSeconds:F0} s"));
return found ? 1 : 0;

void Show(string name, FuzzStatistics seen, TimeSpan time)
{
    Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{name}: {seen.Inputs:N0} inputs, {seen.Inputs / time.TotalSeconds:N0}/s; {seen.Accepted:N0} accepted; {seen.Signatures.Count} outcomes; {seen.Findings.Count} findings"));
    Console.WriteLine("  slowest " + string.Join(", ", seen.Slowest.Select(s => string.Create(
        CultureInfo.InvariantCulture, $"{s.Time.TotalMilliseconds:F1} ms (input {s.Number}, {s.Length} bytes)"))));
    Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"  largest allocation {seen.LargestAllocation.Bytes:N0} bytes (input {seen.LargestAllocation.Number}, {seen.LargestAllocation.Length} bytes)"));
    foreach (Finding finding in seen.Findings)
    {
        Directory.CreateDirectory(options.Folder);
        string path = Path.Combine(options.Folder, $"{finding.Target.Replace('/', '-').Replace(':', '-')}-{finding.Seed}-{finding.Number}.bin");
        File.WriteAllBytes(path, finding.Input);
        Console.WriteLine($"  FINDING {finding.Arguments} ({path}): {finding.What}");
    }
}

static int Replay(FuzzTarget target, byte[] input)
{
    using FuzzRunner runner = target.CreateRunner();
    string? fault = FuzzRound.Judge(target, runner, input, out Outcome outcome, out TimeSpan time, out long allocated);
    Console.WriteLine($"{input.Length} bytes: {Convert.ToHexString(input.AsSpan(0, Math.Min(input.Length, 4096)))}");
    Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"{outcome.Kind}: {outcome.Detail}; {outcome.Pixels} pixels, {time.TotalMilliseconds:F1} ms, {allocated:N0} bytes allocated"));
    Console.WriteLine(fault is null ? "No finding." : $"FINDING {fault}");
    return fault is null ? 0 : 1;
}
