using System.Text.Json;
using CodexProxy.Commands;
using CodexProxy.Hosting;
using CodexProxy.Options;
using CodexProxy.Protocol.Models;
using CodexProxy.Tests.Credentials;
using CodexProxy.Tests.Diagnosis;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Commands;

/// <summary>The whole of <c>doctor</c>, as it is read.</summary>
public sealed class DoctorCommandTests : IAsyncLifetime
{
    private readonly CommandRun _run = new();
    private readonly ManualTime _time = new();
    private readonly StubHandler _internet;
    private RunningGateway _gateway = null!;

    public DoctorCommandTests()
    {
        _internet = new StubHandler(_ => new HttpResponseMessage { Headers = { Date = _time.GetUtcNow() } });
        _run.Surroundings = new GatewaySurroundings
        {
            Logs = new CollectedLog(),
            Time = _time,
            Upstream = _internet,
        };
    }

    public async ValueTask InitializeAsync() => _gateway = await RunningGateway.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        _internet.Dispose();
        _run.Dispose();
    }

    [Fact]
    public async Task A_machine_where_everything_fits()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The client is played by a shell script.");
        await SetUpAsync();
        Script("claude", "echo '2.1.329 (Claude Code)'");
        Script("codex-proxy", "echo 'Opus'");
        var settings = _run.Folder[".claude/settings.json"];
        await File.WriteAllTextAsync(
            settings,
            (await File.ReadAllTextAsync(settings)).Replace(
                "\"codex-proxy statusline\"",
                $"\"{_run.Folder["bin/codex-proxy"]} statusline\"",
                StringComparison.Ordinal
            )
        );

        (await DoctorAsync()).ShouldBe(ExitCode.Done, _run.Output);

        Golden()
            .ShouldBe(
                """
                ✓ runtime       .NET VERSION.
                ✓ settings      No settings file; the defaults and the environment are in force.
                ✓ state         ~/.codex-proxy is closed to others.
                ✓ port          The gateway 0.1.0 runs on port PORT.
                ✓ sign-in       Signed in (pro); the token lasts until 2026-11-26 12:00 UTC and is renewed before.
                ✓ upstream      chatgpt.com answers.
                ✓ issuer        auth.openai.com answers.
                ✓ clock         The clock is right.
                ✓ models        The built-in table of COUNT models; the gateway fetches a live one when it serves.
                ✓ client        Claude Code 2.1.329.
                ✓ client files  ~/.claude/settings.json can be loaded.
                ✓ gateway       ~/.claude/settings.json leads to http://127.0.0.1:PORT.
                ✓ key           The key is this installation's.
                ✓ rivals        No variable leads Claude Code elsewhere.
                ✓ shell         The shell says nothing else than the settings.
                ✓ status line   The status line works.

                All is well.

                """
            );
        _run.Messages.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_machine_where_little_fits()
    {
        _run.Variables["ANTHROPIC_API_KEY"] = "sk-secret";
        _run.Folder.Write(".claude/settings.json", """{"env": {"ANTHROPIC_BASE_URL": "https://other.example"}}""");

        (await DoctorAsync()).ShouldBe(ExitCode.Failed);

        Golden()
            .ShouldBe(
                """
                ✓ runtime       .NET VERSION.
                ✓ settings      No settings file; the defaults and the environment are in force.
                ✓ state         ~/.codex-proxy does not exist yet; the first start makes it.
                ✓ port          The gateway 0.1.0 runs on port PORT.
                ✗ sign-in       Not signed in.
                                Run `codex-proxy login`.
                ✓ upstream      chatgpt.com answers.
                ✓ issuer        auth.openai.com answers.
                ✓ clock         The clock is right.
                ✓ models        The built-in table of COUNT models; the gateway fetches a live one when it serves.
                ! client        Claude Code was not found on PATH.
                                Install it with `npm install -g @anthropic-ai/claude-code`, or put it on PATH.
                ✓ client files  ~/.claude/settings.json can be loaded.
                ✗ gateway       ~/.claude/settings.json leads Claude Code elsewhere than to http://127.0.0.1:PORT.
                                Run `codex-proxy setup`, or take ANTHROPIC_BASE_URL out there.
                ✓ key           Not asked for, as long as nothing leads here.
                ! rivals        Claude Code goes by these variables as well: ANTHROPIC_API_KEY (the shell).
                                Run `unset ANTHROPIC_API_KEY`, and take it out of the shell's start file.
                ✓ shell         The shell says nothing else than the settings.
                ✓ status line   No status line is set.

                2 problems, 2 warnings.

                """
            );
        Directory.Exists(_run.Folder[".codex-proxy"]).ShouldBeFalse("looking changes nothing");
    }

    [Fact]
    public async Task Wrong_settings_are_told_alone()
    {
        (await _run.RunAsync("doctor", "--port", "x")).ShouldBe(ExitCode.Failed);

        Golden()
            .ShouldBe(
                """
                ✓ runtime   .NET VERSION.
                ✗ settings  --port: "x" is not a whole number from 0 to 65535.
                            Correct it, or remove it to use the default.

                1 problem, 0 warnings.

                """
            );
    }

    [Fact]
    public async Task Programs_are_told_in_json()
    {
        (await DoctorAsync("--json")).ShouldBe(ExitCode.Failed);

        using var document = JsonDocument.Parse(_run.Output);
        var findings = document.RootElement.EnumerateArray().ToList();
        findings.Count.ShouldBe(16);
        findings[4]
            .ToString()
            .ShouldBe(
                """{"name":"sign-in","result":"problem","message":"Not signed in.","cure":"Run `codex-proxy login`."}"""
            );
        findings[5].GetProperty("cure").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    private string Port => _gateway.Address.Port.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private async Task SetUpAsync()
    {
        _run.Variables["PATH"] = _run.Folder["bin"];
        _run.Folder.Write(".codex/auth.json", Tokens.File(Tokens.Access(_time.GetUtcNow().AddDays(5))));
        Script("codex-proxy", "");
        (await _run.RunAsync("setup", "--yes", "--port", Port)).ShouldBe(ExitCode.Done, _run.Messages);
        _run.Clear();
    }

    private Task<int> DoctorAsync(params string[] more) => _run.RunAsync(["doctor", "--port", Port, .. more]);

    private void Script(string name, string line)
    {
        var file = _run.Folder.Write($"bin/{name}", $"#!/bin/sh\n{line}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    // What differs from machine to machine.
    private string Golden() =>
        _run
            .Output.Replace(Port, "PORT", StringComparison.Ordinal)
            .Replace(Environment.Version.ToString(), "VERSION", StringComparison.Ordinal)
            .Replace($"{ModelCatalogue.Embedded.Models.Count} models", "COUNT models", StringComparison.Ordinal)
            .Replace(ProductInfo.Version, "0.1.0", StringComparison.Ordinal);
}
