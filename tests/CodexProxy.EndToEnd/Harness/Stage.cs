using CodexProxy.Hosting;
using CodexProxy.Options;
using CodexProxy.Simulator;
using CodexProxy.Simulator.Requests;
using Microsoft.AspNetCore.Builder;

namespace CodexProxy.EndToEnd.Harness;

/// <summary>One scenario's world: a signed-in simulator, a gateway in front of it, and a client with a home of its own.</summary>
public sealed class Stage : IAsyncDisposable
{
    private readonly WebApplication _gateway;
    private readonly GatewayLog _log;

    private Stage(CodexSimulator upstream, WebApplication gateway, Workspace workspace, GatewayLog log)
    {
        Upstream = upstream;
        _gateway = gateway;
        _log = log;
        Workspace = workspace;
        Gateway = GatewayHost.AddressOf(gateway);
        Client = new ClaudeCode(workspace, Gateway);
    }

    /// <summary>The backend.</summary>
    public CodexSimulator Upstream { get; }

    /// <summary>Where the gateway listens.</summary>
    public Uri Gateway { get; }

    /// <summary>The client's folders.</summary>
    public Workspace Workspace { get; }

    /// <summary>The client.</summary>
    public ClaudeCode Client { get; }

    /// <summary>What the gateway's settings were read from, for commands beside it.</summary>
    public required OptionInputs Inputs { get; init; }

    /// <summary>The stored sign-in that the gateway uses.</summary>
    public required string AuthFile { get; init; }

    /// <summary>The variables that hold the gateway's settings.</summary>
    public required IReadOnlyDictionary<string, string> Settings { get; init; }

    /// <summary>What the upstream was asked so far.</summary>
    public IReadOnlyList<CapturedRequest> Asked => Upstream.Requests.Responses;

    /// <summary>One of the things the gateway is made of.</summary>
    public T Get<T>()
        where T : notnull => (T)_gateway.Services.GetService(typeof(T))!;

    /// <summary>Starts everything.</summary>
    /// <param name="options">How the simulator behaves.</param>
    /// <param name="accessLifetime">Life of the stored access token; null for ten days.</param>
    public static async Task<Stage> OpenAsync(SimulatorOptions? options = null, TimeSpan? accessLifetime = null)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var workspace = new Workspace();
        var upstream = await CodexSimulator.StartAsync(options ?? new SimulatorOptions(), cancellationToken);
        var authFile = Path.Combine(workspace.Create("codex"), "auth.json");
        await upstream.Login.WriteAsync(authFile, accessLifetime: accessLifetime, cancellationToken: cancellationToken);
        var settings = new Dictionary<string, string>
        {
            ["CODEX_HOME"] = Path.GetDirectoryName(authFile)!,
            ["CODEX_PROXY_HOME"] = workspace.Create("gateway"),
            ["CODEX_PROXY_PORT"] = "0",
            ["CODEX_PROXY_AUTH_ISSUER"] = upstream.Address.ToString().TrimEnd('/'),
            ["CODEX_BASE_URL"] = upstream.BackendUrl.ToString().TrimEnd('/'),
        };
        var inputs = new OptionInputs
        {
            Environment = settings.GetValueOrDefault,
            UserFolder = workspace.Home,
            WorkingFolder = workspace.Folder,
        };
        var log = new GatewayLog();
        var gateway = GatewayHost.Build(OptionsLoader.Load(inputs), new GatewaySurroundings { Logs = log });
        await gateway.StartAsync(cancellationToken);
        return new Stage(upstream, gateway, workspace, log)
        {
            AuthFile = authFile,
            Inputs = inputs,
            Settings = settings,
        };
    }

    /// <summary>A machine with both programs on it, whose codex-proxy has its own state and may start a server of its own.</summary>
    public Machine NewMachine() =>
        new(
            Workspace,
            new Dictionary<string, string>(Settings) { ["CODEX_PROXY_HOME"] = Workspace.Create("launcher") }
        );

    /// <summary>Asks the client once, with every tool allowed.</summary>
    public Task<ClientRun> AskAsync(string prompt) => AskAsync(new ClientCall(prompt));

    /// <summary>Plays one call of the client.</summary>
    public Task<ClientRun> AskAsync(ClientCall call) => Client.AskAsync(call, TestContext.Current.CancellationToken);

    /// <summary>
    /// The upstream was asked that many times for a response, refused none of them, and was asked for nothing it does not
    /// know.
    /// </summary>
    public void ShouldHaveAsked(int times)
    {
        var summary = string.Join('\n', Asked.Select(request => $"{request.Status} {request.LastUserText}"));
        Asked.Count.ShouldBe(times, summary);
        Upstream.Requests.Refused.ShouldBeEmpty();
        Upstream.Requests.Of(SimulatedEndpoint.Unknown).ShouldBeEmpty();
        Upstream.Faults.ShouldBeEmpty();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // Shown with a failed test only.
        TestContext.Current.TestOutputHelper?.WriteLine(_log.ToString());
        await _gateway.DisposeAsync();
        await Upstream.DisposeAsync();
        await Workspace.DisposeAsync();
    }
}
