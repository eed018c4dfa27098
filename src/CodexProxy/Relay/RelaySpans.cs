using System.Diagnostics;
using CodexProxy.Protocol.Failures;
using CodexProxy.Protocol.OpenAI;
using CodexProxy.Telemetry;

namespace CodexProxy.Relay;

/// <summary>
/// The spans of a request that is relayed, named as the conventions for generative AI want it. Names, counts and times only: no
/// content. All of them are null while nobody listens.
/// </summary>
internal static class RelaySpans
{
    private const string FirstEvent = "codex_proxy.first_event";

    /// <summary>A request is translated.</summary>
    public static Activity? Translation() => Tracing.Begin("translate");

    /// <summary>An account is chosen, and its login renewed if need be.</summary>
    public static Activity? Lease() => Tracing.Begin("account.lease");

    /// <summary>The account that was chosen.</summary>
    public static void Leased(this Activity span, RelayTurn turn)
    {
        if (turn.Credential is { } credential)
        {
            span.SetTag("codex_proxy.account", credential.Key);
        }
    }

    /// <summary>An attempt at the upstream begins.</summary>
    public static Activity? Attempt(RelayTurn turn)
    {
        if (!Tracing.Source.HasListeners())
        {
            return null;
        }

        var model = RecordNames.Plain(turn.Model.Slug);
        var span = Tracing.Source.StartActivity($"chat {model}", ActivityKind.Client);
        if (span is null)
        {
            return null;
        }

        span.SetTag("gen_ai.operation.name", "chat");
        span.SetTag("gen_ai.provider.name", Provider(turn.Model.Upstream));
        span.SetTag("gen_ai.request.model", model);
        span.SetTag("codex_proxy.attempt", turn.Trail.Attempts.Count + 1);
        if (turn.Context.MaxTokens is { } limit)
        {
            span.SetTag("gen_ai.request.max_tokens", limit);
        }

        if (IsId(turn.Context.SessionId))
        {
            span.SetTag("gen_ai.conversation.id", turn.Context.SessionId);
        }

        if (turn.Credential is { } credential)
        {
            span.SetTag("codex_proxy.account", credential.Key);
        }

        return span;
    }

    /// <summary>The attempt's first event has come.</summary>
    public static void First(this Activity span) => span.AddEvent(new ActivityEvent(FirstEvent));

    /// <summary>The attempt has ended.</summary>
    public static void Ended(this Activity span, RelayTurn turn, UpstreamFailure? failure)
    {
        if (turn.Trail.Attempts is [.., { Response: { } response }])
        {
            if ((turn.ServingModel ?? response.Model) is { } served)
            {
                span.SetTag("gen_ai.response.model", RecordNames.Plain(served));
            }

            span.SetTag("gen_ai.response.finish_reasons", new[] { Reason(response) });
            if (response.Usage is { } usage)
            {
                span.SetTag("gen_ai.usage.input_tokens", usage.InputTokens);
                span.SetTag("gen_ai.usage.output_tokens", usage.OutputTokens);
                span.SetTag("gen_ai.usage.cache_read.input_tokens", usage.CachedTokens);
                span.SetTag("gen_ai.usage.cache_creation.input_tokens", usage.CacheWriteTokens);
                span.SetTag("gen_ai.usage.reasoning.output_tokens", usage.ReasoningTokens);
            }
        }

        if (failure is not null)
        {
            if (failure.Status is { } status)
            {
                span.SetTag("http.response.status_code", status);
            }

            span.Fail(RequestMetrics.Word(failure.Kind.ToString()));
        }
    }

    /// <summary>How the conventions call an upstream.</summary>
    public static string Provider(string? alternate) => alternate ?? "openai";

    private static string Reason(ResponseSnapshot response) =>
        response.IncompleteReason switch
        {
            null => "stop",
            "max_output_tokens" => "length",
            "content_filter" => "content_filter",
            _ => "incomplete",
        };

    // A client may write there what it likes.
    private static bool IsId(string? text) =>
        text is { Length: > 0 and <= 64 }
        && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_');
}
