using CodexProxy.Protocol.Models;

namespace CodexProxy.Protocol.Translation;

/// <summary>What the way back needs to know of the request. Immutable, made by the request translator.</summary>
public sealed record TranslationContext
{
    /// <summary>Model name the client asked for; echoed unchanged.</summary>
    public required string RequestedModel { get; init; }

    /// <summary>The model that serves.</summary>
    public required CodexModel Model { get; init; }

    /// <summary>Whether the client asked for a stream.</summary>
    public bool Stream { get; init; }

    /// <summary>Session id of the client, if it sent one.</summary>
    public string? SessionId { get; init; }

    /// <summary>The conversation that remembered reasoning belongs to.</summary>
    public string Conversation { get; init; } = SessionKeys.Anonymous;

    /// <summary>Sub-agent id of the client; null for the main loop.</summary>
    public string? AgentId { get; init; }

    /// <summary>Value sent as <c>prompt_cache_key</c>.</summary>
    public required string CacheKey { get; init; }

    /// <summary>Whether the client is Claude Code (user agent <c>claude-cli/…</c>).</summary>
    public bool IsClaudeCode { get; init; }

    /// <summary>Thinking blocks are only emitted when the request asked for them.</summary>
    public bool ThinkingRequested { get; init; }

    /// <summary><c>display:"omitted"</c>: thinking blocks carry a signature but no text.</summary>
    public bool ThinkingTextOmitted { get; init; }

    /// <summary>The client's protocol has calls whose input is free text; else that text travels in an object.</summary>
    public bool HasCustomCalls { get; init; }

    /// <summary>The client offered its tools in the oldest form: it reads one <c>function_call</c>, not a list of calls.</summary>
    public bool LegacyFunctions { get; init; }

    /// <summary>A Chat client wants its usage as a chunk of its own.</summary>
    public bool IncludeUsage { get; init; }

    /// <summary>Texts that end the answer; enforced here, the backend has no such parameter.</summary>
    public IReadOnlyList<string> StopSequences { get; init; } = [];

    /// <summary>Visible output tokens allowed; null for no limit. Enforced here.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>Upstream tool name → name the client knows, where they differ or carry a toolset.</summary>
    public IReadOnlyDictionary<string, ToolIdentity> ToolNames { get; init; } = new Dictionary<string, ToolIdentity>();

    /// <summary>Tool-use ids that already stand in the history; an id must be unique in a conversation.</summary>
    public IReadOnlySet<string> UsedToolUseIds { get; init; } = new HashSet<string>();

    /// <summary>Text the client put into the assistant's mouth; its repetition at the start of the output is dropped.</summary>
    public string? Prefill { get; init; }

    /// <summary>The client sent <c>web_fetch_*</c>: page openings are reported as <c>web_fetch</c> pairs.</summary>
    public bool WebFetchRequested { get; init; }

    /// <summary><c>max_uses</c> of the search tool, if given.</summary>
    public int? WebSearchMaxUses { get; init; }

    /// <summary>Domains whose pages are left out of reported search results.</summary>
    public IReadOnlyList<string> BlockedDomains { get; init; } = [];

    /// <summary>The client asked for <c>speed:"fast"</c>; only then is <c>fast</c> reported.</summary>
    public bool FastRequested { get; init; }

    /// <summary>Context edits applied before translation, for <c>context_management.applied_edits</c>.</summary>
    public IReadOnlyList<AppliedEdit> AppliedEdits { get; init; } = [];

    /// <summary>Empty optional arguments that are removed while they stream; empty when nothing is scrubbed.</summary>
    public IReadOnlyList<ScrubbedArgument> ScrubbedArguments { get; init; } = [];

    /// <summary>Results that came since the model's last answer and say they are errors.</summary>
    public int ToolErrors { get; init; }

    /// <summary>What could not be carried, by field path, in request order.</summary>
    public IReadOnlyList<TranslationLoss> Losses { get; init; } = [];
}

/// <summary>How the client knows a tool.</summary>
/// <param name="Name">Name in <c>tool_use</c>.</param>
/// <param name="Toolset"><c>toolset_name</c>, for members of a toolset.</param>
public readonly record struct ToolIdentity(string Name, string? Toolset = null);

/// <summary>One context edit that cleared something.</summary>
/// <param name="Type">Type of the edit.</param>
/// <param name="ClearedToolUses">Results cleared.</param>
/// <param name="ClearedThinkingTurns">Turns whose thinking was cleared.</param>
/// <param name="ClearedInputTokens">Estimate of what that saved, in tokens.</param>
public sealed record AppliedEdit(string Type, int ClearedToolUses, int ClearedThinkingTurns, int ClearedInputTokens);

/// <summary>An optional string argument that is dropped when the model fills it with <c>""</c>.</summary>
/// <param name="Tool">Upstream tool name.</param>
/// <param name="Key">Top-level key.</param>
public readonly record struct ScrubbedArgument(string Tool, string Key);

/// <summary>Something of the request that did not travel unchanged.</summary>
/// <param name="Path">Field path with indices left out, such as <c>messages[].content[].citations</c>.</param>
/// <param name="Kind">What happened to it.</param>
public readonly record struct TranslationLoss(string Path, LossKind Kind);

/// <summary>What happened to a field that could not travel unchanged.</summary>
public enum LossKind
{
    /// <summary>Not sent, and nothing takes its place.</summary>
    Dropped,

    /// <summary>Carried in another form with a weaker meaning.</summary>
    Approximated,

    /// <summary>Honoured by the gateway instead of the upstream.</summary>
    Emulated,
}
