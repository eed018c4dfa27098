using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using CodexProxy.Endpoints;
using CodexProxy.Options;
using CodexProxy.Records;
using CodexProxy.Simulator;
using CodexProxy.Simulator.Accounts;
using CodexProxy.Sqlite;
using CodexProxy.Tests.Support;
using Microsoft.Playwright;

namespace CodexProxy.Browser;

/// <summary>The page with the real gateway behind it, the simulator behind that, and a browser that has opened the link.</summary>
internal sealed class RealDashboard : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private RunningGateway _gateway = null!;
    private int _port;

    private RealDashboard(CodexSimulator simulator, BrowserSession browser) =>
        (Simulator, Browser) = (simulator, browser);

    /// <summary>The backend and the issuer.</summary>
    public CodexSimulator Simulator { get; }

    /// <summary>The browser.</summary>
    public BrowserSession Browser { get; }

    /// <summary>Its window.</summary>
    public IPage Page => Browser.Page;

    /// <summary>The gateway's own root.</summary>
    public Uri Address => _gateway.Address;

    /// <summary>The user's folder.</summary>
    public TempFolder Folder => _folder;

    private string CodexLogin => _folder["codex/auth.json"];

    /// <summary>Starts all of it; with the Codex CLI's login there if asked for, and with what was asked before.</summary>
    public static async Task<RealDashboard> StartAsync(bool signedIn = true, IEnumerable<RequestRecord>? history = null)
    {
        Assert.SkipUnless(MockDashboard.IsBuilt, MockDashboard.MissingReason);
        var all = new RealDashboard(await CodexSimulator.StartAsync(), await BrowserSession.StartAsync());
        all._folder.Write("home/config.json", """{"models": {"haiku": "gpt-6.1-terra"}, "accountRotation": true}""");
        if (signedIn)
        {
            await all.LogCodexInAsync();
        }

        if (history is not null)
        {
            await using var store = await new SqliteStorage(all._folder["home"], TimeProvider.System).OpenAsync(
                default
            );
            foreach (var part in history.Chunk(5000))
            {
                await store.AppendAsync(part, default);
            }
        }

        await all.BeginAsync();
        return all;
    }

    /// <summary>Signs the Codex CLI in.</summary>
    public Task<IssuedTokens> LogCodexInAsync(SimulatedAccount? account = null) =>
        Simulator.Login.WriteAsync(CodexLogin, account);

    /// <summary>Follows a fresh link, and then goes to a page.</summary>
    public async Task OpenAsync(string page = "overview")
    {
        var root = Address.GetLeftPart(UriPartial.Authority);
        await Page.GotoAsync(_gateway.Get<DashboardAccess>().NewLink().AddressAt(root));
        await GoAsync(page);
    }

    /// <summary>Goes to a page by loading everything anew.</summary>
    public async Task GoAsync(string page)
    {
        await Page.GotoAsync("about:blank");
        await Page.GotoAsync($"{Address}#/{page}");
    }

    /// <summary>Stops the gateway as the end of the program does.</summary>
    public async Task EndAsync()
    {
        await _gateway.StopAsync();
        await _gateway.DisposeAsync();
    }

    /// <summary>Starts another one with the same home, on the same port.</summary>
    public async Task BeginAsync()
    {
        var inputs = new OptionInputs
        {
            Environment = name =>
                name switch
                {
                    "CODEX_BASE_URL" => Simulator.BackendUrl.AbsoluteUri,
                    "CODEX_PROXY_AUTH_ISSUER" => Simulator.Address.AbsoluteUri,
                    "CODEX_PROXY_CALLBACK_PORTS" => "0",
                    "CODEX_PROXY_PORT" => _port.ToString(CultureInfo.InvariantCulture),
                    "CODEX_PROXY_HOME" => _folder["home"],
                    "CODEX_HOME" => _folder["codex"],
                    "CODEX_PROXY_CREDENTIAL_STORE" => "file",
                    _ => null,
                },
            UserFolder = _folder.Path,
            WorkingFolder = _folder.Path,
        };
        _gateway = await RunningGateway.StartAsync(_ => OptionsLoader.Load(inputs), inputs: inputs);
        _port = _gateway.Address.Port;
    }

    /// <summary>Asks as Claude Code does. The answer is read to its end.</summary>
    public async Task AskAsync(
        string text = "Say hello",
        string session = "3f2a9c10-7b1e-4d58-9a6f-0c2d5e8b1a77",
        string? agent = null,
        string more = ""
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/messages?beta=true")
        {
            Content = new StringContent(
                $$"""{"model":"claude-opus-4-6","max_tokens":512,"stream":true{{more}},"messages":[{"role":"user","content":"{{text}}"}]}""",
                Encoding.UTF8,
                MediaTypeHeaderValue.Parse("application/json")
            ),
        };
        request.Headers.TryAddWithoutValidation("x-api-key", "any");
        request.Headers.TryAddWithoutValidation("anthropic-version", "2023-06-01");
        request.Headers.TryAddWithoutValidation("user-agent", "claude-cli/2.1.329 (external, sdk-cli)");
        request.Headers.TryAddWithoutValidation("x-claude-code-session-id", session);
        if (agent is not null)
        {
            request.Headers.TryAddWithoutValidation("x-claude-code-agent-id", agent);
        }

        using var response = await _gateway.Http.SendAsync(request);
        await response.Content.ReadAsStringAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Browser.DisposeAsync();
        await _gateway.DisposeAsync();
        await Simulator.DisposeAsync();
        _folder.Dispose();
    }
}
