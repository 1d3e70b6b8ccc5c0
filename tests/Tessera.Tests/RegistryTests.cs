using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.Loader;
using Tessera;
using Tessera.Exact;
using Tessera.Exact.Managed;
using Tessera.Tests;
using Tessera.Tests.Support;

[assembly: TesseraPlugin(typeof(RegistryTests.DeclaredPlugin))]

namespace Tessera.Tests;

/// <summary>Where models come from, and how they are found.</summary>
public class RegistryTests
{
    private static readonly string PluginFolder = Path.Combine(AppContext.BaseDirectory, "plugins");

    [Fact]
    public void Models_keep_the_order_in_which_they_were_added()
    {
        ModelRegistry registry = new ModelRegistryBuilder().Add(new DeclaredPlugin()).Add(new OtherPlugin()).Build();
        Assert.Equal(["declared version 1", "other version 2", "other version 1"], registry.Models.Select(m => m.Identity.ToString()));
        Assert.Equal(["declared version 1", "other version 2"], registry.EncodingModels.Select(m => m.Identity.ToString()));
    }

    [Fact]
    public void A_decoder_finds_exactly_the_model_that_a_file_names()
    {
        ModelRegistry registry = new ModelRegistryBuilder().Add(new OtherPlugin()).Build();
        Assert.Equal(1, registry.Find(new("other", 1)).Identity.Version);
        Assert.Equal(2, registry.Find(new("other", 2)).Identity.Version);
        Assert.Null(registry.TryFind(new("other", 3)));
        Assert.Null(registry.TryFind(new("other", 1, [.. new byte[32]])));
        Assert.Null(registry.TryFind(new("Other", 1)));
    }

