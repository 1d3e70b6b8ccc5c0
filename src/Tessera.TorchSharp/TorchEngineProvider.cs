using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Tessera.Exact;
using TorchSharp;

namespace Tessera.TorchSharp;

/// <summary>
/// Makes engines of libtorch: <c>cuda</c> for all CUDA devices or one, <c>torch-cpu</c> for this machine's processors. An engine is handed out only after it gave
/// the integers of a fixture that is part of this library.
/// </summary>
public sealed class TorchEngineProvider : IEngineProvider
{
    /// <summary>The name of the engine that runs on CUDA devices.</summary>
    public const string Cuda = "cuda";

    /// <summary>The name of the engine that runs on processors. It is for tests: the managed engine is faster there.</summary>
    public const string Cpu = "torch-cpu";

    private readonly TorchEngineOptions _options;
    private readonly Func<EngineChoice, (ImmutableArray<IDevice> Devices, string Reason)> _find;

    /// <summary>Creates a provider.</summary>
    /// <param name="options">How its engines work, or null for the defaults.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public TorchEngineProvider(TorchEngineOptions? options = null)
    {
        _options = options ?? new();
        _options.Validate();
        _find = Find;
    }

    /// <summary>Creates a provider of other devices.</summary>
    internal TorchEngineProvider(TorchEngineOptions options, Func<EngineChoice, (ImmutableArray<IDevice> Devices, string Reason)> find)
    {
        _options = options;
        _find = find;
    }

    /// <inheritdoc/>
    public ImmutableArray<string> Names => [Cuda, Cpu];

    /// <inheritdoc/>
    public string? AutomaticName => Cuda;

    /// <inheritdoc/>
    public EngineAvailability TryCreate(EngineChoice choice, out IEngine? engine, out string reason)
    {
        ArgumentNullException.ThrowIfNull(choice);
        engine = null;
        if (!Names.Contains(choice.Name))
            throw new ArgumentException($"There is no engine \"{choice.Name}\" here; there are {string.Join(" and ", Names)}.", nameof(choice));
        (ImmutableArray<IDevice> devices, reason) = _find(choice);
        if (devices.IsEmpty)
            return EngineAvailability.Absent;
        foreach (IDevice device in devices)
        {
            if (SelfTest.Disagreement(device) is not { } disagreement)
                continue;
            reason = $"{device.Name} failed the self-test and is not used: {disagreement}";
            foreach (IDevice found in devices)
                found.Dispose();
            return EngineAvailability.Faulty;
        }

        engine = new TorchEngine(devices, _options);
        return EngineAvailability.Available;
    }

    private (ImmutableArray<IDevice> Devices, string Reason) Find(EngineChoice choice)
    {
        if (choice.Name == Cpu && choice.Device is not null)
            return ([], "torch-cpu has no devices to choose from");
        if (!LibTorch.TryLoad(out string reason))
            return ([], reason);
        try
        {
            return choice.Name == Cpu
                ? ([new TorchDevice(torch.CPU, DeviceArithmetic.Single, _options.MeasuresTransfers)], "libtorch on this machine's processors")
                : FindCuda(choice.Device);
        }
        catch (Exception e) when (e is ExternalException or TypeInitializationException or NotSupportedException or DllNotFoundException
            or EntryPointNotFoundException or BadImageFormatException)
        {
            return ([], $"libtorch cannot be used: {TorchDevice.FirstLine((e.InnerException ?? e).Message)}");
        }
    }

    private (ImmutableArray<IDevice> Devices, string Reason) FindCuda(int? wanted)
    {
        if (!torch.TryInitializeDeviceType(DeviceType.CUDA))
            return ([], "libtorch finds no CUDA device: its package is one without CUDA, the driver is missing or older than CUDA 12.8, or there is no device");
        int count = torch.cuda.device_count();
        if (wanted >= count)
            return ([], $"there is no CUDA device {wanted}: there are {count}, numbered from 0");
        if (_options.AllowsTensorFloat32)
            torch.backends.cuda.matmul.allow_tf32 = true;
        int[] numbers = wanted is { } one ? [one] : [.. Enumerable.Range(0, count)];

        // Whether TF32 is allowed may change at any time: nothing relies on its not being.
        return (
            [.. numbers.Select(IDevice (number) => new TorchDevice(torch.device(DeviceType.CUDA, number), DeviceArithmetic.TensorFloat, _options.MeasuresTransfers))],
            numbers.Length == 1 ? $"CUDA device {numbers[0]}" : $"{numbers.Length} CUDA devices");
    }
}
