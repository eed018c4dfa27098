using CodexProxy.Codex;
using CodexProxy.Options;
using CodexProxy.Protocol.Anthropic;
using CodexProxy.Protocol.Chat;
using CodexProxy.Protocol.ChatTranslation;
using CodexProxy.Protocol.ChatUpstream;
using CodexProxy.Protocol.Errors;
using CodexProxy.Protocol.Models;
using CodexProxy.Protocol.OpenAI;
using CodexProxy.Protocol.Responses;
using CodexProxy.Protocol.Tokens;
using CodexProxy.Protocol.Translation;

namespace CodexProxy.Relay;

/// <summary>Translates a client's request with what the gateway knows: catalogue, settings and earlier refusals.</summary>
internal sealed class RequestTranslation(
    CatalogueSource catalogue,
    OptionsSource options,
    KiloChoice names,
    RelayMemory memory,
    TokenCounter counter,
    LossLedger losses
)
{
    /// <summary>Translates one request.</summary>
    /// <exception cref="RequestRejectedException">It cannot be served; carries the client's error.</exception>
    public TranslatedRequest Translate(MessagesRequest request, IHeaderDictionary headers, bool requireMaxTokens)
    {
        using var span = RelaySpans.Translation();
        catalogue.RefreshIfOld();
        var translated = TranslateQuietly(request, headers, requireMaxTokens);
        losses.Note(translated.Context.Losses);
        return translated;
    }

    /// <summary>The same, but nothing is asked of the upstream and nothing is counted.</summary>
    /// <exception cref="RequestRejectedException">It cannot be served; carries the client's error.</exception>
    public TranslatedRequest TranslateQuietly(
        MessagesRequest request,
        IHeaderDictionary headers,
        bool requireMaxTokens
    ) =>
        Fit(
            RequestTranslator.Translate(
                request,
                new RequestFacts(
                    headers["x-claude-code-session-id"],
                    headers["x-claude-code-agent-id"],
                    headers.UserAgent.ToString()
                ),
                Settings(request.Model, request.Thinking?.IsOn ?? false) with
                {
                    RejectPrefill = options.Current.Messages.Prefill == PrefillRule.Reject,
                    RequireMaxTokens = requireMaxTokens,
                }
            )
        );

    /// <summary>Translates one request of a Chat Completions client.</summary>
    /// <exception cref="RequestRejectedException">
    /// It cannot be served, or nothing serves the model; carries the client's error.
    /// </exception>
    public TranslatedRequest Translate(ChatRequest request, IHeaderDictionary headers)
    {
        using var span = RelaySpans.Translation();
        catalogue.RefreshIfOld();
        var translated = TranslateQuietly(request, headers);
        losses.Note(translated.Context.Losses);
        return translated;
    }

    /// <summary>The same, but nothing is asked of the upstream and nothing is counted.</summary>
    /// <exception cref="RequestRejectedException">
    /// It cannot be served, or nothing serves the model; carries the client's error.
    /// </exception>
    public TranslatedRequest TranslateQuietly(ChatRequest request, IHeaderDictionary headers) =>
        Fit(
            ChatRequestTranslator.Translate(
                request,
                new RequestFacts(headers["session-id"], null, headers.UserAgent.ToString()),
                Settings(request.Model, thinking: false)
            )
        );

    /// <summary>Translates one request of a client that speaks the upstream's own protocol.</summary>
    /// <exception cref="RequestRejectedException">It cannot be served; carries the client's error.</exception>
    public TranslatedCall Translate(ResponsesCall call, ResponsesFacts facts)
    {
        using var span = RelaySpans.Translation();
        catalogue.RefreshIfOld();
        var translated = TranslateQuietly(call, facts);
        losses.Note(translated.Request.Context.Losses);
        return translated;
    }

    /// <summary>The same, but nothing is asked of the upstream and nothing is counted.</summary>
    /// <exception cref="RequestRejectedException">It cannot be served; carries the client's error.</exception>
    public TranslatedCall TranslateQuietly(ResponsesCall call, ResponsesFacts facts)
    {
        var translated = ResponsesCallTranslator.Translate(call, facts, Settings(call.Model, thinking: false));
        if (
            translated.Request is { Context.Model.Upstream: { } name, Body.Input: [.., OpaqueItem last] }
            && last.Type == OpaqueItem.CompactionTrigger
        )
        {
            throw new RequestRejectedException("model", $"The upstream {name} cannot compact a conversation.");
        }

        return translated with
        {
            Request = Fit(translated.Request),
        };
    }

    // Every upstream gets what its own form can hold.
    private TranslatedRequest Fit(TranslatedRequest translated) =>
        translated.Context.Model.Upstream is { } name
            ? ChatUpstreamFit.Fit(translated, options.Current.Alternates.Find(name)?.ReturnsReasoning ?? false)
            : translated with
            {
                Body = OpenReasoning.Without(translated.Body),
            };

    private TranslationSettings Settings(string name, bool thinking)
    {
        var current = options.Current;
        var rules = names.Rules(thinking);
        var model =
            ModelResolver.Resolve(name, catalogue.Current, rules)
            ?? throw new RequestRejectedException(
                ClientError.NotFound(
                    UnknownModel.Message(
                        name,
                        UnknownModel.Closest(name, catalogue.Current, rules),
                        UnknownModel.Reason(name, rules)
                    )
                )
            );
        return new TranslationSettings
        {
            Model = model,
            DefaultEffort = current.Models.DefaultEffort,
            Verbosity = current.Messages.Verbosity,
            CountTokens = counter.CountCached,
            FindReasoning = memory.Replay.Find,
            IsRefused = memory.Refused.Contains,
        };
    }
}