    [Fact]
    public void Two_plugins_with_one_identity_are_an_error_that_names_both()
    {
        ModelRegistryBuilder builder = new ModelRegistryBuilder().Add(new OtherPlugin()).Add(new ImpostorPlugin());
        var e = Assert.Throws<ModelRegistryException>(builder.Build);
        Assert.Contains("other version 1", e.Message, StringComparison.Ordinal);
        Assert.Contains(typeof(OtherPlugin).FullName!, e.Message, StringComparison.Ordinal);
        Assert.Contains(typeof(ImpostorPlugin).FullName!, e.Message, StringComparison.Ordinal);
        Assert.Contains("assembly Tessera.Tests", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_plugin_that_is_added_twice_counts_once()
    {
        ModelRegistry registry = new ModelRegistryBuilder().Add(new OtherPlugin()).Add(new OtherPlugin()).Build();
        Assert.Equal(2, registry.Models.Length);
    }

    [Fact]
    public void Models_with_networks_get_the_engine_of_the_registry()
    {
        var engine = new ManagedEngine();
        var plugin = new NetworkPlugin();
        new ModelRegistryBuilder(engine).Add(plugin).Add(new OtherPlugin()).Build();
        Assert.Equal([engine], plugin.Engines);
    }

    [Fact]
    public void Models_with_networks_choose_their_engine_where_the_registry_has_none()
    {
        var plugin = new NetworkPlugin();
        new ModelRegistryBuilder().Add(plugin).Build();
        Assert.Equal([null], plugin.Engines);
    }

    [Fact]
    public void Plugins_of_the_application_are_found_by_their_attribute()
    {
        ModelRegistry registry = new ModelRegistryBuilder().AddApplicationAssemblies().Build();
        Assert.Contains(registry.Models, m => m.Identity.Id == "declared");
        Assert.DoesNotContain(registry.Models, m => m.Identity.Id == "test/constant");
    }

    [Fact]
    public async Task Plugins_of_a_folder_are_loaded_in_a_context_of_their_own_and_work()
    {
        Assert.DoesNotContain(AssemblyLoadContext.Default.Assemblies, a => a.GetName().Name == "Tessera.TestPlugin");
        ModelRegistry registry = new ModelRegistryBuilder().AddFolder(PluginFolder).Build();
        TileModel model = Assert.Single(registry.Models);
        Assert.Equal(new("test/constant", 4), model.Identity);
        Assert.NotSame(AssemblyLoadContext.Default, AssemblyLoadContext.GetLoadContext(model.GetType().Assembly));

        using Raster black = Raster.Create(new(100, 70, new(3, 8)));
        byte[] file = await new TesseraEncoder(new() { Registry = registry }).EncodeToArrayAsync(black);
        using Raster back = await new TesseraDecoder(new() { Registry = registry }).DecodeToRasterAsync(new MemoryStream(file));
        Assert.True(black.HasSamePixels(back));
    }

    [Fact]
    public void The_folder_of_the_plugin_itself_may_be_named_as_well()
    {
        ModelRegistry registry = new ModelRegistryBuilder().AddFolder(Path.Combine(PluginFolder, "constant")).Build();
        Assert.Single(registry.Models);
    }

    [Fact]
    public void The_same_plugin_in_two_folders_is_an_error()
    {
        using var folder = new TemporaryFolder();
        CopyPlugin(folder, "one");
        CopyPlugin(folder, "two");
        var e = Assert.Throws<ModelRegistryException>(() => new ModelRegistryBuilder().AddFolder(folder.Path).Build());
        Assert.Contains("test/constant version 4 is offered by two plugins", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_that_are_no_plugins_are_passed_over()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(Path.Combine(folder.Path, "native.dll"), [0x7F, (byte)'E', (byte)'L', (byte)'F', 1, 2, 3]);
        File.WriteAllBytes(Path.Combine(folder.Path, "empty.dll"), []);
        File.Copy(typeof(TileModel).Assembly.Location, Path.Combine(folder.Path, "Tessera.dll"));
        CopyPlugin(folder, "plugin");
        Assert.Single(new ModelRegistryBuilder().AddFolder(folder.Path).Build().Models);
    }

    [Fact]
    public void A_folder_that_is_not_there_is_an_error() =>
        Assert.Throws<DirectoryNotFoundException>(() => new ModelRegistryBuilder().AddFolder(Path.Combine(PluginFolder, "none")));

    [Fact]
    public void A_plugin_that_fails_is_named_with_its_cause()
    {
        var e = Assert.Throws<ModelRegistryException>(() => new ModelRegistryBuilder().Add(new FailingPlugin()));
        Assert.Contains(nameof(FailingPlugin), e.Message, StringComparison.Ordinal);
        Assert.Contains("no weights here", e.Message, StringComparison.Ordinal);
        Assert.IsType<FileNotFoundException>(e.InnerException);
    }

    [Fact]
    public void A_plugin_that_lacks_a_library_is_named_with_what_it_lacks()
    {
        using var folder = new TemporaryFolder();
        WritePluginThatLacksItsBase(Path.Combine(folder.Path, "Lacking.dll"));
        var e = Assert.Throws<ModelRegistryException>(() => new ModelRegistryBuilder().AddFolder(folder.Path));
        Assert.StartsWith("The plugins of Lacking 1.2.3.4 cannot be loaded:", e.Message, StringComparison.Ordinal);
        Assert.Contains("'Absent,", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_plugin_that_is_cut_off_anywhere_is_passed_over_or_named()
    {
        byte[] whole = File.ReadAllBytes(Path.Combine(PluginFolder, "constant", "Tessera.TestPlugin.dll"));
        for (int length = 0; length < whole.Length; length += 256)
        {
            using var folder = new TemporaryFolder();
            File.WriteAllBytes(Path.Combine(folder.Path, "Cut.dll"), whole[..length]);
            var builder = new ModelRegistryBuilder();
            if (Record.Exception(() => builder.AddFolder(folder.Path)) is { } e)
                Assert.Contains("Cut.dll", Assert.IsType<ModelRegistryException>(e).Message, StringComparison.Ordinal);
            else
                Assert.Empty(builder.Build().Models);
        }
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData("Classic", 1)]
    [InlineData("a b", 1)]
    [InlineData("a", 0)]
    public void A_model_with_a_bad_identity_is_refused(string id, int version) =>
        Assert.Throws<ModelRegistryException>(() => new ModelRegistryBuilder().Add(new Codec.Plugin([new RawModel(id, version)])));

    [Fact]
    public void An_identity_has_a_hash_of_32_bytes_or_none()
    {
        new ModelIdentity("a", 1, [.. new byte[32]]).Validate();
        new ModelIdentity("a", 1).Validate();
        Assert.Throws<ArgumentException>(() => new ModelIdentity("a", 1, [.. new byte[31]]).Validate());
        Assert.Throws<ArgumentException>(() => new ModelIdentity(new string('a', 65), 1).Validate());
        Assert.Equal("a/b version 2 (weights 0000000000000000...)", new ModelIdentity("a/b", 2, [.. new byte[32]]).ToString());
    }

    /// <summary>Writes an assembly with a plugin whose base class is in an assembly that is nowhere.</summary>
    private static void WritePluginThatLacksItsBase(string path)
    {
        var absent = new PersistedAssemblyBuilder(new("Absent") { Version = new(1, 0) }, typeof(object).Assembly);
        TypeBuilder parent = absent.DefineDynamicModule("Absent").DefineType("Parent", TypeAttributes.Public);
        parent.DefineDefaultConstructor(MethodAttributes.Public);
        var lacking = new PersistedAssemblyBuilder(new("Lacking") { Version = new(1, 2, 3, 4) }, typeof(object).Assembly);
        Type plugin = lacking.DefineDynamicModule("Lacking").DefineType("Plugin", TypeAttributes.Public, parent.CreateType()).CreateType();
        lacking.SetCustomAttribute(new(typeof(TesseraPluginAttribute).GetConstructors().Single(), [plugin]));
        lacking.Save(path);
    }

    private static void CopyPlugin(TemporaryFolder folder, string name)
    {
        string target = Directory.CreateDirectory(Path.Combine(folder.Path, name)).FullName;
        File.Copy(Path.Combine(PluginFolder, "constant", "Tessera.TestPlugin.dll"), Path.Combine(target, "Tessera.TestPlugin.dll"));
    }

    public sealed class DeclaredPlugin : IModelPlugin
    {
        public IEnumerable<TileModel> CreateModels() => [new RawModel("declared")];
    }

    private sealed class OtherPlugin : IModelPlugin
    {
        public IEnumerable<TileModel> CreateModels() => [new RawModel("other", 2), new RawModel("other", 1)];
    }

    private sealed class ImpostorPlugin : IModelPlugin
    {
        public IEnumerable<TileModel> CreateModels() => [new RawModel("other", 1)];
    }

    private sealed class FailingPlugin : IModelPlugin
    {
        public IEnumerable<TileModel> CreateModels() => throw new FileNotFoundException("no weights here");
    }

    private sealed class TemporaryFolder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("tessera-tests-").FullName;

        // Loaded assemblies stay mapped on some systems, and their files cannot be deleted there.
        public void Dispose()
        {
            try
            {
                Directory.Delete(Path, recursive: true);
            }
            catch (UnauthorizedAccessException)
            {
            }
        }
    }

    private sealed class NetworkPlugin : INetworkPlugin
    {
        /// <summary>What models were created with.</summary>
        public List<IEngine?> Engines { get; } = [];

        public IEnumerable<TileModel> CreateModels()
        {
            Engines.Add(null);
            return [];
        }

        public IEnumerable<TileModel> CreateModels(IEngine engine)
        {
            Engines.Add(engine);
            return [];
        }
    }
}
