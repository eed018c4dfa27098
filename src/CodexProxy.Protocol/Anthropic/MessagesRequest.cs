using System.Text.Json;
using CodexProxy.Protocol.Errors;
using CodexProxy.Protocol.Json;

namespace CodexProxy.Protocol.Anthropic;

/// <summary>
/// Body of <c>POST /v1/messages</c>, read leniently: what clients send by accident is repaired later, what is newer than
/// this program is kept or named, never refused. Refers to the bytes it was read from until disposed.
/// </summary>
public sealed class MessagesRequest : IDisposable
{
    private readonly JsonDocument _document;

    internal MessagesRequest(JsonDocument document) => _document = document;

    /// <summary>Requested model.</summary>
    public required string Model { get; init; }

    /// <summary>Most visible output tokens; null when the client left it out.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>Whether the answer is to be streamed. Absent means no.</summary>
    public bool Stream { get; init; }

    /// <summary>Texts of the system prompt, in order.</summary>
    public IReadOnlyList<string> System { get; init; } = [];

    /// <summary>The conversation.</summary>
    public required IReadOnlyList<RequestMessage> Messages { get; init; }

    /// <summary>The tools.</summary>
    public IReadOnlyList<Tool> Tools { get; init; } = [];

    /// <summary>Which tool may or must be called; null for the model's choice.</summary>
    public ToolChoice? ToolChoice { get; init; }

    /// <summary>Thinking settings; null when the client left them out.</summary>
    public ThinkingSettings? Thinking { get; init; }

    /// <summary><c>output_config.effort</c>.</summary>
    public string? Effort { get; init; }

    /// <summary>Schema of structured output.</summary>
    public JsonElement? OutputSchema { get; init; }

    /// <summary>Texts that end the answer.</summary>
    public IReadOnlyList<string> StopSequences { get; init; } = [];

    /// <summary><c>metadata.user_id</c>.</summary>
    public string? UserId { get; init; }

    /// <summary>Whether <c>speed</c> is <c>fast</c>.</summary>
    public bool Fast { get; init; }

    /// <summary>Edits to apply to the history before it is sent.</summary>
    public IReadOnlyList<HistoryEdit> ContextEdits { get; init; } = [];

    /// <summary>Names of top-level members that are not carried, as the client wrote them.</summary>
    public IReadOnlyList<string> OtherMembers { get; init; } = [];

    /// <summary>Reads a body.</summary>
    /// <param name="utf8">The bytes; they must stay as they are until the request is disposed.</param>
    /// <exception cref="RequestRejectedException">It is no JSON, or cannot be a request.</exception>
    public static MessagesRequest Read(ReadOnlyMemory<byte> utf8)
    {
        JsonDocument document;
        try
        {
            document = RequestJson.Parse(utf8, brackets: false);
        }
        catch (BrokenJsonException exception)
        {
            throw new RequestRejectedException(ClientError.Invalid(exception.Message));
        }

        try
        {
            return MessagesRequestReader.Read(document);
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

/// <summary>One message of the conversation.</summary>
/// <param name="Role"><c>user</c>, <c>assistant</c> or <c>system</c>; any other counts as user.</param>
/// <param name="Content">Its blocks; a plain string is one text block.</param>
public sealed record RequestMessage(string Role, IReadOnlyList<ContentBlock> Content)
{
    /// <summary>Effort a system message sets for its turn.</summary>
    public string? Effort { get; init; }

    /// <summary>Whether the message is gone once a later user message exists.</summary>
    public bool ClearsAtNextUserMessage { get; init; }

    /// <summary>Whether the model said it.</summary>
    public bool IsAssistant => Role == "assistant";

    /// <summary>Whether it is a system message.</summary>
    public bool IsSystem => Role == "system";
}

/// <summary>Thinking settings.</summary>
/// <param name="Type"><c>enabled</c>, <c>adaptive</c>, <c>disabled</c>, <c>between_tools</c>, or something newer.</param>
/// <param name="BudgetTokens">Budget of older clients, tokens.</param>
/// <param name="Display"><c>summarized</c>, <c>omitted</c>, <c>updates</c>; null when absent.</param>
public sealed record ThinkingSettings(string Type, int? BudgetTokens, string? Display)
{
    /// <summary>Whether thinking blocks are asked for.</summary>
    public bool IsOn => Type is "enabled" or "adaptive";

    /// <summary>Whether thinking is switched off.</summary>
    public bool IsOff => Type is "disabled" or "between_tools";
}

/// <summary>Which tool may or must be called.</summary>
/// <param name="Type"><c>auto</c>, <c>any</c>, <c>tool</c> or <c>none</c>.</param>
/// <param name="Name">The tool, for <c>tool</c>.</param>
/// <param name="DisableParallelUse">Whether only one call may come at a time.</param>
public sealed record ToolChoice(string Type, string? Name, bool DisableParallelUse);

/// <summary>A tool of the list.</summary>
/// <param name="Type">Null or <c>custom</c> for a function of the client, else a type of the API.</param>
/// <param name="Name">Its name.</param>
public sealed record Tool(string? Type, string Name)
{
    /// <summary>What it does, for the model.</summary>
    public string? Description { get; init; }

    /// <summary>Schema of its input.</summary>
    public JsonElement? InputSchema { get; init; }

    /// <summary>Inputs to learn from.</summary>
    public IReadOnlyList<JsonElement> InputExamples { get; init; } = [];

    /// <summary>Whether the schema is to be enforced.</summary>
    public bool Strict { get; init; }

    /// <summary>Whether it is left out until something names it.</summary>
    public bool DeferLoading { get; init; }

    /// <summary>The whole entry, for settings of the API's own tools.</summary>
    public JsonElement Json { get; init; }

    /// <summary>Whether the type begins so.</summary>
    public bool IsType(string prefix) => Type?.StartsWith(prefix, StringComparison.Ordinal) ?? false;
}

/// <summary>An edit of the history.</summary>
/// <param name="Type">Its type.</param>
/// <param name="Json">Its settings.</param>
public sealed record HistoryEdit(string Type, JsonElement Json);
