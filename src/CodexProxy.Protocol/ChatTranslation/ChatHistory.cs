using System.Text.Json;
using CodexProxy.Protocol.Anthropic;
using CodexProxy.Protocol.Chat;
using CodexProxy.Protocol.OpenAI;
using CodexProxy.Protocol.Translation;

namespace CodexProxy.Protocol.ChatTranslation;

/// <summary>
/// A Chat conversation as the turns that the input translator knows, so that order, pairing and repairs are the same for
/// every client protocol.
/// </summary>
internal sealed class ChatHistory(LossList losses)
{
    private readonly List<(string Name, string Id)> _oldCalls = [];

    /// <summary>Texts of the instructions that the conversation begins with.</summary>
    public List<string> Instructions(IReadOnlyList<ChatMessage> messages)
    {
        var texts = new List<string>();
        foreach (var part in messages.TakeWhile(message => message.IsSystem).SelectMany(message => message.Content))
        {
            if (part is not ChatPart.Text text)
            {
                losses.Add($"messages[].content[].{Type(part)}", LossKind.Dropped);
            }
            else if (!string.IsNullOrWhiteSpace(text.Value))
            {
                texts.Add(text.Value);
            }
        }

        return texts;
    }

    /// <summary>The conversation after its leading instructions.</summary>
    public List<RequestMessage> Turns(IReadOnlyList<ChatMessage> messages)
    {
        foreach (var message in messages)
        {
            Note(message);
        }

        return [.. messages.SkipWhile(message => message.IsSystem).Select(ToTurn)];
    }

    private RequestMessage ToTurn(ChatMessage message) =>
        message.Role switch
        {
            "assistant" => new RequestMessage("assistant", Said(message)),
            "tool" => new RequestMessage("user", [Result(message.ToolCallId!, message)]),
            "function" => new RequestMessage("user", [Result(AnsweredCall(message.Name!), message)]),
            "user" => new RequestMessage("user", Blocks(message.Content)),
            _ => new RequestMessage("system", Blocks(message.Content)),
        };

    private ToolResultBlock Result(string id, ChatMessage message) => new(id, Blocks(message.Content), IsError: false);

    private List<ContentBlock> Said(ChatMessage message)
    {
        var blocks = new List<ContentBlock>();
        foreach (var part in message.Content)
        {
            switch (part)
            {
                case ChatPart.Text text:
                    blocks.Add(new TextBlock(text.Value));
                    break;
                case ChatPart.Refusal refusal:
                    blocks.Add(new TextBlock(refusal.Value));
                    break;
                default:
                    losses.Add($"messages[].content[].{Type(part)}", LossKind.Dropped);
                    break;
            }
        }

        if (message.Refusal is not null)
        {
            blocks.Add(new TextBlock(message.Refusal));
        }

        foreach (var call in message.ToolCalls)
        {
            var id = call.Id ?? HashedId(call.Function);
            blocks.Add(
                call.IsCustom
                    ? new CustomCallBlock(id, call.Function.Name, call.Function.Arguments)
                    : Call(id, call.Function)
            );
        }

        if (message.FunctionCall is { } old)
        {
            var id = HashedId(old);
            _oldCalls.Add((old.Name, id));
            blocks.Add(Call(id, old));
        }

        return blocks;
    }

    private List<ContentBlock> Blocks(IReadOnlyList<ChatPart> parts) => [.. parts.Select(Block)];

    private static ContentBlock Block(ChatPart part) =>
        part switch
        {
            ChatPart.Text text => new TextBlock(text.Value),
            ChatPart.Refusal refusal => new TextBlock(refusal.Value),
            ChatPart.Image image => new PreparedBlock(new InputImage(image.Url, image.Detail ?? "auto")),
            ChatPart.File file => new DocumentBlock(
                file.Name,
                Context: null,
                new MediaSource("base64") { MediaType = file.MediaType, Data = file.Data }
            ),
            ChatPart.Unknown unknown => new UnknownBlock(unknown.Type, unknown.Json),
            _ => throw new InvalidOperationException($"No block for {part.GetType().Name}."),
        };

    private void Note(ChatMessage message)
    {
        if (message.Name is not null && message.Role != "function")
        {
            losses.Add("messages[].name", LossKind.Dropped);
        }

        foreach (var member in message.OtherMembers)
        {
            losses.Add($"messages[].{member}", LossKind.Dropped);
        }
    }

    // The nearest call of the function without a result; the oldest form has no ids.
    private string AnsweredCall(string function)
    {
        var index = _oldCalls.FindLastIndex(call => call.Name == function);
        if (index < 0)
        {
            return function;
        }

        var id = _oldCalls[index].Id;
        _oldCalls.RemoveAt(index);
        return id;
    }

    private static ToolUseBlock Call(string id, ChatFunction function) =>
        new(id, function.Name, AsJson(function.Arguments), Toolset: null);

    // As text, so that arguments stay byte for byte what the model wrote.
    private static JsonElement AsJson(string arguments) =>
        JsonSerializer.SerializeToElement(arguments, OpenAIJson.Default.String);

    private static string HashedId(ChatFunction function) =>
        "call_" + Identifiers.Hex($"{function.Name}\n{function.Arguments}", 24);

    private static string Type(ChatPart part) =>
        part switch
        {
            ChatPart.Image => "image_url",
            ChatPart.File => "file",
            ChatPart.Unknown unknown => unknown.Type,
            _ => "text",
        };
}
