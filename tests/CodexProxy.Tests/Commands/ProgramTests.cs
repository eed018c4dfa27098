using System.Diagnostics;
using CodexProxy.Commands;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Commands;

/// <summary>The built program as a process of its own.</summary>
public sealed class ProgramTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task It_serves_until_it_is_told_to_stop_and_heeds_no_settings_but_its_own()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The signal is one of Unix.");
        // What a web project in the working folder, or its shell, may have set for itself.
        _folder.Write(
            "appsettings.json",
            """{ "Kestrel": { "Endpoints": { "Http": { "Url": "http://127.0.0.1:1" } } } }"""
        );
        using var process = Start(new() { ["ASPNETCORE_URLS"] = "http://127.0.0.1:2", ["CODEX_PROXY_PORT"] = "0" });
        try
        {
            var banner = new List<string>();
            while (await process.StandardOutput.ReadLineAsync() is { } line)
            {
                banner.Add(line);
                if (line.StartsWith("paste", StringComparison.Ordinal))
                {
                    break;
                }
            }

            banner.Count.ShouldBeLessThanOrEqualTo(6);
            banner.ShouldNotContain(line => line.Contains('\e'));
            var address = banner
                .Single(line => line.StartsWith("address", StringComparison.Ordinal))["address".Length..]
                .Trim();
            using var http = new HttpClient(new SocketsHttpHandler());
            (await http.GetStringAsync(address + "/health")).ShouldContain("\"ok\"");

            using var signal = Process.Start("kill", ["-TERM", $"{process.Id}"]);
            await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));

            process.ExitCode.ShouldBe(ExitCode.Done);
            (await process.StandardError.ReadToEndAsync()).ShouldBeEmpty();
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }

    [Fact]
    public async Task Wrong_settings_end_it_with_their_exit_code()
    {
        using var process = Start(new() { ["PORT"] = "many" });

        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();

        process.ExitCode.ShouldBe(ExitCode.WrongUsage);
        errors.ShouldStartWith("error: PORT: \"many\" is not a whole number from 0 to 65535.");
    }

    [Fact]
    public async Task A_sign_in_that_is_interrupted_ends_in_order()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The signal is one of Unix.");
        using var process = Start(new() { ["CODEX_PROXY_CALLBACK_PORTS"] = "0" }, "login", "--no-browser");
        try
        {
            while (await process.StandardOutput.ReadLineAsync() is { } line && !line.Contains("/oauth/authorize?")) { }

            using var signal = Process.Start("kill", ["-TERM", $"{process.Id}"]);
            await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));

            process.ExitCode.ShouldBe(ExitCode.Failed);
            (await process.StandardError.ReadToEndAsync()).ShouldEndWith("The sign-in was cancelled.\n");
            Directory.GetFileSystemEntries(_folder.Path).ShouldBeEmpty();
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }

    private Process Start(Dictionary<string, string> variables, params string[] arguments)
    {
        var start = new ProcessStartInfo(
            "dotnet",
            [Path.Combine(AppContext.BaseDirectory, "codex-proxy.dll"), .. arguments]
        )
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _folder.Path,
        };
        foreach (
            var name in start.Environment.Keys.Where(name => name.Contains("PORT", StringComparison.Ordinal)).ToArray()
        )
        {
            start.Environment.Remove(name);
        }

        start.Environment["HOME"] = _folder.Path;
        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }
}
