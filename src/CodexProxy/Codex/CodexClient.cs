using System.Net;
using System.Net.Http.Headers;
using CodexProxy.Credentials;
using CodexProxy.Options;
using CodexProxy.Protocol.Failures;
using CodexProxy.Protocol.OpenAI;
using CodexProxy.Protocol.Quota;
using CodexProxy.Protocol.Translation;

namespace CodexProxy.Codex;

/// <summary>One attempt at the upstream: the body in the form to send, and who asks.</summary>
/// <param name="Body">The request in the form of this attempt.</param>
/// <param name="Context">Session, agent and cache lane.</param>
/// <param name="Credential">Whose plan pays.</param>
/// <param name="FreshConnection">Whether a pooled connection must not be used (after a block page).</param>
/// <param name="KeepsJson">Whether the events are wanted with their bytes.</param>
internal sealed record CodexAttempt(
    ResponsesRequest Body,
    TranslationContext Context,
    Credential Credential,
    bool FreshConnection,
    bool KeepsJson = false
)
{
    /// <summary>Whether the conversation is to be sealed into one item.</summary>
    public bool Compacts => Body.Input is [.., OpaqueItem { Type: OpaqueItem.CompactionTrigger }];

    /// <summary>Whether the body has the lite shape.</summary>
    public bool Lite => Body.Instructions is null && Body.Tools is null;
}

/// <summary>What came of an attempt: a stream, or what the upstream said instead.</summary>
internal readonly record struct CodexReply(CodexStream? Stream, UpstreamFailure? Failure);

/// <summary>Sends requests to the Codex backend and opens their event streams. Never retries by itself.</summary>
internal sealed class CodexClient(
    UpstreamConnections connections,
    OptionsSource options,
    TurnStates turnStates,
    QuotaBook quotas,
    CatalogueSource catalogue,
    WorkspaceRouting routing,
    TimeProvider timeProvider
)
{
    // An error body is read up to here: block pages can be large, and only their kind matters.
    private const int MaxErrorBody = 256 * 1024;

    /// <summary>Sends one attempt and waits for the response headers.</summary>
    /// <exception cref="OperationCanceledException">The client is gone.</exception>
    public async Task<CodexReply> SendAsync(CodexAttempt attempt, CancellationToken clientGone)
    {
        var current = options.Current;
        var route = await routing.FindAsync(attempt.Credential, clientGone);
        var body = new PooledBuffer();
        OpenAIJson.Write(body, attempt.Body);
        using var request = new HttpRequestMessage(HttpMethod.Post, route.Apply(current.Upstream.Responses))
        {
            Content = new PooledJsonContent(body),
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        request.Headers.TryAddWithoutValidation("accept", "text/event-stream");
        CodexHeaders.Identify(request.Headers, attempt.Credential, current);
        if (route.Override is { } routingOverride)
        {
            request.Headers.TryAddWithoutValidation(CodexHeaders.RoutingOverride, routingOverride);
        }

        CodexHeaders.Place(
            request.Headers,
            attempt.Context,
            turnStates.Find(attempt.Context.CacheKey, attempt.Credential.AccountId, attempt.Body),
            attempt.Lite
        );
        if (attempt.Compacts)
        {
            request.Headers.TryAddWithoutValidation(CodexHeaders.Features, CodexHeaders.Compaction);
        }

        // Headers may take as long as the model thinks before it speaks; the idle limit covers that wait too.
        using var headerLimit = new CancellationTokenSource(current.Upstream.IdleTimeout, timeProvider);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(clientGone, headerLimit.Token);
        HttpResponseMessage response;
        try
        {
            response = await connections
                .For(attempt.FreshConnection)
                .SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop.Token);
        }
        catch (OperationCanceledException) when (!clientGone.IsCancellationRequested)
        {
            return Failed(FailureReader.FromTransport(TransportFault.Idle));
        }
        catch (HttpRequestException exception)
        {
            clientGone.ThrowIfCancellationRequested();
            var neverConnected =
                exception.HttpRequestError
                is HttpRequestError.ConnectionError
                    or HttpRequestError.NameResolutionError
                    or HttpRequestError.SecureConnectionError;
            return Failed(FailureReader.FromTransport(neverConnected ? TransportFault.Connect : TransportFault.Reset));
        }

        return await OpenAsync(attempt, response, current.Upstream.IdleTimeout, clientGone);
    }

    private async Task<CodexReply> OpenAsync(
        CodexAttempt attempt,
        HttpResponseMessage response,
        TimeSpan idleTimeout,
        CancellationToken clientGone
    )
    {
        var account = attempt.Credential.AccountId;
        var headers = Flatten(response.Headers);
        quotas.Update(attempt.Credential.Key, QuotaReader.FromHeaders(headers, timeProvider.GetUtcNow()));
        if (response.IsSuccessStatusCode)
        {
            if (Find(response, CodexHeaders.TurnState) is { } state)
            {
                turnStates.Keep(attempt.Context.CacheKey, account, state);
            }

            catalogue.Notice(Find(response, "x-models-etag"));
            var body = new IdleGuardedStream(
                await response.Content.ReadAsStreamAsync(clientGone),
                idleTimeout,
                timeProvider
            );
            return new CodexReply(
                new CodexStream(response, body, clientGone, attempt.KeepsJson)
                {
                    ServingModel = Find(response, "openai-model"),
                },
                null
            );
        }

        using (response)
        {
            var error = await ReadErrorAsync(response, clientGone);
            headers.AddRange(Flatten(response.Content.Headers));
            return Failed(FailureReader.FromHttp((int)response.StatusCode, headers, error));
        }
    }

    private async Task<byte[]> ReadErrorAsync(HttpResponseMessage response, CancellationToken clientGone)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10), timeProvider);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(clientGone, limit.Token);
        using var kept = new MemoryStream();
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(stop.Token);
            var buffer = new byte[16 * 1024];
            int count;
            while (kept.Length < MaxErrorBody && (count = await body.ReadAsync(buffer, stop.Token)) > 0)
            {
                kept.Write(buffer, 0, count);
            }
        }
        catch (Exception exception)
            when (exception is IOException or HttpRequestException or OperationCanceledException
                && !clientGone.IsCancellationRequested
            )
        {
            // The status alone is enough to classify the failure; its text is a courtesy.
        }

        return kept.ToArray();
    }

    private static CodexReply Failed(UpstreamFailure failure) => new(null, failure);

    private static string? Find(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;

    private static List<KeyValuePair<string, string>> Flatten(HttpHeaders headers)
    {
        var flat = new List<KeyValuePair<string, string>>();
        foreach (var header in headers.NonValidated)
        {
            foreach (var value in header.Value)
            {
                flat.Add(new KeyValuePair<string, string>(header.Key, value));
            }
        }

        return flat;
    }
}
