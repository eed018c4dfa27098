using System.Text.Json;
using CodexProxy.Protocol.Json;

namespace CodexProxy.Protocol.Anthropic;

/// <summary>Reads the top level of a request. Types are checked where a wrong one would change the answer.</summary>
internal static class MessagesRequestReader
{
    // Members this program carries or honours; every other one is named as a loss.
    private static readonly HashSet<string> Carried =
    [
        "model",
        "max_tokens",
        "messages",
        "system",
        "tools",
        "tool_choice",
        "thinking",
        "output_config",
        "output_format",
        "stop_sequences",
        "metadata",
        "speed",
        "stream",
        "context_management",
    ];

    public static MessagesRequest Read(JsonDocument document)
    {
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw Rejected("The request body must be a JSON object");
        }

        RefuseUnservable(root);
        var outputConfig = root.Member("output_config");
        return new MessagesRequest(document)
        {
            Model = root.Text("model") is { Length: > 0 } model ? model : throw Rejected("model: Field required"),
            MaxTokens = ReadMaxTokens(root),
            Stream = root.Flag("stream"),
            System = ReadSystem(root.Member("system")),
            Messages = ReadMessages(root),
            Tools = ReadTools(root),
            ToolChoice = ReadToolChoice(root.Member("tool_choice")),
            Thinking = ReadThinking(root.Member("thinking")),
            Effort = outputConfig?.Text("effort"),
            OutputSchema = Schema(outputConfig?.Member("format")) ?? Schema(root.Member("output_format")),
            StopSequences = ReadStopSequences(root.Member("stop_sequences")),
            UserId = root.Member("metadata")?.Text("user_id"),
            Fast = root.Text("speed") == "fast",
            ContextEdits = ReadEdits(root.Member("context_management")),
            OtherMembers =
            [
                .. root.EnumerateObject()
                    .Where(member => member.Value.ValueKind != JsonValueKind.Null && !Carried.Contains(member.Name))
                    .Select(member => member.Name),
            ],
        };
    }

    /// <summary>Reads one entry of <c>tools</c>.</summary>
    public static Tool ReadTool(JsonElement tool, string path) =>
        new(tool.Text("type"), tool.Text("name") ?? tool.Text("type") ?? throw Rejected($"{path}.name: Field required"))
        {
            Description = tool.Text("description"),
            InputSchema = tool.Member("input_schema"),
            InputExamples = tool.Member("input_examples") is { ValueKind: JsonValueKind.Array } examples
                ? [.. examples.EnumerateArray()]
                : [],
            Strict = tool.Flag("strict"),
            DeferLoading = tool.Flag("defer_loading"),
            Json = tool,
        };

    // Features whose silent loss would change what the client believes it has.
    private static void RefuseUnservable(JsonElement root)
    {
        if (root.Member("compaction") is not null)
        {
            throw Rejected("compaction: not supported");
        }

        if (root.Member("thread") is not null)
        {
            throw new RequestRejectedException(
                ClientError.Invalid("thread: not supported") with
                {
                    ErrorCode = "thread_unsupported_request",
                }
            );
        }

        if (root.Member("mcp_servers") is { ValueKind: JsonValueKind.Array } servers && servers.GetArrayLength() > 0)
        {
            throw Rejected("mcp_servers: not supported");
        }

        if (root.Member("container")?.Member("skills") is not null)
        {
            throw Rejected("container.skills: not supported");
        }
    }

    private static int? ReadMaxTokens(JsonElement root)
    {
        if (root.Member("max_tokens") is not { } value)
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && number >= 0
            ? (int)Math.Min(number, int.MaxValue)
            : throw Rejected("max_tokens: Input should be a valid integer greater than or equal to 0");
    }

    private static List<string> ReadSystem(JsonElement? system)
    {
        var texts = new List<string>();
        switch (system)
        {
            case { ValueKind: JsonValueKind.String } text:
                texts.Add(text.GetString()!);
                break;
            case { ValueKind: JsonValueKind.Array } blocks:
                texts.AddRange(blocks.EnumerateArray().Select(block => block.Text("text")).OfType<string>());
                break;
        }

        return texts;
    }

    private static List<RequestMessage> ReadMessages(JsonElement root)
    {
        if (root.Member("messages") is not { ValueKind: JsonValueKind.Array } array)
        {
            throw Rejected("messages: Field required");
        }

        var messages = new List<RequestMessage>(array.GetArrayLength());
        foreach (var message in array.EnumerateArray())
        {
            if (message.ValueKind != JsonValueKind.Object)
            {
                throw Rejected($"messages.{messages.Count}: Input should be an object");
            }

            messages.Add(
                new RequestMessage(
                    message.Text("role") ?? "user",
                    ContentBlockReader.ReadContent(message.Member("content"), $"messages.{messages.Count}")
                )
                {
                    Effort = message.Member("output_config")?.Text("effort"),
                    ClearsAtNextUserMessage = message.Text("clear_at") == "next_user_message",
                }
            );
        }

        return messages.Count > 0 ? messages : throw Rejected("messages: at least one message is required");
    }

    private static List<Tool> ReadTools(JsonElement root)
    {
        var tools = new List<Tool>();
        if (root.Member("tools") is { ValueKind: JsonValueKind.Array } array)
        {
            foreach (var tool in array.EnumerateArray())
            {
                if (tool.ValueKind != JsonValueKind.Object)
                {
                    throw Rejected($"tools.{tools.Count}: Input should be an object");
                }

                tools.Add(ReadTool(tool, $"tools.{tools.Count}"));
            }
        }

        return tools;
    }

    private static ToolChoice? ReadToolChoice(JsonElement? choice)
    {
        if (choice is not { } value)
        {
            return null;
        }

        var type = value.ValueKind == JsonValueKind.String ? value.GetString() : value.Text("type");
        return type is "auto" or "any" or "tool" or "none"
            ? new ToolChoice(type, value.Text("name"), value.Flag("disable_parallel_tool_use"))
            : throw Rejected("tool_choice.type: Input should be 'auto', 'any', 'tool' or 'none'");
    }

    private static ThinkingSettings? ReadThinking(JsonElement? thinking) =>
        thinking is { } value && value.Text("type") is { } type
            ? new ThinkingSettings(
                type,
                value.Number("budget_tokens") is >= 0 and <= int.MaxValue and var budget ? (int)budget : null,
                value.Text("display")
            )
            : null;

    private static JsonElement? Schema(JsonElement? format) =>
        format?.Text("type") == "json_schema" ? format?.Member("schema") : null;

    private static List<string> ReadStopSequences(JsonElement? sequences)
    {
        var texts = new List<string>();
        if (sequences is not { ValueKind: JsonValueKind.Array } array)
        {
            return texts;
        }

        foreach (var entry in array.EnumerateArray())
        {
            if (entry.ValueKind != JsonValueKind.String)
            {
                throw Rejected($"stop_sequences.{texts.Count}: Input should be a valid string");
            }

            var text = entry.GetString()!;
            if (string.IsNullOrWhiteSpace(text) && !IsLineBreaks(text))
            {
                throw Rejected("stop_sequences: each stop sequence must contain non-whitespace");
            }

            texts.Add(text);
        }

        return texts;
    }

    // Blank lines are a stop sequence people use ("\n\n"); spaces alone are a mistake.
    private static bool IsLineBreaks(string text) => text.Contains('\n', StringComparison.Ordinal);

    private static List<HistoryEdit> ReadEdits(JsonElement? management)
    {
        var edits = new List<HistoryEdit>();
        if (management?.Member("edits") is { ValueKind: JsonValueKind.Array } array)
        {
            foreach (var edit in array.EnumerateArray())
            {
                if (edit.Text("type") is { } type)
                {
                    edits.Add(new HistoryEdit(type, edit));
                }
            }
        }

        return edits;
    }

    private static RequestRejectedException Rejected(string message) => new(ClientError.Invalid(message));
}
