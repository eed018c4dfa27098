using System.Text.Json;

namespace CodexProxy.Protocol.Chat;

/// <summary>One message of a conversation. Opaque JSON in it belongs to the request and lives as long.</summary>
/// <param name="Role"><c>system</c>, <c>developer</c>, <c>user</c>, <c>assistant</c>, <c>tool</c> or <c>function</c>.</param>
/// <param name="Content">Parts in order; a plain string is one text part.</param>
public sealed record ChatMessage(string Role, IReadOnlyList<ChatPart> Content)
{
    /// <summary>Name of the speaker, or of the function for the role <c>function</c>.</summary>
    public string? Name { get; init; }

    /// <summary>The call a <c>tool</c> message answers.</summary>
    public string? ToolCallId { get; init; }

    /// <summary>What the model refused with.</summary>
    public string? Refusal { get; init; }

    /// <summary>Calls the model made.</summary>
    public IReadOnlyList<ChatToolCall> ToolCalls { get; init; } = [];

    /// <summary>The one call in its oldest form.</summary>
    public ChatFunction? FunctionCall { get; init; }

    /// <summary>Names of members that are not carried, as the client wrote them.</summary>
    public IReadOnlyList<string> OtherMembers { get; init; } = [];

    /// <summary>Whether the role is one that instructs the model.</summary>
    public bool IsSystem => Role is "system" or "developer";
}

/// <summary>One part of a message. A closed union with <see cref="Unknown"/> for everything newer than this program.</summary>
public abstract record ChatPart
{
    private ChatPart() { }

    /// <summary><c>text</c>.</summary>
    public sealed record Text(string Value) : ChatPart;

    /// <summary><c>refusal</c>: words of a model that refused.</summary>
    public sealed record Refusal(string Value) : ChatPart;

    /// <summary><c>image_url</c>.</summary>
    /// <param name="Url">https URL or data URL.</param>
    /// <param name="Detail"><c>auto</c>, <c>low</c>, <c>high</c> or <c>original</c>; null when the client named none.</param>
    public sealed record Image(string Url, string? Detail) : ChatPart;

    /// <summary><c>file</c> with its bytes.</summary>
    /// <param name="Name">File name, if given.</param>
    /// <param name="MediaType">Type of the bytes.</param>
    /// <param name="Data">Base64.</param>
    public sealed record File(string? Name, string MediaType, string Data) : ChatPart;

    /// <summary>A part type this program does not know.</summary>
    /// <param name="Type">Its type, <c>""</c> when it has none.</param>
    /// <param name="Json">The whole part.</param>
    public sealed record Unknown(string Type, JsonElement Json) : ChatPart;
}

/// <summary>A call the model made.</summary>
/// <param name="Id">Its id; null when a client lost it.</param>
/// <param name="Function">Name and arguments; for a custom tool its free text.</param>
/// <param name="IsCustom">Whether the tool is a custom one.</param>
public sealed record ChatToolCall(string? Id, ChatFunction Function, bool IsCustom = false);

/// <summary>A called function.</summary>
/// <param name="Name">Tool name.</param>
/// <param name="Arguments">JSON as text, exactly as the model wrote it; free text for a custom tool.</param>
public sealed record ChatFunction(string Name, string Arguments);
