using System.Text.Json;
using System.Text.RegularExpressions;
using CodexProxy.Commands;
using CodexProxy.Options;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Autostart;

/// <summary>The container files name only what the program knows. Whether a container can be made of them is not shown here.</summary>
public sealed partial class ContainerFilesTests
{
    private static readonly string Container = File.ReadAllText(Repository.File("deploy/Dockerfile"));
    private static readonly string Composition = File.ReadAllText(Repository.File("deploy/compose.yaml"));

    [Fact]
    public void Every_variable_is_a_setting()
    {
        var known = Settings.All.SelectMany(setting => setting.Variables).ToHashSet();

        var named = Variable().Matches(Container + Composition).Select(match => match.Value).Distinct().ToList();

        named.ShouldBe(["CODEX_PROXY_HOME", "CODEX_PROXY_HOST", "CODEX_PROXY_CLIENT_KEYS"]);
        named.ShouldAllBe(name => known.Contains(name));
    }

    [Fact]
    public void The_port_is_the_programs_own_and_open_on_this_machine_only()
    {
        var port = new ServerOptions().Port;

        Container.ShouldContain($"EXPOSE {port}\n");
        Composition.ShouldContain($"- \"127.0.0.1:{port}:{port}\"\n");
    }

    [Fact]
    public void Its_commands_are_commands_of_the_program()
    {
        using var run = new CommandRun();
        var root = CommandLine.CreateRoot(run.Context(TextWriter.Null));
        var programs = Command().Matches(Container).Select(match => Words(match.Value)).ToList();

        programs.Count.ShouldBe(3);
        programs
            .Select(words =>
                words.SkipWhile(word => word == "dotnet" || word.EndsWith(".dll", StringComparison.Ordinal))
            )
            .ShouldAllBe(words => root.Parse(words.ToArray()).Errors.Count == 0);
        File.Exists(Repository.File("src/CodexProxy/Properties/PublishProfiles/Portable.pubxml")).ShouldBeTrue();
        Container.ShouldContain("-p:PublishProfile=Portable ");
    }

    [Fact]
    public void It_has_no_rights_and_writes_to_its_state_only()
    {
        Container.ShouldContain("\nUSER app\n");
        Composition.ShouldContain("    read_only: true\n");
        Composition.ShouldContain("    cap_drop: [ALL]\n");
        Composition.ShouldContain("no-new-privileges:true");
    }

    private static List<string> Words(string json)
    {
        using var document = JsonDocument.Parse(json);
        return [.. document.RootElement.EnumerateArray().Select(word => word.GetString()!)];
    }

    [GeneratedRegex("CODEX_PROXY_[A-Z_]+")]
    private static partial Regex Variable();

    [GeneratedRegex(@"\[""[^\]]*\]")]
    private static partial Regex Command();
}
