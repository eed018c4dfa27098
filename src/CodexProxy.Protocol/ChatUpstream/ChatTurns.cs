using System.Text;
using System.Text.Json;
using CodexProxy.Protocol.OpenAI;

namespace CodexProxy.Protocol.ChatUpstream;

/// <summary>A call as an assistant message carries it.</summary>
/// <param name="Id">Id that its result refers to.</param>
/// <param name="Name">Tool name.</param>
/// <param name="Arguments">JSON text.</param>
internal sealed record ChatTurnCall(string Id, string Name, string Arguments);

/// <summary>One message of a Chat conversation while it is put together.</summary>
/// <param name="role"><c>system</c>, <c>user</c>, <c>assistant</c> or <c>tool</c>.</param>
internal sealed class ChatTurn(string role)
{
    public string Role { get; } = role;

    /// <summary>The call it answers, for a tool's message.</summary>
    public string? CallId { get; init; }

    public List<ContentPart> Parts { get; } = [];

    public List<ChatTurnCall> Calls { get; } = [];

    /// <summary>What the model thought before it spoke.</summary>
    public StringBuilder Reasoning { get; } = new();
}

/// <summary>
/// The items of a conversation as Chat messages. There a result must follow its call at once, and holds text only: what
/// comes between waits until every call has its result, and images follow in a user message.
/// </summary>
internal sealed class ChatTurns
{
    private readonly List<ChatTurn> _turns = [];
    private readonly List<ChatTurn> _waiting = [];
    private readonly HashSet<string> _unanswered = [];

    /// <summary>The messages of a request.</summary>
    public static IReadOnlyList<ChatTurn> Of(ResponsesRequest request)
    {
        var turns = new ChatTurns();
        if (!string.IsNullOrWhiteSpace(request.Instructions))
        {
            turns.Say("system", [new InputText(request.Instructions)]);
        }

        foreach (var item in request.Input)
        {
            turns.Add(item);
        }

        turns.Release();
        return turns._turns;
    }

    /// <summary>A custom tool's free text as the one argument of a function.</summary>
    public static string WrapInput(string input)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, Json.Wire.WriterOptions))
        {
            writer.WriteStartObject();
            writer.WriteString(ChatUpstreamRequest.CustomInput, input);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    private void Add(InputItem item)
    {
        switch (item)
        {
            case MessageItem { Role: "assistant" } message:
                Assistant().Parts.AddRange(message.Content);
                break;
            case MessageItem message:
                Say(message.Role == "developer" ? "system" : "user", message.Content);
                break;
            case ReasoningItem reasoning when OpenReasoning.Unwrap(reasoning.EncryptedContent) is { } text:
                var thought = Assistant().Reasoning;
                thought.Append(thought.Length > 0 ? "\n\n" : "").Append(text);
                break;
            case FunctionCallItem call:
                Call(call.CallId, call.Name, call.Arguments.Length == 0 ? "{}" : call.Arguments);
                break;
            case CustomToolCallItem call:
                Call(call.CallId, call.Name, WrapInput(call.Input));
                break;
            case FunctionCallOutputItem output:
                Answer(output.CallId, output.Output);
                break;
            case CustomToolCallOutputItem output:
                Answer(output.CallId, output.Output);
                break;
        }
    }

    private ChatTurn Assistant()
    {
        if (_turns is [.., { Role: "assistant" } current])
        {
            return current;
        }

        Release();
        var turn = new ChatTurn("assistant");
        _turns.Add(turn);
        return turn;
    }

    private void Call(string id, string name, string arguments)
    {
        Assistant().Calls.Add(new ChatTurnCall(id, name, arguments));
        _unanswered.Add(id);
    }

    private void Say(string role, IReadOnlyList<ContentPart> parts)
    {
        var turn = new ChatTurn(role);
        turn.Parts.AddRange(parts);
        (_unanswered.Count > 0 ? _waiting : _turns).Add(turn);
    }

    private void Answer(string callId, CallOutput output)
    {
        var turn = new ChatTurn("tool") { CallId = callId };
        var seen = new List<ContentPart>();
        foreach (var part in output.Parts ?? [new InputText(output.Text ?? "")])
        {
            (part is InputText or OutputText ? turn.Parts : seen).Add(part);
        }

        _turns.Add(turn);
        if (seen.Count > 0)
        {
            var pictures = new ChatTurn("user");
            pictures.Parts.Add(new InputText($"[Part of the result of call {callId}:]"));
            pictures.Parts.AddRange(seen);
            _waiting.Add(pictures);
            if (turn.Parts.Count == 0)
            {
                turn.Parts.Add(new InputText("[The result follows in a message of its own.]"));
            }
        }

        _unanswered.Remove(callId);
        if (_unanswered.Count == 0)
        {
            Release();
        }
    }

    private void Release()
    {
        _turns.AddRange(_waiting);
        _waiting.Clear();
    }
}
