using CodexProxy.Launcher;
using CodexProxy.Options;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Launcher;

/// <summary>What the runtime unpacks of a single file, told from what others keep under the same name.</summary>
public sealed class UnpackedProgramTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Libraries_go_with_their_folders_and_what_else_lies_there_stays()
    {
        _folder.Write("opt/codex-proxy/Ab3-x_/libe_sqlite3.so", "");
        _folder.Write("opt/codex-proxy/Zz9/e_sqlite3.dll", "");
        _folder.Write("opt/codex-proxy/Zz9/other.dll", "");
        _folder.Write("opt/codex-proxy/src/libe_sqlite3.so", "");
        _folder.Write("opt/codex-proxy/src/Program.cs", "mine");
        _folder.Write("opt/codex-proxy/docs/readme.md", "mine");

        UnpackedProgram.Remove(_folder["opt"]);

        Directory
            .GetFiles(_folder.Path, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(_folder.Path, path))
            .ShouldBe(
                [
                    "opt/codex-proxy/src/libe_sqlite3.so",
                    "opt/codex-proxy/src/Program.cs",
                    "opt/codex-proxy/docs/readme.md",
                ],
                ignoreOrder: true
            );
        Directory.GetDirectories(_folder["opt/codex-proxy"]).Length.ShouldBe(2);
    }

    [Theory]
    [InlineData(".net", false)]
    [InlineData("mine", true)]
    public void An_empty_folder_goes_unless_a_person_has_named_it(string shared, bool stays)
    {
        _folder.Write($"{shared}/codex-proxy/Ab3/libe_sqlite3.so", "");

        UnpackedProgram.Remove(_folder[shared]);

        Directory.Exists(_folder[$"{shared}/codex-proxy"]).ShouldBeFalse();
        Directory.Exists(_folder[shared]).ShouldBe(stays);
        UnpackedProgram.Versions(_folder[shared]).ShouldBeEmpty();
    }

    [Fact]
    public void It_is_looked_for_where_the_runtime_puts_it()
    {
        var variables = new Dictionary<string, string>();
        var inputs = new OptionInputs
        {
            Environment = variables.GetValueOrDefault,
            UserFolder = _folder.Path,
            WorkingFolder = _folder.Path,
        };

        UnpackedProgram
            .SharedFolder(inputs)
            .ShouldBe(Path.Combine(OperatingSystem.IsWindows() ? Path.GetTempPath() : _folder.Path, ".net"));
        variables["DOTNET_BUNDLE_EXTRACT_BASE_DIR"] = "here";
        UnpackedProgram.SharedFolder(inputs).ShouldBe(_folder["here"]);
    }
}
