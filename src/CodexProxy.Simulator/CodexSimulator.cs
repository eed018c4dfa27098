using System.Net;
using CodexProxy.Simulator.Accounts;
using CodexProxy.Simulator.Caching;
using CodexProxy.Simulator.Models;
using CodexProxy.Simulator.Quota;
using CodexProxy.Simulator.Requests;
using CodexProxy.Simulator.Scripting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace CodexProxy.Simulator;

/// <summary>
/// A strict stand-in for the Codex backend and its sign-in service on a loopback port. It refuses what the real ones refuse,
/// streams as they stream, and does what tests script; what nothing is scripted for a plain brain answers.
/// </summary>
public sealed class CodexSimulator : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly SimulatorServer _server;

    private CodexSimulator(WebApplication app, SimulatorServer server, Uri address)
    {
        (_app, _server, Address) = (app, server, address);
        Login = server.MakeLogin(address);
    }

    /// <summary>Where it listens; also the issuer of sign-ins.</summary>
    public Uri Address { get; }

    /// <summary>Base of the backend: <c>…/backend-api</c>.</summary>
    public Uri BackendUrl => new(Address, "/backend-api");

    /// <summary>Full address of the streaming endpoint.</summary>
    public Uri ResponsesUrl => new(Address, "/backend-api/codex/responses");

    /// <summary>Everything that was asked.</summary>
    public RequestLog Requests => _server.Requests;

    /// <summary>Accounts that exist.</summary>
    public AccountBook Accounts => _server.Accounts;

    /// <summary>Tokens given out.</summary>
    public TokenVault Tokens => _server.Tokens;

    /// <summary>Ways to sign in.</summary>
    public SignInFlows SignIn => _server.SignIn;

    /// <summary>Writes logins to disk.</summary>
    public SimulatedLogin Login { get; }

    /// <summary>Quota of the default account.</summary>
    public AccountQuota Quota => Accounts.Default.Quota;

    /// <summary>The prompt cache and its figures.</summary>
    public PrefixCache Cache => _server.Cache;

    /// <summary>The models on offer.</summary>
    public ModelBook Models => _server.Models;

    /// <summary>Failures of the simulator itself, such as a scripted lambda that threw; empty in a sound test.</summary>
    public IReadOnlyCollection<Exception> Faults => _server.Faults;

    /// <summary>Starts listening.</summary>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<CodexSimulator> StartAsync(
        SimulatorOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        options ??= new SimulatorOptions();
        var server = new SimulatorServer(options);
        // The empty builder reads no environment, files or arguments, so every simulator behaves as its options say.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder
            .WebHost.UseKestrelCore()
            .ConfigureKestrel(kestrel =>
            {
                kestrel.AddServerHeader = false;
                kestrel.Limits.MaxRequestBodySize = null;
                kestrel.Limits.MinRequestBodyDataRate = null;
                kestrel.Limits.MinResponseDataRate = null;
                kestrel.Listen(IPAddress.Loopback, options.Port);
            });
        builder.Services.AddSingleton<IHostLifetime, NoSignals>();
        var app = builder.Build();
        app.Run(server.AnswerAsync);
        await app.StartAsync(cancellationToken);
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!;
        return new CodexSimulator(app, server, new Uri(addresses.Addresses.Single()));
    }

    /// <summary>Begins a rule for the requests of which <paramref name="predicate"/> holds.</summary>
    public ScriptRule When(Func<CapturedRequest, bool> predicate) => _server.Script.When(predicate);

    /// <summary>Answers the next request that no earlier call of this method has claimed, whatever it asks.</summary>
    public void Next(TurnPlan turn) => _server.Script.Next(_ => turn);

    /// <summary>Answers the next request with a turn made for it.</summary>
    public void Next(Func<CapturedRequest, TurnPlan> turn) => _server.Script.Next(turn);

    /// <summary>Answers the next request to <paramref name="endpoint"/> with this, before any check.</summary>
    public void NextReply(SimulatedEndpoint endpoint, HttpReply reply) => _server.Interventions.Reply(endpoint, reply);

    /// <summary>Holds every request to <paramref name="endpoint"/> at a gate, after it was captured.</summary>
    public void Hold(SimulatedEndpoint endpoint, Gate gate) => _server.Interventions.Hold(endpoint, gate);

    /// <summary>The first request, past or future, of which <paramref name="predicate"/> holds.</summary>
    public Task<CapturedRequest> WaitForRequestAsync(
        Func<CapturedRequest, bool> predicate,
        CancellationToken cancellationToken = default
    ) => Requests.WaitForAsync(predicate, cancellationToken);

    /// <summary>The first request to <paramref name="endpoint"/>, past or future.</summary>
    public Task<CapturedRequest> WaitForRequestAsync(
        SimulatedEndpoint endpoint = SimulatedEndpoint.Responses,
        CancellationToken cancellationToken = default
    ) => Requests.WaitForAsync(request => request.Endpoint == endpoint, cancellationToken);

    /// <summary>Tears down open streams and stops listening.</summary>
    public async ValueTask DisposeAsync()
    {
        await _server.StopAsync();
        await _app.StopAsync();
        await _app.DisposeAsync();
        _server.Dispose();
    }
}
