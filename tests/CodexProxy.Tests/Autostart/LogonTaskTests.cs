using CodexProxy.Autostart;
using CodexProxy.Commands;
using CodexProxy.Diagnosis;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Autostart;

/// <summary>Two installations on one Windows, whose tasks have one list. The list is a stand-in for the system's.</summary>
public sealed class LogonTaskTests : IDisposable
{
    private readonly CommandRun _run = new();
    private readonly Dictionary<string, string> _tasks = [];

    public LogonTaskTests()
    {
        _run.DefineService = LogonTask.Define;
        _run.RunProgram = (_, arguments, _, _) => Task.FromResult<ProgramEnd?>(new ProgramEnd(Schedule(arguments), ""));
    }

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task Each_state_folder_has_a_task_of_its_own()
    {
        await AtAsync("one", "service", "install", "--yes");
        await AtAsync("two", "service", "install", "--yes");

        _tasks.Values.ShouldBe([_run.Folder["one/logon-task.xml"], _run.Folder["two/logon-task.xml"]]);

        await AtAsync("one", "service", "uninstall", "--yes");

        _tasks.Values.ShouldBe([_run.Folder["two/logon-task.xml"]]);
    }

    [Fact]
    public async Task Installing_again_renews_the_task_and_leaving_takes_only_ones_own()
    {
        await AtAsync("one", "service", "install", "--yes");
        await AtAsync("one", "service", "install", "--yes", "--port", "9000");
        await AtAsync("two", "service", "install", "--yes");

        await AtAsync("two", "uninstall", "--yes");

        _tasks.Values.ShouldBe([_run.Folder["one/logon-task.xml"]]);
        File.Exists(_run.Folder["one/logon-task.xml"]).ShouldBeTrue();
    }

    [Fact]
    public void The_same_folder_has_the_same_name_however_it_is_written()
    {
        Name(_run.Folder["State"] + "/").ShouldBe(Name(_run.Folder["state"]));
        Name(_run.Folder["state"]).ShouldNotBe(Name(_run.Folder["state2"]));
    }

    private async Task AtAsync(string home, params string[] command)
    {
        _run.Variables["CODEX_PROXY_HOME"] = _run.Folder[home];
        (await _run.RunAsync(command)).ShouldBe(ExitCode.Done, _run.Messages);
    }

    // As schtasks: /Create with /F replaces a task of the same name, the others need one.
    private int Schedule(IReadOnlyList<string> arguments)
    {
        var name = arguments[2];
        switch (arguments[0])
        {
            case "/Create":
                _tasks[name] = arguments[4];
                return 0;
            case "/Delete":
                return _tasks.Remove(name) ? 0 : 1;
            default:
                return _tasks.ContainsKey(name) ? 0 : 1;
        }
    }

    private static string Name(string stateFolder) =>
        LogonTask
            .Define(
                new ServiceFacts(["codex-proxy"], new Dictionary<string, string>(), [], "/home", "/config", stateFolder)
            )
            .Start[0][3];
}
