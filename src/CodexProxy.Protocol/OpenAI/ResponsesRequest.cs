using System.Text.Json;
using System.Text.Json.Serialization;

namespace CodexProxy.Protocol.OpenAI;

/// <summary>
/// Body of <c>POST …/codex/responses</c>. The members here are an allow-list: the backend refuses every other one, so
/// nothing else is ever sent. Declaration order is wire order.
/// </summary>
public sealed record ResponsesRequest
{
    /// <summary>Slug of the upstream model.</summary>
    public required string Model { get; init; }

    /// <summary>System prompt; <c>""</c> when there is none. Null (absent) only in the lite shape.</summary>
    public string? Instructions { get; init; }

    /// <summary>The conversation.</summary>
    public required IReadOnlyList<InputItem> Input { get; init; }

    /// <summary>Callable tools; empty, not absent, when there are none. Null (absent) only in the lite shape.</summary>
    public IReadOnlyList<ResponsesTool>? Tools { get; init; }

    /// <summary>Which tools may or must be called.</summary>
    public ResponsesToolChoice ToolChoice { get; init; } = ResponsesToolChoice.Auto;

    /// <summary>Whether several calls may come in one response.</summary>
    public bool ParallelToolCalls { get; init; } = true;

    /// <summary>Effort and summary settings.</summary>
    public required ReasoningSettings Reasoning { get; init; }

    /// <summary>Always false: the backend refuses anything else.</summary>
    public bool Store => false;

    /// <summary>Always true: the backend refuses anything else.</summary>
    public bool Stream => true;

    /// <summary>Extra data asked for, always with <c>reasoning.encrypted_content</c>; null (absent) after a refusal.</summary>
    public IReadOnlyList<string>? Include { get; init; } = [IncludeEncryptedReasoning];

    /// <summary>Lane of the upstream prompt cache, at most 64 characters.</summary>
    public required string PromptCacheKey { get; init; }

    /// <summary>Output format and verbosity; absent when neither is set.</summary>
    public TextSettings? Text { get; init; }

    /// <summary><c>priority</c> or absent.</summary>
    public string? ServiceTier { get; init; }

    /// <summary>What to ask for beside the answer itself.</summary>
    public static IReadOnlyList<string> IncludeFor(bool hostedSearch) =>
        hostedSearch ? [IncludeEncryptedReasoning, IncludeSearchSources] : [IncludeEncryptedReasoning];

    /// <summary>Asks for the replayable form of reasoning.</summary>
    public const string IncludeEncryptedReasoning = "reasoning.encrypted_content";

    /// <summary>Asks for the pages behind a hosted search.</summary>
    public const string IncludeSearchSources = "web_search_call.action.sources";
}

/// <summary>Reasoning settings; absent members mean the model's default.</summary>
/// <param name="Effort">A level of the catalogue: <c>low</c> … <c>max</c>.</param>
/// <param name="Summary"><c>auto</c>, or absent for no summary.</param>
/// <param name="Context"><c>all_turns</c> in the lite shape, else absent.</param>
public sealed record ReasoningSettings(string? Effort = null, string? Summary = null, string? Context = null);

/// <summary>Output settings.</summary>
/// <param name="Format">Structured output, if asked for.</param>
/// <param name="Verbosity"><c>low</c>, <c>medium</c> or <c>high</c>; only when configured.</param>
public sealed record TextSettings(TextFormat? Format = null, string? Verbosity = null);

/// <summary>Structured output: by JSON schema, or any JSON object when there is none.</summary>
/// <param name="Name">A label the model sees; with a schema only.</param>
/// <param name="Schema">The schema, as given or repaired.</param>
/// <param name="Strict">Whether the backend must enforce the schema; with a schema only.</param>
public sealed record TextFormat(string? Name, JsonElement? Schema, bool? Strict)
{
    /// <summary>Any JSON object.</summary>
    public static TextFormat AnyObject { get; } = new(null, null, null);

    /// <summary><c>json_schema</c> or <c>json_object</c>.</summary>
    [JsonPropertyOrder(-1)]
    public string Type => Schema is null ? "json_object" : "json_schema";
}
