using System.Buffers;
using System.Net;
using CodexProxy.Credentials;
using CodexProxy.Options;
using CodexProxy.Protocol.OpenAI;
using CodexProxy.Protocol.Quota;
using CodexProxy.Protocol.Translation;

namespace CodexProxy.Codex;

/// <summary>Sends requests to the Codex backend and opens their event streams. Never retries by itself.</summary>
internal sealed class CodexClient(
    UpstreamConnections connections,
    OptionsSource options,
    TurnStates turnStates,
    QuotaBook quotas,
    CatalogueSource catalogue,
    WorkspaceRouting routing,
    TimeProvider timeProvider
) : IUpstream
{
    /// <inheritdoc/>
    public async Task<UpstreamReply> SendAsync(UpstreamAttempt attempt, CancellationToken clientGone)
    {
        var current = options.Current;
        var credential = attempt.Credential!;
        var route = await routing.FindAsync(credential, clientGone);
        var body = new PooledBuffer();
        Write(body, attempt.Body, attempt.Context);
        using var request = new HttpRequestMessage(HttpMethod.Post, route.Apply(current.Upstream.Responses))
        {
            Content = new PooledJsonContent(body),
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        request.Headers.TryAddWithoutValidation("accept", "text/event-stream");
        CodexHeaders.Identify(request.Headers, credential, current);
        if (route.Override is { } routingOverride)
        {
            request.Headers.TryAddWithoutValidation(CodexHeaders.RoutingOverride, routingOverride);
        }

        CodexHeaders.Place(
            request.Headers,
            attempt.Context,
            turnStates.Find(attempt.Context.CacheKey, credential.AccountId, attempt.Body),
            attempt.Lite
        );
        if (attempt.Compacts)
        {
            request.Headers.TryAddWithoutValidation(CodexHeaders.Features, CodexHeaders.Compaction);
        }

        var (response, failure) = await UpstreamExchange.SendAsync(
            connections.For(attempt.FreshConnection),
            request,
            current.Upstream.IdleTimeout,
            timeProvider,
            clientGone
        );
        return response is null
            ? new UpstreamReply(null, failure)
            : await OpenAsync(attempt, credential, response, current.Upstream.IdleTimeout, clientGone);
    }

    /// <inheritdoc/>
    public void Write(IBufferWriter<byte> output, ResponsesRequest body, TranslationContext context) =>
        OpenAIJson.Write(output, body);

    private async Task<UpstreamReply> OpenAsync(
        UpstreamAttempt attempt,
        Credential credential,
        HttpResponseMessage response,
        TimeSpan idleTimeout,
        CancellationToken clientGone
    )
    {
        var headers = UpstreamExchange.Flatten(response.Headers);
        quotas.Update(credential.Key, QuotaReader.FromHeaders(headers, timeProvider.GetUtcNow()));
        if (response.IsSuccessStatusCode)
        {
            if (Find(response, CodexHeaders.TurnState) is { } state)
            {
                turnStates.Keep(attempt.Context.CacheKey, credential.AccountId, state);
            }

            catalogue.Notice(Find(response, "x-models-etag"));
            var body = new IdleGuardedStream(
                await response.Content.ReadAsStreamAsync(clientGone),
                idleTimeout,
                timeProvider
            );
            return new UpstreamReply(
                new CodexStream(response, body, clientGone, attempt.KeepsJson)
                {
                    ServingModel = Find(response, "openai-model"),
                },
                null
            );
        }

        return new UpstreamReply(null, await UpstreamExchange.ReadFailureAsync(response, timeProvider, clientGone));
    }

    private static string? Find(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;
}
