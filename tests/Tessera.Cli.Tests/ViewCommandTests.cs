using Tessera.Cli.Tests.Support;

namespace Tessera.Cli.Tests;

/// <summary>How <c>tessera view</c> begins and ends.</summary>
public sealed class ViewCommandTests : CliTest
{
    [Fact]
    public async Task It_ends_well_when_it_is_cancelled()
    {
        await RunAsync("encode", WritePng("photo.png"));
        using var stopping = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        CliResult result = await RunAsync(["view", "--no-browser", At("photo.tsra")], [], cancellationToken: stopping.Token);
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Matches(@"photo\.tsra: http://127\.0\.0\.1:\d+/ \(Ctrl\+C ends\)", result.Output);
    }

    [Fact]
    public async Task Standard_input_and_frames_that_there_are_not_exit_with_2()
    {
        await RunAsync("encode", WritePng("photo.png"));
        CliResult piped = await RunAsync("view", "--no-browser", "-");
        Assert.Equal(2, piped.ExitCode);
        AssertOneLine(piped.Error, "standard input");
        CliResult frame = await RunAsync("view", "--no-browser", "--frame", "1", At("photo.tsra"));
        Assert.Equal(2, frame.ExitCode);
        AssertOneLine(frame.Error, "photo.tsra: There is no frame 1");
        Assert.Equal(2, (await RunAsync("view", "--no-browser", "--port", "65536", At("photo.tsra"))).ExitCode);
    }

    [Fact]
    public async Task A_file_without_its_index_exits_with_1_and_advice()
    {
        await RunAsync("encode", WritePng("photo.png"));
        byte[] file = await File.ReadAllBytesAsync(At("photo.tsra"));
        await File.WriteAllBytesAsync(At("photo.tsra"), file[..^1]);
        CliResult result = await RunAsync("view", "--no-browser", At("photo.tsra"));
        Assert.Equal(1, result.ExitCode);
        AssertOneLine(result.Error, "tessera repair");
    }

    [Fact]
    public async Task A_port_that_is_taken_exits_with_3()
    {
        await RunAsync("encode", WritePng("photo.png"));
        await using RunningView other = await RunningView.StartAsync(Model, 1 << 20, 0, At("photo.tsra"));
        CliResult result = await RunAsync("view", "--no-browser", "--port", $"{other.Address.Port}", At("photo.tsra"));
        Assert.Equal(3, result.ExitCode);
        AssertOneLine(result.Error, "--port 0 finds a free one");
    }
}
