using CodexProxy.Codex;
using CodexProxy.Options;
using CodexProxy.Protocol.Anthropic;
using CodexProxy.Protocol.Models;
using CodexProxy.Protocol.Tokens;
using CodexProxy.Protocol.Translation;

namespace CodexProxy.Relay;

/// <summary>Translates a client's request with what the gateway knows: catalogue, settings and earlier refusals.</summary>
internal sealed class RequestTranslation(
    CatalogueSource catalogue,
    OptionsSource options,
    RelayMemory memory,
    TokenCounter counter,
    LossLedger losses
)
{
    /// <summary>Translates one request.</summary>
    /// <exception cref="RequestRejectedException">It cannot be served; carries the client's error.</exception>
    public TranslatedRequest Translate(MessagesRequest request, IHeaderDictionary headers, bool requireMaxTokens)
    {
        catalogue.RefreshIfOld();
        var translated = TranslateQuietly(request, headers, requireMaxTokens);
        losses.Note(translated.Context.Losses);
        return translated;
    }

    /// <summary>The same, but nothing is asked of the upstream and nothing is counted.</summary>
    /// <exception cref="RequestRejectedException">It cannot be served; carries the client's error.</exception>
    public TranslatedRequest TranslateQuietly(MessagesRequest request, IHeaderDictionary headers, bool requireMaxTokens)
    {
        var current = options.Current;
        var rules = current.Models.Rules(request.Thinking?.IsOn ?? false);
        var model =
            ModelResolver.Resolve(request.Model, catalogue.Current, rules)
            ?? throw new RequestRejectedException(
                ClientError.NotFound(
                    UnknownModel.Message(
                        request.Model,
                        UnknownModel.Closest(request.Model, catalogue.Current, rules),
                        "no such model"
                    )
                )
            );
        return RequestTranslator.Translate(
            request,
            new RequestFacts(
                headers["x-claude-code-session-id"],
                headers["x-claude-code-agent-id"],
                headers.UserAgent.ToString()
            ),
            new TranslationSettings
            {
                Model = model,
                DefaultEffort = current.Models.DefaultEffort,
                Verbosity = current.Messages.Verbosity,
                RejectPrefill = current.Messages.Prefill == PrefillRule.Reject,
                RequireMaxTokens = requireMaxTokens,
                CountTokens = counter.CountCached,
                FindReasoning = memory.Replay.Find,
                IsRefused = memory.Refused.Contains,
            }
        );
    }
}
