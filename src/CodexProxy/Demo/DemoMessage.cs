using System.Text;
using System.Text.Json;

namespace CodexProxy.Demo;

/// <summary>The message a client folds from the events of one stream, as far as the demo's conversation needs it.</summary>
internal sealed class DemoMessage
{
    private readonly List<Block> _blocks = [];

    /// <summary>Why the model stopped; empty until it has.</summary>
    public string StopReason { get; private set; } = "";

    /// <summary>Whether the last event has come.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Input tokens that were not cached.</summary>
    public long InputTokens { get; private set; }

    /// <summary>Input tokens read from the cache.</summary>
    public long CachedTokens { get; private set; }

    /// <summary>Output tokens, reasoning included.</summary>
    public long OutputTokens { get; private set; }

    /// <summary>All text of the answer.</summary>
    public string Text => string.Concat(_blocks.Where(block => block.Type == "text").Select(block => block.Content));

    /// <summary>The one tool call of the answer; null when there is none.</summary>
    public (string Id, string Name, string Input)? ToolUse =>
        _blocks.Find(block => block.Type == "tool_use") is { } block
            ? (block.Id, block.Name, block.Content.ToString())
            : null;

    /// <summary>Takes one event.</summary>
    public void Accept(JsonElement json)
    {
        switch (DemoText.Text(json, "type"))
        {
            case "content_block_start":
                var start = json.GetProperty("content_block");
                _blocks.Add(
                    new Block(DemoText.Text(start, "type"), DemoText.Text(start, "id"), DemoText.Text(start, "name"))
                );
                break;
            case "content_block_delta":
                _blocks[json.GetProperty("index").GetInt32()].Accept(json.GetProperty("delta"));
                break;
            case "message_delta":
                StopReason = DemoText.Text(json.GetProperty("delta"), "stop_reason");
                var usage = json.GetProperty("usage");
                InputTokens = usage.GetProperty("input_tokens").GetInt64();
                CachedTokens = usage.GetProperty("cache_read_input_tokens").GetInt64();
                OutputTokens = usage.GetProperty("output_tokens").GetInt64();
                break;
            case "message_stop":
                IsComplete = true;
                break;
        }
    }

    /// <summary>Writes the message as the client sends it back in its history.</summary>
    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("role", "assistant");
        writer.WriteStartArray("content");
        foreach (var block in _blocks)
        {
            block.Write(writer);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private sealed record Block(string Type, string Id, string Name)
    {
        private string _signature = "";

        public StringBuilder Content { get; } = new();

        public void Accept(JsonElement delta)
        {
            Content.Append(DemoText.Text(delta, "text"));
            Content.Append(DemoText.Text(delta, "thinking"));
            Content.Append(DemoText.Text(delta, "partial_json"));
            _signature += DemoText.Text(delta, "signature");
        }

        public void Write(Utf8JsonWriter writer)
        {
            writer.WriteStartObject();
            writer.WriteString("type", Type);
            switch (Type)
            {
                case "thinking":
                    writer.WriteString("thinking", Content.ToString());
                    writer.WriteString("signature", _signature);
                    break;
                case "tool_use":
                    writer.WriteString("id", Id);
                    writer.WriteString("name", Name);
                    writer.WritePropertyName("input");
                    writer.WriteRawValue(Content.ToString());
                    break;
                default:
                    writer.WriteString("text", Content.ToString());
                    break;
            }

            writer.WriteEndObject();
        }
    }
}
