namespace Tessera.Packages.Tests;

/// <summary>A test that publishes the program, which takes minutes: run where TESSERA_TEST_PUBLISH is 1.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PublishTheoryAttribute : TheoryAttribute
{
    public PublishTheoryAttribute()
    {
        if (Environment.GetEnvironmentVariable("TESSERA_TEST_PUBLISH") != "1")
            Skip = "It takes minutes; set TESSERA_TEST_PUBLISH=1 (docs/building.md).";
    }
}
