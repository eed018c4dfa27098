using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json;
using CodexProxy.Accounts;
using CodexProxy.Credentials;
using CodexProxy.Options;
using CodexProxy.Simulator;
using CodexProxy.Simulator.Accounts;

namespace CodexProxy.Tests.Support;

/// <summary>Gateway and simulator, signed in, in memory: the whole program without the outside world.</summary>
public sealed class Stage : IAsyncDisposable
{
    private readonly TempFolder _folder;

    private Stage(CodexSimulator simulator, RunningGateway gateway, TempFolder folder)
    {
        _folder = folder;
        Simulator = simulator;
        Gateway = gateway;
    }

    public CodexSimulator Simulator { get; }

    public RunningGateway Gateway { get; }

    public static async Task<Stage> StartAsync(
        SimulatorOptions? simulation = null,
        bool signedIn = true,
        Func<ProxyOptions, ProxyOptions>? configure = null,
        TimeProvider? time = null,
        HttpMessageHandler? upstream = null,
        Func<string, string?>? environment = null
    )
    {
        var simulator = await CodexSimulator.StartAsync(simulation);
        var folder = new TempFolder();
        if (signedIn)
        {
            await simulator.Login.WriteAsync(Path.Combine(folder.Path, "auth.json"));
        }

        var gateway = await RunningGateway.StartAsync(
            time: time,
            upstream: upstream,
            inputs: environment is null
                ? null
                : new OptionInputs
                {
                    Environment = environment,
                    UserFolder = folder.Path,
                    WorkingFolder = folder.Path,
                },
            configure: options =>
            {
                var local = options with
                {
                    CodexHome = folder.Path,
                    Upstream = options.Upstream with { BaseUrl = simulator.BackendUrl, AuthIssuer = simulator.Address },
                };
                return configure?.Invoke(local) ?? local;
            }
        );
        return new Stage(simulator, gateway, folder);
    }

    /// <summary>Signs another person in here.</summary>
    internal async Task<(SimulatedAccount Person, AccountEntry Entry)> SignInAsync(
        string email,
        CredentialStore where = CredentialStore.File
    )
    {
        var person =
            email == Simulator.Accounts.Default.Email ? Simulator.Accounts.Default : Simulator.Accounts.Add(email);
        var issued = Simulator.Tokens.Issue(person);
        var entry = await Gateway
            .Get<AccountDirectory>()
            .Store.AddAsync(
                new SignInTokens(new(issued.IdToken), new(issued.AccessToken), new(issued.RefreshToken)),
                where,
                CancellationToken.None
            );
        return (person, entry);
    }

    /// <summary>Posts a body to the Messages API as Claude Code would.</summary>
    public Task<HttpResponseMessage> PostAsync(
        string json,
        string path = "/v1/messages?beta=true",
        string agent = "claude-cli/2.1.329 (external, sdk-cli)",
        string session = "3f2a9c10-7b1e-4d58-9a6f-0c2d5e8b1a77"
    )
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new StringContent(json, Encoding.UTF8, MediaTypeHeaderValue.Parse("application/json")),
        };
        request.Headers.TryAddWithoutValidation("x-api-key", "any");
        request.Headers.TryAddWithoutValidation("anthropic-version", "2023-06-01");
        request.Headers.TryAddWithoutValidation("user-agent", agent);
        request.Headers.TryAddWithoutValidation("x-claude-code-session-id", session);
        return Gateway.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    /// <summary>Reads a streamed answer as (event, data) pairs to its end, or to where it breaks.</summary>
    public static async Task<(List<(string Name, JsonElement Data)> Events, bool Broken)> ReadStreamAsync(
        HttpResponseMessage response
    )
    {
        var events = new List<(string, JsonElement)>();
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync();
            await foreach (var item in SseParser.Create(stream).EnumerateAsync())
            {
                using var document = JsonDocument.Parse(item.Data);
                events.Add((item.EventType, document.RootElement.Clone()));
            }

            return (events, false);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            return (events, true);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        await Simulator.DisposeAsync();
        _folder.Dispose();
    }
}
