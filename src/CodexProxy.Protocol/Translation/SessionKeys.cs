using System.Buffers;
using System.Text;
using System.Text.Json;
using CodexProxy.Protocol.Anthropic;
using CodexProxy.Protocol.Json;
using CodexProxy.Protocol.Models;
using CodexProxy.Protocol.OpenAI;

namespace CodexProxy.Protocol.Translation;

/// <summary>Finds the session of a request and names its lane in the upstream's prompt cache.</summary>
public static class SessionKeys
{
    private const string OldForm = "_session_";

    // The key may have 64 characters upstream; the lane's own hash and its dash take nine.
    private const int MaxSessionLength = 55;

    /// <summary>The session id: from its header, else from <c>metadata.user_id</c> in either of its forms.</summary>
    public static string? SessionId(string? header, string? userId)
    {
        var id = header is { Length: > 0 } ? header : FromUserId(userId);
        return id?.Length > MaxSessionLength ? Identifiers.Hex(id, 40) : id;
    }

    /// <summary>
    /// The conversation that remembered reasoning belongs to: sub-agents share the session id, not the conversation. Clients
    /// without a session share one, and are told apart by the ids of their calls. Alternate upstreams may count those from 0
    /// in every answer, so there the conversation's beginning tells them apart as well.
    /// </summary>
    /// <param name="sessionId">The session, if it has a name.</param>
    /// <param name="agentId">The sub-agent, if one asks.</param>
    /// <param name="model">The model that serves.</param>
    /// <param name="instructions">What the conversation begins with.</param>
    /// <param name="messages">Its messages.</param>
    /// <param name="isShared">Whether conversations may share the name, as programs use one cache key for all of theirs.</param>
    internal static string Conversation(
        string? sessionId,
        string? agentId,
        CodexModel model,
        string instructions,
        IReadOnlyList<RequestMessage> messages,
        bool isShared = false
    )
    {
        if (sessionId is not null && !isShared)
        {
            return $"{sessionId}/{agentId}";
        }

        if (sessionId is null && model.Upstream is null)
        {
            return Anonymous;
        }

        var first = messages.FirstOrDefault(message => message.Role == "user")?.Content ?? [];
        var texts = string.Join('\0', first.OfType<TextBlock>().Select(block => block.Text));
        return $"{sessionId ?? Anonymous}/{agentId} {Identifiers.Hex($"{instructions}\0{texts}", 32)}";
    }

    /// <summary>Whether a conversation is that of a client's session.</summary>
    internal static bool IsNamed(string conversation) => !conversation.StartsWith(Anonymous, StringComparison.Ordinal);

    /// <summary>The conversation of clients without a session.</summary>
    public const string Anonymous = "anonymous";

    /// <summary>
    /// The lane: session, instructions and agent. Tools are left out on purpose, since a tool loaded in mid-session must not
    /// move the key. Without a session the first user item stands for it.
    /// </summary>
    public static string CacheKey(
        string? sessionId,
        string? agentId,
        string instructions,
        IReadOnlyList<InputItem> items
    )
    {
        if (sessionId is not null)
        {
            return $"{sessionId}-{Identifiers.Hex($"{instructions}\n{agentId}", 8)}";
        }

        var first = items.FirstOrDefault(item => item is MessageItem { Role: "user" }) ?? items[0];
        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json, Wire.WriterOptions))
        {
            JsonSerializer.Serialize(writer, first, OpenAIJson.Default.InputItem);
        }

        return "anon-" + Identifiers.Hex($"{instructions}\0{Encoding.UTF8.GetString(json.WrittenSpan)}", 24);
    }

    private static string? FromUserId(string? userId)
    {
        if (userId is not { Length: > 0 })
        {
            return null;
        }

        if (userId[0] == '{')
        {
            try
            {
                using var document = RequestJson.Parse(Encoding.UTF8.GetBytes(userId), brackets: false);
                return document.RootElement.Text("session_id") is { Length: > 0 } id ? id : null;
            }
            catch (BrokenJsonException)
            {
                // Some other client's opaque id that happens to begin with a brace.
                return null;
            }
        }

        var at = userId.LastIndexOf(OldForm, StringComparison.Ordinal);
        return at >= 0 && Guid.TryParse(userId.AsSpan(at + OldForm.Length), out _)
            ? userId[(at + OldForm.Length)..]
            : null;
    }
}
