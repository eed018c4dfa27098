using CodexProxy.Protocol.Anthropic;
using CodexProxy.Protocol.Errors;
using CodexProxy.Protocol.Models;
using CodexProxy.Protocol.OpenAI;

namespace CodexProxy.Protocol.Translation;

/// <summary>What the headers of a request say that its translation needs.</summary>
/// <param name="SessionId"><c>x-claude-code-session-id</c>.</param>
/// <param name="AgentId"><c>x-claude-code-agent-id</c>; empty for the main loop.</param>
/// <param name="UserAgent"><c>user-agent</c>.</param>
public sealed record RequestFacts(string? SessionId = null, string? AgentId = null, string? UserAgent = null)
{
    /// <summary>Whether the client is Claude Code.</summary>
    public bool IsClaudeCode => UserAgent?.StartsWith("claude-cli/", StringComparison.OrdinalIgnoreCase) ?? false;
}

/// <summary>What the gateway knows beside the request.</summary>
public sealed record TranslationSettings
{
    /// <summary>The model that serves.</summary>
    public required ResolvedModel Model { get; init; }

    /// <summary>Effort where the request asks for none; null for the model's own.</summary>
    public string? DefaultEffort { get; init; }

    /// <summary><c>text.verbosity</c>; null leaves it out.</summary>
    public string? Verbosity { get; init; }

    /// <summary>Whether a request that ends with an assistant message is refused instead of continued.</summary>
    public bool RejectPrefill { get; init; }

    /// <summary>Whether a request must say how much it wants; a count of tokens need not.</summary>
    public bool RequireMaxTokens { get; init; } = true;

    /// <summary>Counts tokens, for edits of the history that depend on its size.</summary>
    public Func<string, int> CountTokens { get; init; } = static text => text.Length / 4;

    /// <summary>Sealed reasoning kept for a client that does not carry it: by conversation and anchor.</summary>
    public Func<string, string, IReadOnlyList<ReasoningEnvelope>?>? FindReasoning { get; init; }

    /// <summary>Whether sealed reasoning is known to be refused by the serving account.</summary>
    public Func<ReasoningEnvelope, bool> IsRefused { get; init; } = static _ => false;
}

/// <summary>A translated request.</summary>
/// <param name="Body">What is sent upstream.</param>
/// <param name="Context">What the way back needs.</param>
public sealed record TranslatedRequest(ResponsesRequest Body, TranslationContext Context);

/// <summary>
/// Messages → Responses, a pure function: the same history gives the same bytes, because the upstream's prompt cache is
/// paid for by byte-identical prefixes.
/// </summary>
public static class RequestTranslator
{
    /// <summary>Translates one request.</summary>
    /// <exception cref="RequestRejectedException">It cannot be served; carries the client's error.</exception>
    public static TranslatedRequest Translate(MessagesRequest request, RequestFacts facts, TranslationSettings settings)
    {
        if (settings.RequireMaxTokens && request.MaxTokens is null)
        {
            throw new RequestRejectedException(ClientError.Invalid("max_tokens: Field required"));
        }

        var losses = new LossList();
        losses.Note(request);
        var model = settings.Model.Model;
        var messages = History.Prepare(request, settings, losses, out var appliedEdits);
        var tools = ToolTranslator.Translate(request, messages, losses);
        var instructions = Instructions.From(request, tools);
        var agentId = facts.AgentId is { Length: > 0 } agent ? agent : null;
        var sessionId = SessionKeys.SessionId(facts.SessionId, request.UserId);
        var conversation = SessionKeys.Conversation(sessionId, agentId, model, instructions, messages);
        var input = new InputTranslator(messages, tools, model, settings, losses, conversation).Translate(
            out var prefill
        );
        if (input.Items.Count == 0)
        {
            throw new RequestRejectedException(ClientError.Invalid("messages: text content blocks must be non-empty"));
        }

        var cacheKey = SessionKeys.CacheKey(sessionId, agentId, instructions, input.Items);
        var body = new ResponsesRequest
        {
            Model = model.Slug,
            Instructions = instructions,
            Input = input.Items,
            Tools = tools.Sent,
            ToolChoice = tools.Choose(request.ToolChoice),
            ParallelToolCalls = !(request.ToolChoice?.DisableParallelUse ?? false),
            Reasoning = new ReasoningSettings(
                EffortSelection.Select(request, messages, settings),
                AsksForSummary(request.Thinking, model) ? "auto" : null
            ),
            Include = ResponsesRequest.IncludeFor(tools.HasHostedSearch),
            PromptCacheKey = cacheKey,
            Text = TextSettings(request, settings),
            ServiceTier = model.PriorityTier && (request.Fast || settings.Model.Fast) ? "priority" : null,
        };
        SettingLosses.Note(request, body, losses);
        var context = new TranslationContext
        {
            RequestedModel = request.Model,
            Model = model,
            Stream = request.Stream,
            SessionId = sessionId,
            Conversation = conversation,
            AgentId = agentId,
            CacheKey = cacheKey,
            IsClaudeCode = facts.IsClaudeCode,
            ThinkingRequested = request.Thinking?.IsOn ?? false,
            ThinkingTextOmitted = request.Thinking?.Display == "omitted",
            StopSequences = request.StopSequences,
            MaxTokens = request.MaxTokens,
            ToolNames = tools.WayBack,
            UsedToolUseIds = input.ToolUseIds,
            Prefill = prefill,
            WebFetchRequested = tools.HasHostedFetch,
            WebSearchMaxUses = tools.SearchMaxUses,
            BlockedDomains = tools.BlockedDomains,
            FastRequested = request.Fast,
            AppliedEdits = appliedEdits,
            ScrubbedArguments = tools.ScrubbedArguments,
            ToolErrors = NewToolErrors(request.Messages),
            Losses = losses.ToList(),
        };
        return new TranslatedRequest(body, context);
    }

    // An unknown model gets what the vendor's client sends for one: a summary setting and no effort.
    private static bool AsksForSummary(ThinkingSettings? thinking, CodexModel model) =>
        model.IsUnknown || (thinking is { IsOn: true } && thinking.Display != "omitted");

    private static int NewToolErrors(IReadOnlyList<RequestMessage> messages)
    {
        var errors = 0;
        for (var i = messages.Count - 1; i >= 0 && messages[i].Role != "assistant"; i--)
        {
            errors += messages[i].Content.Count(block => block is ToolResultBlock { IsError: true });
        }

        return errors;
    }

    private static TextSettings? TextSettings(MessagesRequest request, TranslationSettings settings)
    {
        var format = request.OutputSchema is { } schema
            ? new TextFormat("output", schema.Clone(), StrictSchema.Allows(schema))
            : null;
        return format is null && settings.Verbosity is null ? null : new TextSettings(format, settings.Verbosity);
    }
}
