using CodexProxy.Commands;
using CodexProxy.Diagnosis;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Commands;

/// <summary>Letting the system start the gateway, as Linux does it.</summary>
public sealed class ServiceCommandTests : IDisposable
{
    private readonly CommandRun _run = new();
    private readonly List<string> _programs = [];
    private Func<string, int> _exitCode = _ => 0;

    public ServiceCommandTests()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Other systems have other commands.");
        _run.RunProgram = (program, arguments, _, _) =>
        {
            var command = $"{program} {string.Join(' ', arguments)}";
            _programs.Add(command);
            return Task.FromResult<ProgramEnd?>(new ProgramEnd(_exitCode(command), ""));
        };
    }

    private string Unit => _run.Folder[".config/systemd/user/codex-proxy.service"];

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task It_is_shown_written_and_started_and_taken_away_again()
    {
        (await _run.RunAsync("service", "install", "--port", "9000", "--yes")).ShouldBe(ExitCode.Done);

        var unit = File.ReadAllText(Unit);
        unit.ShouldContain("\"--port\" \"9000\"");
        _run.Output.ShouldStartWith("~/.config/systemd/user/codex-proxy.service\n  [Unit]\n");
        _run.Output.ShouldEndWith("The systemd user unit is installed and started.\n");
        _run.Messages.ShouldContain("loginctl enable-linger");
        _programs.ShouldBe([
            "systemctl --user daemon-reload",
            "systemctl --user enable codex-proxy.service",
            "systemctl --user restart codex-proxy.service",
        ]);
        _run.Clear();
        (await _run.RunAsync("service", "status")).ShouldBe(ExitCode.Done);
        _run.Output.ShouldBe(
            "service    systemd user unit, running\nfile       ~/.config/systemd/user/codex-proxy.service\n"
        );
        // It was installed with a flag that this call does not have.
        _run.Messages.ShouldContain("another than this version");

        (await _run.RunAsync("service", "uninstall", "--yes")).ShouldBe(ExitCode.Done);
        _programs[^1].ShouldBe("systemctl --user disable --now codex-proxy.service");
        File.Exists(Unit).ShouldBeFalse();
        (await _run.RunAsync("service", "uninstall", "--yes")).ShouldBe(ExitCode.Done);
        _run.Output.ShouldEndWith("No service is installed.\n");
    }

    [Fact]
    public async Task Nobody_asked_means_nothing_done()
    {
        (await _run.RunAsync("service", "install")).ShouldBe(ExitCode.WrongUsage);

        _run.Messages.ShouldContain("add --yes");
        File.Exists(Unit).ShouldBeFalse();
        _programs.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_service_of_another_state_folder_is_not_replaced()
    {
        (await _run.RunAsync("service", "install", "--yes")).ShouldBe(ExitCode.Done);
        var unit = File.ReadAllText(Unit);
        _programs.Clear();
        _run.Variables["CODEX_PROXY_HOME"] = _run.Folder["other"];
        _run.Clear();

        (await _run.RunAsync("service", "install", "--yes")).ShouldBe(ExitCode.Failed);
        _run.Messages.ShouldContain("of another state folder. `codex-proxy service uninstall` takes that away first.");
        (await _run.RunAsync("service", "status")).ShouldBe(ExitCode.Failed);
        _run.Output.ShouldEndWith("of another state folder; this one has no service.\n");
        File.ReadAllText(Unit).ShouldBe(unit);
        _programs.ShouldBeEmpty();

        (await _run.RunAsync("service", "uninstall", "--yes")).ShouldBe(ExitCode.Done);
        _run.Output.ShouldContain("This stops the systemd user unit of another state folder and removes");
        (await _run.RunAsync("service", "install", "--yes")).ShouldBe(ExitCode.Done);
        File.ReadAllText(Unit).ShouldContain(_run.Folder["other"]);
    }

    [Fact]
    public async Task A_port_that_changes_cannot_be_installed()
    {
        (await _run.RunAsync("service", "install", "--port", "0", "--yes")).ShouldBe(ExitCode.WrongUsage);

        File.Exists(Unit).ShouldBeFalse();
    }

    [Fact]
    public async Task A_system_that_cannot_be_reached_is_told_and_the_file_can_be_taken_away()
    {
        _exitCode = _ => 1;

        (await _run.RunAsync("service", "install", "--yes")).ShouldBe(ExitCode.Failed);
        _run.Messages.ShouldContain("`systemctl --user daemon-reload` did not succeed");
        (await _run.RunAsync("service", "status")).ShouldBe(ExitCode.Failed);
        _run.Output.ShouldContain("systemd user unit, not running");
        (await _run.RunAsync("service", "uninstall", "--yes")).ShouldBe(ExitCode.Done);

        File.Exists(Unit).ShouldBeFalse();
    }
}
