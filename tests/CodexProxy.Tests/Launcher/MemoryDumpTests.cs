using System.Diagnostics;
using CodexProxy.Launcher;

namespace CodexProxy.Tests.Launcher;

/// <summary>The memory of the built program, which holds logins, when it crashes and when others look.</summary>
public sealed class MemoryDumpTests : IDisposable
{
    private const int Abort = 6;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Installation _installation = new();

    public MemoryDumpTests() => Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux has the means.");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private string Dumps => _installation.Folder["dumps"];

    public void Dispose() => _installation.Dispose();

    [Theory]
    [InlineData(null, false)]
    [InlineData("0", false)]
    [InlineData("1", true)]
    public async Task A_crash_leaves_no_picture_of_the_memory_unless_it_is_allowed(string? allowed, bool isLeft)
    {
        Allow(allowed);
        Directory.CreateDirectory(Dumps);
        // The runtime's own means, asked for by somebody who looks for faults in other programs.
        _installation.Variables["DOTNET_DbgEnableMiniDump"] = "1";
        _installation.Variables["DOTNET_DbgMiniDumpType"] = "1";
        _installation.Variables["DOTNET_DbgMiniDumpName"] = Path.Combine(Dumps, "dump.%p");
        // The system's, where it writes into the folder that the program runs in.
        var limit = isLeft ? "ulimit -c 0" : "ulimit -c unlimited 2>/dev/null";
        using var server = await ServeAsync($"{limit}; cd '{Dumps}'");

        // The runtime makes its picture at the first, and leaves the process to the system at the second.
        UnixCalls.Send(server.Id, Abort).ShouldBeTrue();
        // Its maker tells success and failure on different streams.
        await UntilAsync(
            isLeft ? server.StandardOutput : server.StandardError,
            isLeft ? "successfully" : "Failure took"
        );
        // One that comes while the picture's maker still holds the process is lost.
        var ends = server.WaitForExitAsync(Cancelled);
        for (var sent = 0; sent < 60 && !ends.IsCompleted; sent++)
        {
            UnixCalls.Send(server.Id, Abort);
            await Task.WhenAny(ends, Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, Cancelled));
        }

        await ends.WaitAsync(Patience, Cancelled);
        server.ExitCode.ShouldBe(128 + Abort);
        (Directory.GetFiles(Dumps).Length > 0).ShouldBe(isLeft);
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData("1", true)]
    public async Task Other_programs_of_the_user_see_its_memory_and_variables_only_when_it_is_allowed(
        string? allowed,
        bool isSeen
    )
    {
        Allow(allowed);
        _installation.Variables["CODEX_PROXY_CLIENT_KEYS"] = "kanarienvogel";
        using var server = await ServeAsync("");

        var (variables, _) = await LookAsync($"cat /proc/{server.Id}/environ");
        var (_, memory) = await LookAsync($"head -c 1 /proc/{server.Id}/maps");

        variables.Contains("kanarienvogel", StringComparison.Ordinal).ShouldBe(isSeen);
        (memory == 0).ShouldBe(isSeen);
        UnixCalls.Send(server.Id, UnixCalls.Terminate).ShouldBeTrue();
        await server.WaitForExitAsync(Cancelled).WaitAsync(Patience, Cancelled);
    }

    [Fact]
    public async Task The_client_that_it_becomes_is_as_open_as_any_program()
    {
        _installation.Variables["CODEX_PROXY_CLAUDE"] = _installation.WriteProgram(
            "client",
            "head -c 1 /proc/$$/maps > /dev/null && echo open\n"
        );

        var run = await _installation.RunWithoutPowersAsync("claude");

        run.Output.ShouldBe("open\n", run.Messages);
    }

    private static async Task UntilAsync(StreamReader lines, string word)
    {
        string? line;
        do
        {
            line = await lines.ReadLineAsync(Cancelled).AsTask().WaitAsync(Patience, Cancelled);
        } while (line?.Contains(word) == false);
    }

    private void Allow(string? allowed)
    {
        if (allowed is not null)
        {
            _installation.Variables["CODEX_PROXY_DUMPS"] = allowed;
        }
    }

    private async Task<Process> ServeAsync(string shell)
    {
        var server = _installation.StartWithoutPowers(shell, "serve");
        string? line;
        do
        {
            line = await server.StandardOutput.ReadLineAsync(Cancelled).AsTask().WaitAsync(Patience, Cancelled);
        } while (line is not null && !line.StartsWith("address", StringComparison.Ordinal));

        line.ShouldNotBeNull();
        return server;
    }

    private static async Task<(string Output, int Code)> LookAsync(string command)
    {
        var start = new ProcessStartInfo("sh", ["-c", $"exec {Installation.WithoutPowers} {command}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync(Cancelled);
        await process.WaitForExitAsync(Cancelled).WaitAsync(Patience, Cancelled);
        return (output, process.ExitCode);
    }
}
