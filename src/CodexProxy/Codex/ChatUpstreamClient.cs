using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using CodexProxy.Options;
using CodexProxy.Protocol.ChatUpstream;
using CodexProxy.Protocol.Failures;
using CodexProxy.Protocol.OpenAI;
using CodexProxy.Protocol.Translation;
using CodexProxy.Telemetry;

namespace CodexProxy.Codex;

/// <summary>
/// Sends requests to alternate upstreams as Chat Completions. Nothing of a ChatGPT login goes there, whatever the attempt
/// holds: who asks is told by the upstream's own key alone.
/// </summary>
internal sealed class ChatUpstreamClient(
    UpstreamConnections connections,
    OptionsSource options,
    UpstreamKeys keys,
    TimeProvider timeProvider
) : IUpstream
{
    /// <inheritdoc/>
    public async Task<UpstreamReply> SendAsync(UpstreamAttempt attempt, CancellationToken clientGone)
    {
        var current = options.Current;
        var model = attempt.Context.Model;
        if (current.Alternates.Find(model.Upstream!) is not { } upstream)
        {
            // The settings have changed since the name was resolved.
            return Failed(new UpstreamFailure { Kind = FailureKind.Forbidden, Message = "It is switched off." });
        }

        var key = keys.Find(upstream, out var problem);
        if (problem is not null)
        {
            return Failed(new UpstreamFailure { Kind = FailureKind.Unauthorized, Message = problem });
        }

        var body = new PooledBuffer();
        Write(body, attempt.Body, attempt.Context);
        using var request = new HttpRequestMessage(HttpMethod.Post, upstream.Under("/chat/completions"))
        {
            Content = new PooledJsonContent(body),
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        request.Headers.TryAddWithoutValidation("accept", "text/event-stream, application/json");
        Identify(request.Headers, upstream, key);
        var (response, failure) = await UpstreamExchange.SendAsync(
            connections.For(attempt.FreshConnection),
            request,
            current.Upstream.IdleTimeout,
            timeProvider,
            clientGone
        );
        return response switch
        {
            null => Failed(failure!),
            { IsSuccessStatusCode: false } => Failed(
                await UpstreamExchange.ReadFailureAsync(response, timeProvider, clientGone)
            ),
            _ => new UpstreamReply(
                new ChatUpstreamStream(
                    response,
                    new IdleGuardedStream(
                        await response.Content.ReadAsStreamAsync(clientGone),
                        current.Upstream.IdleTimeout,
                        timeProvider
                    ),
                    new ChatUpstreamReader(Answer(attempt, upstream)),
                    attempt.KeepsJson,
                    clientGone
                ),
                null
            ),
        };
    }

    /// <inheritdoc/>
    public void Write(IBufferWriter<byte> output, ResponsesRequest body, TranslationContext context) =>
        ChatUpstreamRequest.Write(
            output,
            body,
            new ChatUpstreamCall(
                context.Model.NameThere,
                context.MaxTokens,
                options.Current.Alternates.Find(context.Model.Upstream!)?.MaxTokensMember
            )
        );

    /// <summary>Says who asks: this program, with the upstream's own key.</summary>
    public static void Identify(HttpRequestHeaders headers, AlternateUpstream upstream, Secret? key)
    {
        headers.TryAddWithoutValidation("user-agent", ProductInfo.UserAgent);
        if (key is not null)
        {
            headers.TryAddWithoutValidation("authorization", $"Bearer {key.Reveal()}");
        }

        foreach (var (name, value) in upstream.Headers)
        {
            headers.Remove(name);
            headers.TryAddWithoutValidation(name, value.Reveal());
        }
    }

    private ChatUpstreamAnswer Answer(UpstreamAttempt attempt, AlternateUpstream upstream) =>
        new()
        {
            // A repeat of the same request is another answer.
            Seed = $"{attempt.RequestId} {timeProvider.GetTimestamp()}",
            Upstream = upstream.Name,
            CreatedAt = timeProvider.GetUtcNow().ToUnixTimeSeconds(),
            ReturnsReasoning = upstream.ReturnsReasoning,
            CustomTools = (attempt.Body.Tools ?? []).OfType<CustomTool>().Select(tool => tool.Name).ToHashSet(),
        };

    private static UpstreamReply Failed(UpstreamFailure failure) => new(null, failure);
}
