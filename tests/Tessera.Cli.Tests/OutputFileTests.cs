using Tessera.Cli.Tests.Support;
using Tessera.Tests.Support;

namespace Tessera.Cli.Tests;

/// <summary>An output file is complete, or it is what it was before.</summary>
public sealed class OutputFileTests : CliTest
{
    [Fact]
    public async Task A_file_that_exists_is_kept_unless_it_is_forced()
    {
        string png = WritePng("photo.png");
        File.WriteAllText(At("photo.tsra"), "mine");
        CliResult refused = await RunAsync("encode", png);
        Assert.Equal(3, refused.ExitCode);
        AssertOneLine(refused.Error, "--force");
        Assert.Equal("mine", File.ReadAllText(At("photo.tsra")));

        Assert.Equal(0, (await RunAsync("encode", png, "--force")).ExitCode);
        Assert.Equal(0, (await RunAsync("verify", At("photo.tsra"))).ExitCode);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_damaged_input_leaves_no_output_and_no_rest(bool encode)
    {
        string input = WritePng("photo.png");
        if (!encode)
        {
            await RunAsync("encode", input);
            File.Delete(input);
            input = At("photo.tsra");
        }

        File.WriteAllBytes(input, File.ReadAllBytes(input)[..^100]);
        CliResult result = await RunAsync(encode ? "encode" : "decode", input);
        Assert.Equal(1, result.ExitCode);
        AssertOneLine(result.Error, input);
        Assert.Equal([Path.GetFileName(input)], Files());
    }

    [Fact]
    public async Task A_failure_keeps_the_file_that_was_to_be_replaced()
    {
        string png = WritePng("photo.png");
        File.WriteAllBytes(png, File.ReadAllBytes(png)[..^100]);
        File.WriteAllText(At("photo.tsra"), "mine");
        Assert.Equal(1, (await RunAsync("encode", png, "--force")).ExitCode);
        Assert.Equal("mine", File.ReadAllText(At("photo.tsra")));
        Assert.Equal(["photo.png", "photo.tsra"], Files());
    }

    [Fact]
    public async Task Cancelling_leaves_no_output_and_exits_with_130()
    {
        string png = WritePng("photo.png", 200, 200);
        using var cancellation = new CancellationTokenSource();
        int runs = 0;
        Model = new RawModel
        {
            Encoding = _ =>
            {
                if (Interlocked.Increment(ref runs) == 5)
                    cancellation.Cancel();
            },
        };
        CliResult result = await RunAsync(["encode", png], [], cancellationToken: cancellation.Token);
        Assert.Equal(130, result.ExitCode);
        AssertOneLine(result.Error, "Cancelled");
        Assert.Equal(["photo.png"], Files());
    }

    [Fact]
    public async Task A_model_that_fails_leaves_no_output_and_no_stack_trace()
    {
        string png = WritePng("photo.png");
        Model = new RawModel { Encoding = _ => throw new InvalidOperationException("The model\nbroke.") };
        CliResult result = await RunAsync("encode", png);
        Assert.NotEqual(0, result.ExitCode);
        AssertOneLine(result.Error, "The model broke.");
        Assert.Equal(["photo.png"], Files());
    }

    [Fact]
    public async Task A_link_stays_a_link()
    {
        string png = WritePng("photo.png");
        File.WriteAllText(At("target.tsra"), "old");
        File.CreateSymbolicLink(At("link.tsra"), At("target.tsra"));
        Assert.Equal(0, (await RunAsync("encode", png, At("link.tsra"), "--force")).ExitCode);
        Assert.NotNull(new FileInfo(At("link.tsra")).LinkTarget);
        Assert.Equal(0, (await RunAsync("verify", At("target.tsra"))).ExitCode);
    }
}
