using System.Diagnostics;
using System.Globalization;
using System.Xml.Linq;
using CodexProxy.Autostart;
using CodexProxy.Options;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Autostart;

/// <summary>What each system is told of the gateway.</summary>
public sealed class ServiceDefinitionTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private ServiceFacts Facts(string program = "/usr/bin/true") =>
        new(
            [program, "serve", "--port", "9000"],
            new Dictionary<string, string> { ["CODEX_PROXY_HOME"] = "/home/a b/100% $HOME \"x\"" },
            ["/home/a b/.codex-proxy", "/home/a b/.codex"],
            _folder.Path,
            _folder["config"],
            _folder["state"]
        );

    [Fact]
    public async Task Systemd_takes_the_unit_without_a_word()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/systemd-analyze"), "There is no systemd here.");
        var file = _folder.Write("codex-proxy.service", SystemdUnit.Define(Facts()).Content);

        var (code, said) = await RunAsync("systemd-analyze", "--user", "--man=no", "verify", file);

        said.ShouldBe("");
        code.ShouldBe(0);
    }

    [Fact]
    public async Task Systemd_calls_the_unit_well_locked_in()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/systemd-analyze"), "There is no systemd here.");
        var file = _folder.Write("codex-proxy.service", SystemdUnit.Define(Facts()).Content);

        var (code, said) = await RunAsync("systemd-analyze", "security", "--offline=true", "--no-pager", file);

        // Overall exposure level for codex-proxy.service: 2.1 OK
        code.ShouldBe(0, said);
        var line = said.Split('\n').Single(text => text.Contains("Overall exposure level", StringComparison.Ordinal));
        var level = line.Split(' ').Single(word => word.Length > 1 && char.IsAsciiDigit(word[0]));
        double.Parse(level, CultureInfo.InvariantCulture).ShouldBeLessThan(4);
    }

    [Fact]
    public void Systemd_waits_longer_than_any_setting_lets_answers_finish()
    {
        var line = SystemdUnit
            .Define(Facts())
            .Content.Split('\n')
            .Single(text => text.StartsWith("TimeoutStopSec=", StringComparison.Ordinal));

        var patience = TimeSpan.FromSeconds(int.Parse(line.Split('=')[1], CultureInfo.InvariantCulture));
        // The last words, and what is written at the end.
        patience.ShouldBeGreaterThanOrEqualTo(ServerOptions.LongestShutdown + TimeSpan.FromSeconds(15));
    }

    [Fact]
    public void Odd_letters_in_paths_stay_what_they_are()
    {
        var unit = SystemdUnit.Define(Facts("/opt/a b/50%/$x/\"codex-proxy\"")).Content;

        unit.ShouldContain("ExecStart=\"/opt/a b/50%%/$$x/\\\"codex-proxy\\\"\" \"serve\" \"--port\" \"9000\"\n");
        unit.ShouldContain("Environment=\"CODEX_PROXY_HOME=/home/a b/100%% $HOME \\\"x\\\"\"\n");
        unit.ShouldContain("ReadWritePaths=\"-/home/a b/.codex-proxy\"\n");
    }

    [Fact]
    public void The_launch_agent_is_a_property_list_of_the_command()
    {
        var agent = LaunchAgent.Define(Facts("/opt/a & b/codex-proxy"));

        var list = XDocument.Parse(agent.Content).Root!.Element("dict")!;
        list.Elements("array")
            .Single()
            .Elements("string")
            .Select(text => text.Value)
            .ShouldBe(["/opt/a & b/codex-proxy", "serve", "--port", "9000"]);
        list.Elements("dict").First().Element("string")!.Value.ShouldBe("/home/a b/100% $HOME \"x\"");
        agent.FilePath.ShouldBe(Path.Combine(_folder.Path, "Library/LaunchAgents/io.github.codex-proxy.plist"));
        agent.Start.ShouldAllBe(command => command.Contains(agent.FilePath));
    }

    [Fact]
    public void The_task_of_Windows_quotes_its_arguments()
    {
        var facts = Facts() with { Command = ["C:\\Program Files\\codex-proxy.exe", "serve", "--config", "C:\\a b\\"] };

        var task = LogonTask.Define(facts);

        XNamespace schema = "http://schemas.microsoft.com/windows/2004/02/mit/task";
        var exec = XDocument.Parse(task.Content).Descendants(schema + "Exec").Single();
        exec.Element(schema + "Command")!.Value.ShouldBe("C:\\Program Files\\codex-proxy.exe");
        exec.Element(schema + "Arguments")!.Value.ShouldBe("\"serve\" \"--config\" \"C:\\a b\\\\\"");
        task.Hint.ShouldNotBeNull().ShouldContain("CODEX_PROXY_HOME");
    }

    [Fact]
    public void What_is_served_is_what_the_flags_and_the_environment_say()
    {
        var variables = new Dictionary<string, string> { ["CODEX_PROXY_HOME"] = "~/state", ["LOG_LEVEL"] = "debug" };
        var inputs = new OptionInputs
        {
            Flags = new Dictionary<string, string> { ["--port"] = "9000", ["--verbose"] = "debug" },
            Environment = variables.GetValueOrDefault,
            UserFolder = _folder.Path,
            WorkingFolder = _folder.Path,
        };

        var facts = ServiceFacts.Of(OptionsLoader.Load(inputs), inputs, arguments => ["codex-proxy", .. arguments]);

        facts.Command.ShouldBe(["codex-proxy", "serve", "--port", "9000", "--verbose"]);
        facts.Variables.ShouldBe(
            new Dictionary<string, string> { ["CODEX_PROXY_HOME"] = Path.Combine(_folder.Path, "state") }
        );
        facts.WritableFolders.ShouldBe([Path.Combine(_folder.Path, "state"), Path.Combine(_folder.Path, ".codex")]);
        facts.ConfigFolder.ShouldBe(Path.Combine(_folder.Path, ".config"));
    }

    private static async Task<(int Code, string Said)> RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            // Where a user's systemd would be; it is only looked up.
            Environment = { ["XDG_RUNTIME_DIR"] = Path.GetTempPath() },
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + errors);
    }
}
