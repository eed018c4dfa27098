using System.Text.Json;
using CodexProxy.Protocol.Errors;
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

    private const string Output = "output_config";

    public static MessagesRequest Read(JsonDocument document)
    {
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw Rejected("The request body must be a JSON object");
        }

        root.AsObject("");
        RefuseUnservable(root);
        var outputConfig = root.ObjectAt("output_config", "");
        return new MessagesRequest(document)
        {
            Model = root.TextAt("model", "") is { Length: > 0 } model ? model : throw Rejected("model: Field required"),
            MaxTokens = root.WholeAt("max_tokens", ""),
            Stream = root.FlagAt("stream", ""),
            System = ReadSystem(root.Member("system")),
            Messages = ReadMessages(root),
            Tools = ReadTools(root),
            ToolChoice = ReadToolChoice(root.Member("tool_choice")),
            Thinking = ReadThinking(root.ObjectAt("thinking", "")),
            Effort = outputConfig?.TextAt("effort", Output),
            OutputSchema =
                ReadSchema(outputConfig?.ObjectAt("format", Output), $"{Output}.format")
                ?? ReadSchema(root.ObjectAt("output_format", ""), "output_format"),
            StopSequences = ReadStopSequences(root.ArrayAt("stop_sequences", "")),
            UserId = root.ObjectAt("metadata", "")?.TextAt("user_id", "metadata"),
            Fast = root.TextAt("speed", "") == "fast",
            ContextEdits = HistoryEditReader.Read(root.ObjectAt("context_management", "")),
            OtherMembers =
            [
                .. root.EnumerateObject()
                    .Where(member => member.Value.ValueKind != JsonValueKind.Null && !Carried.Contains(member.Name))
                    .Select(member => member.Name),
            ],
        };
    }

    /// <summary>Reads one entry of <c>tools</c>.</summary>
    public static Tool ReadTool(JsonElement tool, string path)
    {
        var type = tool.AsObject(path).TextAt("type", path);
        var name = type is not null && tool.Member("name") is null ? type : tool.NeedName("name", path);
        tool.WholeAt("max_uses", path);
        tool.CheckTexts("allowed_domains", path);
        tool.CheckTexts("blocked_domains", path);
        tool.ObjectAt("user_location", path);
        return new Tool(type, name)
        {
            Description = tool.TextAt("description", path),
            InputSchema = tool.ObjectAt("input_schema", path),
            InputExamples = tool.ArrayAt("input_examples", path) is { } examples ? [.. examples.EnumerateArray()] : [],
            Strict = tool.FlagAt("strict", path),
            DeferLoading = tool.FlagAt("defer_loading", path),
            Json = tool,
        };
    }

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

    private static List<string> ReadSystem(JsonElement? system)
    {
        var texts = new List<string>();
        switch (system)
        {
            case null:
                break;
            case { ValueKind: JsonValueKind.String } text:
                texts.Add(text.GetString()!);
                break;
            case { ValueKind: JsonValueKind.Array } blocks:
                foreach (var (index, block) in blocks.EnumerateArray().Index())
                {
                    var path = $"system.{index}";
                    // What is no text has no place here, whatever it is.
                    if (block.AsObject(path).TextAt("type", path) is null or "text")
                    {
                        texts.Add(block.NeedText("text", path));
                    }
                }

                break;
            default:
                throw Rejected("system: Input should be a valid string or array");
        }

        return texts;
    }

    private static List<RequestMessage> ReadMessages(JsonElement root)
    {
        if (root.ArrayAt("messages", "") is not { } array)
        {
            throw Rejected("messages: Field required");
        }

        var messages = new List<RequestMessage>(array.GetArrayLength());
        foreach (var message in array.EnumerateArray())
        {
            var path = $"messages.{messages.Count}";
            messages.Add(
                new RequestMessage(
                    message.AsObject(path).NeedName("role", path),
                    ContentBlockReader.ReadContent(message.Member("content"), path)
                )
                {
                    Effort = message.ObjectAt("output_config", path)?.TextAt("effort", $"{path}.{Output}"),
                    ClearsAtNextUserMessage = message.TextAt("clear_at", path) == "next_user_message",
                }
            );
        }

        return messages.Count > 0 ? messages : throw Rejected("messages: at least one message is required");
    }

    private static List<Tool> ReadTools(JsonElement root)
    {
        var tools = new List<Tool>();
        var names = new HashSet<string>();
        if (root.ArrayAt("tools", "") is { } array)
        {
            foreach (var tool in array.EnumerateArray())
            {
                var path = $"tools.{tools.Count}";
                tools.Add(ReadTool(tool, path));
                if (!names.Add(tools[^1].Name))
                {
                    throw Rejected($"{path}.name: Tool names must be unique");
                }
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

        const string path = "tool_choice";
        var type =
            value.ValueKind == JsonValueKind.String ? value.GetString() : value.AsObject(path).TextAt("type", path);
        return type switch
        {
            "tool" => new ToolChoice(type, value.NeedName("name", path), Single()),
            "auto" or "any" or "none" => new ToolChoice(type, value.TextAt("name", path), Single()),
            _ => throw Rejected("tool_choice.type: Input should be 'auto', 'any', 'tool' or 'none'"),
        };

        bool Single() => value.ValueKind == JsonValueKind.Object && value.FlagAt("disable_parallel_tool_use", path);
    }

    private static ThinkingSettings? ReadThinking(JsonElement? thinking) =>
        thinking is { } value
            ? new ThinkingSettings(
                value.NeedName("type", "thinking"),
                value.WholeAt("budget_tokens", "thinking"),
                value.TextAt("display", "thinking")
            )
            : null;

    private static JsonElement? ReadSchema(JsonElement? format, string path)
    {
        if (format is not { } value)
        {
            return null;
        }

        return value.NeedText("type", path) == "json_schema"
            ? value.ObjectAt("schema", path) ?? throw Rejected($"{path}.schema: Field required")
            : throw Rejected($"{path}.type: Input should be 'json_schema'");
    }

    private static List<string> ReadStopSequences(JsonElement? sequences)
    {
        var texts = new List<string>();
        if (sequences is not { } array)
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

    private static RequestRejectedException Rejected(string message) => new(ClientError.Invalid(message));
}
