using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using CodexProxy.Launcher;
using CodexProxy.Tests.Credentials;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Launcher;

/// <summary>What one run of the program came to.</summary>
internal sealed record ProgramRun(int Code, string Output, string Messages);

/// <summary>The built program with a home of its own. What it started in the background ends with it.</summary>
internal sealed class Installation : IDisposable
{
    private readonly TempFolder _folder = new();

    /// <summary>Signs somebody in whose token has not ended.</summary>
    public Installation() =>
        _folder.Write(".codex/auth.json", Tokens.File(Tokens.Access(TimeProvider.System.GetUtcNow().AddDays(9))));

    /// <summary>Variables of every run beside <c>HOME</c>. By default the port is free.</summary>
    public Dictionary<string, string> Variables { get; } = new() { ["CODEX_PROXY_PORT"] = "0" };

    /// <summary>The user's folder.</summary>
    public TempFolder Folder => _folder;

    /// <summary>The state folder.</summary>
    public string Home => _folder[".codex-proxy"];

    /// <summary>The record of the server, if one runs.</summary>
    public ServerRecord? Record => new RunningServer(Home, TimeProvider.System).Recorded();

    /// <summary>A port that nobody has at this moment.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Runs the program to its end.</summary>
    public async Task<ProgramRun> RunAsync(params string[] arguments)
    {
        using var process = Start(arguments);
        return await EndAsync(process);
    }

    private static async Task<ProgramRun> EndAsync(Process process)
    {
        var output = process.StandardOutput.ReadToEndAsync();
        var messages = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        return new ProgramRun(process.ExitCode, await output, await messages);
    }

    /// <summary>Starts the program; the caller ends it.</summary>
    public Process Start(params string[] arguments) => Start("dotnet", [Library, .. arguments]);

    /// <summary>Starts the program where no file can hold a byte; the caller ends it.</summary>
    public Process StartWithoutRoom(params string[] arguments)
    {
        // The runtime itself makes a file in memory otherwise.
        Variables["DOTNET_EnableWriteXorExecute"] = "0";
        const string script = "trap '' XFSZ; ulimit -f 0; exec dotnet \"$0\" \"$@\"";
        return Start("sh", ["-c", script, Library, .. arguments]);
    }

    /// <summary>
    /// Starts the program for a user whom modes hinder and who may not look into others' memory; the caller ends it. An
    /// administrator becomes one without any of the powers that would help.
    /// </summary>
    /// <param name="shell">Commands of the shell that come first; <c>""</c> for none.</param>
    /// <param name="arguments">Arguments of the program.</param>
    public Process StartWithoutPowers(string shell, params string[] arguments) =>
        Start("sh", ["-c", $"{shell}\nexec {WithoutPowers} dotnet \"$0\" \"$@\"", Library, .. arguments]);

    /// <summary>The beginning of a shell's command that shall have no powers; empty where nobody has any.</summary>
    public static string WithoutPowers =>
        Environment.IsPrivilegedProcess ? "setpriv --bounding-set=-all --inh-caps=-all" : "";

    /// <summary>Runs the program to its end, as <see cref="StartWithoutPowers"/> does.</summary>
    public async Task<ProgramRun> RunWithoutPowersAsync(params string[] arguments)
    {
        using var process = StartWithoutPowers("", arguments);
        return await EndAsync(process);
    }

    private static string Library => Path.Combine(AppContext.BaseDirectory, "codex-proxy.dll");

    private Process Start(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _folder.Path,
        };
        var path = start.Environment["PATH"];
        start.Environment.Clear();
        start.Environment["PATH"] = path;
        start.Environment["HOME"] = _folder.Path;
        foreach (var (name, value) in Variables)
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start)!;
        process.StandardInput.Close();
        return process;
    }

    /// <summary>Writes a program of the shell into the home; its path.</summary>
    public string WriteProgram(string name, string script)
    {
        var path = _folder.Write(name, "#!/bin/sh\n" + script);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return path;
    }

    public void Dispose()
    {
        if (Record is { } record)
        {
            using var process = Process.GetProcessById(record.ProcessId);
            process.Kill();
            process.WaitForExit();
        }

        _folder.Dispose();
    }
}
