using Tessera.Documentation.Tests.Support;

namespace Tessera.Documentation.Tests;

/// <summary>The commands of the tutorials work, one after the other, as they stand there, and say what the page says that they say.</summary>
public sealed class TutorialTests
{
    [ShellFact]
    public Task Those_of_the_tutorial_on_models() => FollowAsync("docs/tutorial-model.md");

    [TrainingFact]
    public Task Those_of_the_tutorial_on_training() => FollowAsync("docs/tutorial-training.md");

    [ShellFact]
    public async Task A_command_that_fails_ends_a_tutorial()
    {
        using var shell = new Shell();
        (int exitCode, string output) = await shell.RunAsync(["echo begun > artifacts/a", "cat artifacts/a", "tessera info artifacts/none.tsra", "echo ended"]);
        Assert.Equal(3, exitCode);
        Assert.Contains("\nbegun\n", output, StringComparison.Ordinal);
        Assert.DoesNotContain("\nended\n", output, StringComparison.Ordinal);
    }

    private static async Task FollowAsync(string page)
    {
        CodeBlock[] blocks = [.. Document.Read(page).CodeBlocks()];
        string[] commands = [.. blocks.Where(b => b.IsShell).SelectMany(b => b.Commands)];
        Assert.NotEmpty(commands);
        using var shell = new Shell();
        (int exitCode, string output) = await shell.RunAsync(commands);
        Assert.True(exitCode == 0, $"{page}: exit code {exitCode}\n{output}");
        Assert.All(blocks.Where(b => b.Language == "text").SelectMany(b => b.Lines), line => Assert.Contains(line, output, StringComparison.Ordinal));
    }
}
