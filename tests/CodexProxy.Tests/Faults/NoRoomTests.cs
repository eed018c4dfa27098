using System.Net;
using System.Text;
using CodexProxy.Commands;
using CodexProxy.Launcher;
using CodexProxy.Simulator;
using CodexProxy.Tests.Credentials;
using CodexProxy.Tests.Launcher;

namespace CodexProxy.Tests.Faults;

/// <summary>The built program where no file can be written: it serves all the same, and loses no login.</summary>
public sealed class NoRoomTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Installation _installation = new();
    private readonly HttpClient _client = new(new SocketsHttpHandler());
    private CodexSimulator _simulator = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such limit.");
        _simulator = await CodexSimulator.StartAsync();
        _installation.Variables["CODEX_BASE_URL"] = _simulator.BackendUrl.ToString();
        _installation.Variables["CODEX_PROXY_AUTH_ISSUER"] = _simulator.Address.ToString();
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        _installation.Dispose();
        if (_simulator is not null)
        {
            await _simulator.DisposeAsync();
        }
    }

    [Fact]
    public async Task Requests_are_served_and_what_cannot_be_written_is_told()
    {
        await _simulator.Login.WriteAsync(_installation.Folder[".codex/auth.json"]);

        var (status, _, messages) = await ServeAsync();

        status.ShouldBe(HttpStatusCode.OK);
        messages.ShouldContain("server.json cannot be written");
        messages.ShouldContain("The log file cannot be written");
        messages.ShouldContain("The usage history is not written");
    }

    [Fact]
    public async Task A_login_that_has_ended_is_not_renewed_since_its_successor_would_be_lost()
    {
        var ended = Tokens.File(Tokens.Access(TimeProvider.System.GetUtcNow().AddMinutes(-1)));
        var path = _installation.Folder.Write(".codex/auth.json", ended);

        var (status, text, _) = await ServeAsync();

        status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        text.ShouldContain("The ChatGPT login could not be renewed");
        _simulator.Tokens.Refreshes.ShouldBe(0);
        File.ReadAllText(path).ShouldBe(ended);
    }

    private async Task<(HttpStatusCode Status, string Text, string Messages)> ServeAsync()
    {
        using var server = _installation.StartWithoutRoom("serve");
        var messages = server.StandardError.ReadToEndAsync(Cancelled);
        string? line;
        do
        {
            line = await server.StandardOutput.ReadLineAsync(Cancelled).AsTask().WaitAsync(Patience, Cancelled);
        } while (line is not null && !line.StartsWith("address", StringComparison.Ordinal));

        var address = new Uri(line.ShouldNotBeNull().Split(' ')[^1]);
        using var response = await _client.PostAsync(
            new Uri(address, "/v1/messages"),
            new StringContent(
                """{"model":"gpt-5.5","max_tokens":64,"messages":[{"role":"user","content":"Hello."}]}""",
                Encoding.UTF8
            ),
            Cancelled
        );
        var text = await response.Content.ReadAsStringAsync(Cancelled);
        UnixCalls.Send(server.Id, UnixCalls.Terminate).ShouldBeTrue();
        await server.StandardOutput.ReadToEndAsync(Cancelled).WaitAsync(Patience, Cancelled);
        await server.WaitForExitAsync(Cancelled).WaitAsync(Patience, Cancelled);
        var said = await messages;
        server.ExitCode.ShouldBe(ExitCode.Done, said);
        return (response.StatusCode, text, said);
    }
}
