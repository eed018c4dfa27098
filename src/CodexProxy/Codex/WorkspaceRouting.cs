using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using CodexProxy.Credentials;
using CodexProxy.Options;
using CodexProxy.Protocol.Json;

namespace CodexProxy.Codex;

/// <summary>Where the requests of one workspace have to go.</summary>
/// <param name="Origin">Scheme, host and port in place of the configured ones; null keeps them.</param>
/// <param name="Override">Value of the header <c>x-openai-account-routing-override</c>; null for none.</param>
internal sealed record WorkspaceRoute(Uri? Origin = null, string? Override = null)
{
    /// <summary>As configured.</summary>
    public static WorkspaceRoute Ordinary { get; } = new();

    /// <summary>An address under this route.</summary>
    public Uri Apply(Uri address) =>
        Origin is null
            ? address
            : new UriBuilder(address)
            {
                Scheme = Origin.Scheme,
                Host = Origin.Host,
                Port = Origin.Port,
            }.Uri;
}

/// <summary>
/// Asks the backend once an hour where a workspace is served: some are bound to a region. An answer that cannot be had or read
/// means the configured address, which serves every ordinary workspace.
/// </summary>
internal sealed partial class WorkspaceRouting(
    UpstreamConnections connections,
    OptionsSource options,
    TimeProvider timeProvider,
    ILogger<WorkspaceRouting> logger
)
{
    private const string NoConstraint = "NO_CONSTRAINT";
    private const int MaxBytes = 1024 * 1024;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);
    private static readonly TimeSpan LifetimeOfFailure = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, Discovery> _known = new();

    /// <summary>The workspace's route. Waits for the backend at most five seconds, and only the first time.</summary>
    public ValueTask<WorkspaceRoute> FindAsync(Credential credential, CancellationToken cancellationToken)
    {
        // A full address is the user's own word.
        if (options.Current.Upstream.ResponsesUrl is not null)
        {
            return ValueTask.FromResult(WorkspaceRoute.Ordinary);
        }

        if (!_known.TryGetValue(credential.Key, out var known) || (known.Route.IsCompleted && HasEnded(known)))
        {
            var fresh = new Discovery();
            if (known is null ? _known.TryAdd(credential.Key, fresh) : _known.TryUpdate(credential.Key, fresh, known))
            {
                // On its own: the first request may be cancelled while others wait for the same answer.
                fresh.Begin(DiscoverAsync(credential, fresh));
            }

            known = _known[credential.Key];
        }

        return known.Route.IsCompletedSuccessfully
            ? new ValueTask<WorkspaceRoute>(known.Route.Result)
            : new ValueTask<WorkspaceRoute>(known.Route.WaitAsync(cancellationToken));
    }

    // More than the whole time left: the clock was set back.
    private bool HasEnded(Discovery known) =>
        known.Until - timeProvider.GetUtcNow() is var left && (left <= TimeSpan.Zero || left > Lifetime);

    private async Task<WorkspaceRoute> DiscoverAsync(Credential credential, Discovery discovery)
    {
        try
        {
            using var deadline = new CancellationTokenSource(Deadline, timeProvider);
            var route = Read(await AskAsync(credential, deadline.Token), credential.AccountId);
            discovery.Until = timeProvider.GetUtcNow() + Lifetime;
            return route;
        }
        catch (Exception exception)
            when (exception is HttpRequestException or IOException or JsonException or OperationCanceledException)
        {
            LogFailed(exception is JsonException ? exception.Message : exception.GetType().Name);
            discovery.Until = timeProvider.GetUtcNow() + LifetimeOfFailure;
            return WorkspaceRoute.Ordinary;
        }
    }

    private async Task<byte[]> AskAsync(Credential credential, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, options.Current.Upstream.AccountsCheck)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        CodexHeaders.Identify(request.Headers, credential, options.Current);
        request.Headers.TryAddWithoutValidation("accept", "*/*");
        using var response = await connections.Pooled.SendAsync(
            request,
            HttpCompletionOption.ResponseHeadersRead,
            cancellationToken
        );
        response.EnsureSuccessStatusCode();
        await response.Content.LoadIntoBufferAsync(MaxBytes, cancellationToken);
        return await response.Content.ReadAsByteArrayAsync(cancellationToken);
    }

    private WorkspaceRoute Read(byte[] body, string accountId)
    {
        using var document = SoundJson.Parse(body);
        if (document.RootElement.Member("accounts") is not { ValueKind: JsonValueKind.Array } accounts)
        {
            throw new JsonException("the answer lists no accounts");
        }

        var own = accounts.EnumerateArray().Where(account => account.Text("id") == accountId).ToList();
        if (own.Count != 1)
        {
            throw new JsonException($"the answer names the workspace {own.Count} times");
        }

        var route = new WorkspaceRoute(
            own[0].Text("workspace_backend_origin") is { } origin && origin != NoConstraint ? ReadOrigin(origin) : null,
            own[0].Text("account_routing_override") is { } word and not NoConstraint ? ReadOverride(word) : null
        );
        if (route != WorkspaceRoute.Ordinary && route.Origin != OriginOf(options.Current.Upstream.BaseUrl))
        {
            LogBound(route.Origin?.Host ?? "", route.Override ?? "");
        }

        return route;
    }

    // Tokens go there. Only hosts beside the configured one are believed: chatgpt.com may name eu.chatgpt.com, and nobody else.
    private Uri ReadOrigin(string text)
    {
        var configured = OriginOf(options.Current.Upstream.BaseUrl);
        if (
            Uri.TryCreate(text, UriKind.Absolute, out var origin)
            && origin.AbsolutePath == "/"
            && origin.Query.Length == 0
            && origin.UserInfo.Length == 0
            && (origin.Scheme == Uri.UriSchemeHttps || (origin.IsLoopback && configured.IsLoopback))
            && (
                origin.Host == configured.Host
                || origin.Host.EndsWith("." + configured.Host, StringComparison.OrdinalIgnoreCase)
            )
        )
        {
            return origin;
        }

        throw new JsonException("the workspace's origin is not one of the backend's own hosts");
    }

    private static string ReadOverride(string word) =>
        word.Length <= 32 && word.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_')
            ? word
            : throw new JsonException("the routing override is not a word");

    private static Uri OriginOf(Uri address) => new(address.GetLeftPart(UriPartial.Authority));

    private sealed class Discovery
    {
        private readonly TaskCompletionSource<WorkspaceRoute> _found = new(
            TaskCreationOptions.RunContinuationsAsynchronously
        );

        public Task<WorkspaceRoute> Route => _found.Task;

        public DateTimeOffset Until { get; set; }

        public void Begin(Task<WorkspaceRoute> asking) =>
            _ = asking.ContinueWith(
                asked =>
                    asked.IsCompletedSuccessfully
                        ? _found.TrySetResult(asked.Result)
                        : _found.TrySetException(asked.Exception!.InnerExceptions),
                TaskScheduler.Default
            );
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Where this workspace is served could not be learned ({Reason}); the configured address is used."
    )]
    private partial void LogFailed(string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "This workspace is served at {Host} {Override}.")]
    private partial void LogBound(string host, string @override);
}
