using System.Text.Json;
using CodexProxy.Protocol.Errors;
using CodexProxy.Protocol.Json;

namespace CodexProxy.Protocol.Chat;

/// <summary>
/// Body of <c>POST /v1/chat/completions</c>. What is newer than this program is kept or named, never refused. Refers to the
/// bytes it was read from until disposed.
/// </summary>
public sealed class ChatRequest : IDisposable
{
    private readonly JsonDocument _document;

    internal ChatRequest(JsonDocument document) => _document = document;

    /// <summary>Requested model.</summary>
    public required string Model { get; init; }

    /// <summary>The conversation.</summary>
    public required IReadOnlyList<ChatMessage> Messages { get; init; }

    /// <summary>The tools, those of <c>functions</c> after those of <c>tools</c>.</summary>
    public IReadOnlyList<ChatTool> Tools { get; init; } = [];

    /// <summary>Whether the tools came as <c>functions</c> only: the answer then has one <c>function_call</c>.</summary>
    public bool UsesFunctions { get; init; }

    /// <summary>Which tool may or must be called; null for the model's choice.</summary>
    public ChatToolChoice? ToolChoice { get; init; }

    /// <summary>Whether several calls may come in one answer.</summary>
    public bool ParallelToolCalls { get; init; } = true;

    /// <summary><c>reasoning_effort</c>, any word.</summary>
    public string? Effort { get; init; }

    /// <summary><c>verbosity</c>, any word.</summary>
    public string? Verbosity { get; init; }

    /// <summary>Form of the answer; null for text.</summary>
    public ChatResponseFormat? ResponseFormat { get; init; }

    /// <summary><c>max_completion_tokens</c>, else <c>max_tokens</c>; null for no limit.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>The member that set <see cref="MaxTokens"/>.</summary>
    public string MaxTokensField { get; init; } = "max_completion_tokens";

    /// <summary>Texts that end the answer.</summary>
    public IReadOnlyList<string> Stop { get; init; } = [];

    /// <summary>Whether the answer is to be streamed. Absent means no.</summary>
    public bool Stream { get; init; }

    /// <summary>Whether a stream ends with a usage chunk.</summary>
    public bool IncludeUsage { get; init; }

    /// <summary><c>prompt_cache_key</c>.</summary>
    public string? PromptCacheKey { get; init; }

    /// <summary><c>service_tier</c>, any word.</summary>
    public string? ServiceTier { get; init; }

    /// <summary>Hosted search; null when it was not asked for.</summary>
    public ChatWebSearch? WebSearch { get; init; }

    /// <summary>Names of top-level members that are not carried, as the client wrote them.</summary>
    public IReadOnlyList<string> OtherMembers { get; init; } = [];

    /// <summary>Reads a request body.</summary>
    /// <exception cref="RequestRejectedException">It is no JSON, or a field cannot be served; names the field.</exception>
    public static ChatRequest Read(ReadOnlyMemory<byte> json)
    {
        JsonDocument document;
        try
        {
            document = RequestJson.Parse(json, brackets: true);
        }
        catch (BrokenJsonException exception)
        {
            throw new RequestRejectedException(exception);
        }

        try
        {
            return ChatRequestReader.Read(document);
        }
        catch
        {
            document.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _document.Dispose();
}
