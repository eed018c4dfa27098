using System.Diagnostics;
using System.Net;
using System.Text;
using CodexProxy.Commands;
using CodexProxy.Launcher;
using CodexProxy.Simulator;
using CodexProxy.Simulator.Requests;
using CodexProxy.Tests.Credentials;
using CodexProxy.Tests.Launcher;

namespace CodexProxy.Tests.Faults;

/// <summary>The built program where folders may not be written, as a user whom modes hinder: it says which, and loses nothing.</summary>
public sealed class ReadOnlyHomeTests : IAsyncLifetime
{
    private const UnixFileMode Closed = UnixFileMode.UserRead | UnixFileMode.UserExecute;
    private const UnixFileMode Open = Closed | UnixFileMode.UserWrite;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Installation _installation = new();
    private readonly HttpClient _client = new(new SocketsHttpHandler());
    private CodexSimulator _simulator = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private string User => _installation.Folder.Path;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Other systems have other ways to give up powers.");
        _simulator = await CodexSimulator.StartAsync();
        _installation.Variables["CODEX_BASE_URL"] = _simulator.BackendUrl.ToString();
        _installation.Variables["CODEX_PROXY_AUTH_ISSUER"] = _simulator.Address.ToString();
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        SetModes(Open);
        _installation.Dispose();
        if (_simulator is not null)
        {
            await _simulator.DisposeAsync();
        }
    }

    // Where nothing may be made, and where nothing may be changed: what is said besides, after the name of the folder.
    [Theory]
    [InlineData("serve", ExitCode.Failed, "The state folder ~/.codex-proxy cannot be made. Set CODEX_PROXY_HOME")]
    [InlineData("start --background", ExitCode.Failed, "The server cannot be started: The folder ~ cannot be written.")]
    [InlineData("login --device", ExitCode.Failed, "No sign-in was begun, since it could not be kept: The folder ~")]
    [InlineData("setup --yes --port 9000", ExitCode.Failed, "settings.json was not written: The folder ~")]
    [InlineData(
        "keys add one",
        ExitCode.Failed,
        "The keys in the state folder cannot be read or written: The folder ~"
    )]
    [InlineData("key", ExitCode.Failed, "The key cannot be read: The folder ~ cannot be written. Make it writable")]
    [InlineData("status", ExitCode.Done, "")]
    [InlineData("uninstall --yes", ExitCode.Done, "")]
    public async Task Without_a_state_folder_that_could_be_made_each_command_says_so(
        string command,
        int code,
        string said
    )
    {
        SetModes(Closed);

        var run = await _installation.RunWithoutPowersAsync(command.Split(' '));

        run.Code.ShouldBe(code, run.Messages);
        IsTold(run, said);
        _simulator.Requests.All.ShouldNotContain(request => request.Path.Contains("deviceauth"));
        Directory.Exists(_installation.Home).ShouldBeFalse();
    }

    [Theory]
    [InlineData("start --background", ExitCode.Failed, "The folder ~/.codex-proxy cannot be written. Make it writable")]
    [InlineData("login --device", ExitCode.Failed, "could not be kept: The folder ~/.codex-proxy cannot be written.")]
    [InlineData("setup --yes --port 9001", ExitCode.Failed, "was not written: The folder ~/.claude cannot be written.")]
    [InlineData("setup --undo --yes", ExitCode.Failed, "was not written: The folder ~/.claude cannot be written.")]
    [InlineData("keys add two", ExitCode.Failed, "The folder ~/.codex-proxy cannot be written. Make it writable")]
    [InlineData("keys revoke one", ExitCode.Failed, "The folder ~/.codex-proxy cannot be written. Make it writable")]
    [InlineData("accounts remove 1 --yes", ExitCode.Failed, "~/.codex-proxy")]
    [InlineData("accounts list", ExitCode.Done, "")]
    [InlineData("status", ExitCode.Done, "")]
    [InlineData("uninstall --yes", ExitCode.Failed, "was not changed: The folder ~/.claude cannot be written.")]
    public async Task In_a_state_folder_that_may_not_be_written_nothing_is_lost(string command, int code, string said)
    {
        await _simulator.Login.WriteAsync(_installation.Folder[".codex-proxy/accounts/one.json"]);
        (await _installation.RunAsync("accounts", "list")).Code.ShouldBe(ExitCode.Done);
        (await _installation.RunAsync("keys", "add", "one")).Code.ShouldBe(ExitCode.Done);
        (await _installation.RunAsync("setup", "--yes", "--port", "9000")).Code.ShouldBe(ExitCode.Done);
        var before = Files();
        SetModes(Closed);

        var run = await _installation.RunWithoutPowersAsync(command.Split(' '));

        run.Code.ShouldBe(code, run.Messages);
        IsTold(run, said);
        Files().ShouldBe(before, ignoreOrder: true);
        _simulator.Requests.Of(SimulatedEndpoint.Revoke).ShouldBeEmpty();
    }

    [Fact]
    public async Task Answers_go_on_when_the_folder_is_closed_while_the_gateway_runs()
    {
        await _simulator.Login.WriteAsync(_installation.Folder[".codex/auth.json"]);
        using var server = _installation.StartWithoutPowers("", "serve");
        var messages = server.StandardError.ReadToEndAsync(Cancelled);
        var address = await AddressAsync(server);
        (await AskAsync(address)).Status.ShouldBe(HttpStatusCode.OK);

        SetModes(Closed);

        (await AskAsync(address)).Status.ShouldBe(HttpStatusCode.OK);
        await StopAsync(server);
        NoTraces(await messages);
    }

    [Fact]
    public async Task A_login_that_has_ended_is_not_renewed_into_a_folder_that_may_not_be_written()
    {
        var ended = Tokens.File(Tokens.Access(TimeProvider.System.GetUtcNow().AddMinutes(-1)));
        var path = _installation.Folder.Write(".codex/auth.json", ended);
        Directory.CreateDirectory(_installation.Home);
        SetModes(Closed);
        using var server = _installation.StartWithoutPowers("", "serve");
        var messages = server.StandardError.ReadToEndAsync(Cancelled);
        var address = await AddressAsync(server);

        var (status, text) = await AskAsync(address);

        status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        text.ShouldContain("~/.codex/auth.json or its folder cannot be written, so a renewed login could not be kept");
        _simulator.Tokens.Refreshes.ShouldBe(0);
        File.ReadAllText(path).ShouldBe(ended);
        await StopAsync(server);
        var said = await messages;
        said.ShouldContain("server.json cannot be written");
        said.ShouldContain("The log file cannot be written");
        said.ShouldContain("The usage history is not written");
        NoTraces(said);
    }

    private void IsTold(ProgramRun run, string said)
    {
        run.Messages.Replace(User, "~").ShouldContain(said);
        NoTraces(run.Messages);
    }

    private static void NoTraces(string messages)
    {
        messages.ShouldNotContain("   at ");
        messages.ShouldNotContain("Unhandled");
        messages.ShouldNotContain(".next");
    }

    private void SetModes(UnixFileMode mode)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        // From above when they are opened, from below when they are closed.
        var folders = new List<string> { User };
        for (var at = 0; at < folders.Count; at++)
        {
            if (mode == Open)
            {
                File.SetUnixFileMode(folders[at], mode);
            }

            folders.AddRange(Directory.GetDirectories(folders[at]));
        }

        folders.Reverse();
        foreach (var folder in folders)
        {
            File.SetUnixFileMode(folder, mode);
        }
    }

    // What a person would miss; locks and logs are of no account.
    private Dictionary<string, string> Files() =>
        Directory
            .GetFiles(User, "*", SearchOption.AllDirectories)
            .Where(path => !path.EndsWith(".lock", StringComparison.Ordinal))
            .ToDictionary(path => path, path => Convert.ToHexString(File.ReadAllBytes(path)));

    private static async Task<Uri> AddressAsync(Process server)
    {
        string? line;
        do
        {
            line = await server.StandardOutput.ReadLineAsync(Cancelled).AsTask().WaitAsync(Patience, Cancelled);
        } while (line is not null && !line.StartsWith("address", StringComparison.Ordinal));

        return new Uri(line.ShouldNotBeNull().Split(' ')[^1]);
    }

    private static async Task StopAsync(Process server)
    {
        UnixCalls.Send(server.Id, UnixCalls.Terminate).ShouldBeTrue();
        await server.WaitForExitAsync(Cancelled).WaitAsync(Patience, Cancelled);
        server.ExitCode.ShouldBe(ExitCode.Done);
    }

    private async Task<(HttpStatusCode Status, string Text)> AskAsync(Uri address)
    {
        using var response = await _client.PostAsync(
            new Uri(address, "/v1/messages"),
            new StringContent(
                """{"model":"gpt-5.5","max_tokens":64,"messages":[{"role":"user","content":"Hello."}]}""",
                Encoding.UTF8
            ),
            Cancelled
        );
        return (response.StatusCode, await response.Content.ReadAsStringAsync(Cancelled));
    }
}
