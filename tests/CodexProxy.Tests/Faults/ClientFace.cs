using System.Text;

namespace CodexProxy.Tests.Faults;

/// <summary>A way in which a client can ask.</summary>
public sealed record ClientFace(string Name, string Path, bool Streams, string Agent)
{
    public const string AnyAgent = "client/1.0";

    public static IReadOnlyList<ClientFace> All { get; } =
    [
        new("Messages, streamed", "/v1/messages", true, AnyAgent),
        new("Messages, streamed to Claude Code", "/v1/messages", true, "claude-cli/2.1.329 (external, sdk-cli)"),
        new("Messages, whole", "/v1/messages", false, AnyAgent),
        new("Chat Completions, streamed", "/v1/chat/completions", true, AnyAgent),
        new("Chat Completions, whole", "/v1/chat/completions", false, AnyAgent),
        new("Responses, streamed", "/v1/responses", true, AnyAgent),
        new("Responses, whole", "/v1/responses", false, AnyAgent),
    ];

    /// <summary>Responses over a WebSocket.</summary>
    public static ClientFace Socket { get; } =
        new("Responses, WebSocket", "/v1/responses", true, AnyAgent) { IsSocket = true };

    /// <summary>Whether it asks by frames.</summary>
    public bool IsSocket { get; private init; }

    /// <summary>Whether it is Claude Code, which repeats what is cut.</summary>
    public bool IsClaudeCode => Agent != AnyAgent;

    /// <summary>A request of this face; different texts make different requests.</summary>
    public byte[] Request(string text)
    {
        var stream = Streams ? "true" : "false";
        return Encoding.UTF8.GetBytes(
            IsSocket ? $$"""{"type":"response.create","model":"gpt-5.5","input":"{{text}}"}"""
            : Path == "/v1/responses" ? $$"""{"model":"gpt-5.5","stream":{{stream}},"input":"{{text}}"}"""
            : $$"""{"model":"gpt-5.5","max_tokens":4096,"stream":{{stream}},"messages":[{"role":"user","content":"{{text}}"}]}"""
        );
    }

    public override string ToString() => Name;
}
