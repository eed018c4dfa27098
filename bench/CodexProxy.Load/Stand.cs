using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using CodexProxy.Bench;

namespace CodexProxy.Load;

/// <summary>Who stands between client and upstream.</summary>
internal enum Middle
{
    /// <summary>The product.</summary>
    Gateway,

    /// <summary>The product with its usage store switched off; only where a stand was asked for it.</summary>
    Storeless,

    /// <summary>The yardstick.</summary>
    Forwarder,

    /// <summary>Nobody.</summary>
    Nobody,
}

/// <summary>One measurement.</summary>
/// <param name="Outcome">What the client saw.</param>
/// <param name="Cpu">Processor time the middle process spent.</param>
internal sealed record Measurement(LoadOutcome Outcome, TimeSpan Cpu);

/// <summary>Four processes on loopback: client, gateway, forwarder, and one upstream behind both.</summary>
internal sealed class Stand : IDisposable
{
    private const string Accept = "text/event-stream";

    private readonly string _folder;
    private readonly Child _client;
    private readonly Child _upstream;
    private readonly Child _forwarder;
    private readonly Child _gateway;
    private readonly Child? _storeless;
    private readonly string _token;
    private readonly string _account;

    private Stand(string folder, Child client, Child upstream, Child forwarder, Child gateway, Child? storeless)
    {
        _storeless = storeless;
        _folder = folder;
        (_client, _upstream, _forwarder, _gateway) = (client, upstream, forwarder, gateway);
        using var login = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "auth.json")));
        var tokens = login.RootElement.GetProperty("tokens");
        _token = tokens.GetProperty("access_token").GetString()!;
        _account = tokens.GetProperty("account_id").GetString()!;
    }

    /// <summary>Largest resident memory of the gateway so far, in bytes.</summary>
    public long GatewayMemory => _gateway.PeakMemory;

    /// <summary>Starts the four; the request has about <paramref name="requestBytes"/>.</summary>
    /// <param name="gateway">The gateway's assembly or executable.</param>
    /// <param name="deltas">Deltas of each stream.</param>
    /// <param name="gap">Time between two of them.</param>
    /// <param name="requestBytes">Size of the request.</param>
    /// <param name="withStoreless">Whether a second gateway, without a usage store, stands beside the first.</param>
    public static async Task<Stand> StartAsync(
        string gateway,
        int deltas,
        TimeSpan gap,
        int requestBytes,
        bool withStoreless = false
    )
    {
        var folder = Directory.CreateTempSubdirectory("codex-proxy-load-").FullName;
        var started = new Stack<Child>();
        try
        {
            await File.WriteAllBytesAsync(BodyPath(folder), SampleRequest.Create(requestBytes));
            var upstream = await Child.StartRoleAsync(new UpstreamShape(deltas, gap, folder).ToArguments());
            started.Push(upstream);
            var forwarder = await Child.StartRoleAsync("forward", upstream.Address!.ToString());
            started.Push(forwarder);
            var product = await Child.StartGatewayAsync(
                gateway,
                FreePort(),
                GatewayEnvironment(folder, upstream.Address!, "sqlite")
            );
            started.Push(product);
            Child? storeless = null;
            if (withStoreless)
            {
                storeless = await Child.StartGatewayAsync(
                    gateway,
                    FreePort(),
                    GatewayEnvironment(folder, upstream.Address!, "off")
                );
                started.Push(storeless);
            }

            return new Stand(folder, Child.StartSelf("client"), upstream, forwarder, product, storeless);
        }
        catch
        {
            foreach (var child in started)
            {
                child.Dispose();
            }

            Directory.Delete(folder, recursive: true);
            throw;
        }
    }

    /// <summary>Sends one batch through <paramref name="middle"/> and reads its processor time before and after.</summary>
    public async Task<Measurement> MeasureAsync(Middle middle, int requests, int concurrency)
    {
        var process = middle switch
        {
            Middle.Gateway => _gateway,
            Middle.Storeless => _storeless!,
            Middle.Forwarder => _forwarder,
            _ => _upstream,
        };
        var batch = BatchFor(middle, process.Address!, requests, concurrency);
        var before = process.CpuTime;
        var answer = await _client.AskAsync(JsonSerializer.Serialize(batch, LoadJson.Default.LoadBatch));
        var outcome = JsonSerializer.Deserialize(answer, LoadJson.Default.LoadOutcome)!;
        return new Measurement(outcome, process.CpuTime - before);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _client.Dispose();
        _gateway.Dispose();
        _storeless?.Dispose();
        _forwarder.Dispose();
        _upstream.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private LoadBatch BatchFor(Middle middle, Uri address, int requests, int concurrency) =>
        middle is Middle.Gateway or Middle.Storeless
            ? new LoadBatch(
                new Uri(address, "/v1/messages?beta=true"),
                new Dictionary<string, string>
                {
                    ["accept"] = Accept,
                    ["authorization"] = "Bearer any",
                    ["anthropic-version"] = "2023-06-01",
                    ["user-agent"] = "claude-cli/2.1.0 (external, cli)",
                    ["x-claude-code-session-id"] = "6f1f2a3c-0000-4000-8000-000000000001",
                },
                BodyPath(_folder),
                requests,
                concurrency,
                "content_block_delta",
                "message_stop"
            )
            : new LoadBatch(
                new Uri(address, "/backend-api/codex/responses"),
                new Dictionary<string, string>
                {
                    ["accept"] = Accept,
                    ["authorization"] = $"Bearer {_token}",
                    ["chatgpt-account-id"] = _account,
                },
                BodyPath(_folder),
                requests,
                concurrency,
                "response.output_text.delta",
                "response.completed"
            );

    /// <summary>The environment of a gateway beside this upstream.</summary>
    public static Dictionary<string, string> GatewayEnvironment(string folder, Uri upstream, string store) =>
        new()
        {
            ["CODEX_HOME"] = folder,
            ["CODEX_PROXY_HOME"] = Path.Combine(folder, $"state-{store}"),
            ["CODEX_PROXY_USAGE_STORE"] = store,
            ["CODEX_BASE_URL"] = new Uri(upstream, "/backend-api").ToString(),
            // The model that the upstream's prebuilt stream names; another would be logged as a detour, twice per request.
            ["CODEX_BIG_MODEL"] = "gpt-5.5",
            ["CODEX_PROXY_AUTH_ISSUER"] = upstream.GetLeftPart(UriPartial.Authority),
        };

    private static string BodyPath(string folder) => Path.Combine(folder, "request.json");

    /// <summary>A port that nobody listens on.</summary>
    public static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
