using System.Text.Json;
using CodexProxy.Protocol.Errors;
using CodexProxy.Protocol.Json;

namespace CodexProxy.Protocol.Chat;

/// <summary>Reads the top level of a request. Types are checked where a wrong one would change the answer.</summary>
internal static class ChatRequestReader
{
    // Members this program carries, honours or refuses; every other one is named as a loss.
    private static readonly HashSet<string> Carried =
    [
        "model",
        "messages",
        "tools",
        "functions",
        "tool_choice",
        "function_call",
        "parallel_tool_calls",
        "reasoning_effort",
        "verbosity",
        "response_format",
        "max_tokens",
        "max_completion_tokens",
        "stop",
        "stream",
        "stream_options",
        "prompt_cache_key",
        "service_tier",
        "web_search_options",
        "n",
        "logprobs",
        "top_logprobs",
        "logit_bias",
        "audio",
        "modalities",
    ];

    public static ChatRequest Read(JsonDocument document)
    {
        var root = RequestField.Body(document.RootElement);
        RefuseUnservable(root);
        var completionTokens = root.Whole("max_completion_tokens", 1);
        var tokens = root.Whole("max_tokens", 1);
        var functions = root.List("functions");
        return new ChatRequest(document)
        {
            Model = root.NeedText("model"),
            Messages = ReadMessages(root),
            Tools = ReadTools(root.List("tools"), functions),
            UsesFunctions = functions.Count > 0 && root.List("tools").Count == 0,
            ToolChoice = ChatToolReader.ReadChoice(root.Member("tool_choice"), root.Member("function_call")),
            ParallelToolCalls = root.Truth("parallel_tool_calls") ?? true,
            Effort = root.Text("reasoning_effort"),
            Verbosity = root.Text("verbosity"),
            ResponseFormat = ReadFormat(root.Object("response_format")),
            MaxTokens = completionTokens ?? tokens,
            MaxTokensField = completionTokens is null ? "max_tokens" : "max_completion_tokens",
            Stop = ReadStop(root.Member("stop")),
            Stream = root.Truth("stream") ?? false,
            IncludeUsage = root.Object("stream_options")?.Truth("include_usage") ?? false,
            PromptCacheKey = root.Text("prompt_cache_key") is { Length: > 0 } key ? key : null,
            ServiceTier = root.Text("service_tier"),
            WebSearch = ReadSearch(root.Object("web_search_options")),
            OtherMembers = OtherMembers(root, Carried),
        };
    }

    /// <summary>Names of members with a value that are not among those carried.</summary>
    public static List<string> OtherMembers(in RequestField field, HashSet<string> carried) =>
        [
            .. field
                .Value.EnumerateObject()
                .Where(member => member.Value.ValueKind != JsonValueKind.Null && !carried.Contains(member.Name))
                .Select(member => member.Name),
        ];

    // Features whose silent loss would change what the client believes it has.
    private static void RefuseUnservable(in RequestField root)
    {
        if (root.Whole("n", 1) > 1)
        {
            throw new RequestRejectedException("n", "only 1 is supported");
        }

        if (root.Truth("logprobs") is true)
        {
            throw new RequestRejectedException("logprobs", "not supported");
        }

        if (root.Whole("top_logprobs", 0) > 0)
        {
            throw new RequestRejectedException("top_logprobs", "not supported");
        }

        if (root.Object("logit_bias") is { } bias && bias.Value.EnumerateObject().Any())
        {
            throw bias.Wrong("not supported");
        }

        if (root.Member("audio") is { } audio)
        {
            throw audio.Wrong("not supported");
        }

        foreach (var modality in root.List("modalities"))
        {
            if (modality.AsText() != "text")
            {
                throw modality.Wrong($"'{Excerpt.Quote(modality.AsText())}' is not supported, only 'text'");
            }
        }
    }

    private static List<ChatMessage> ReadMessages(in RequestField root)
    {
        var messages = root.Need("messages").Elements().Select(ChatMessageReader.Read).ToList();
        return messages.Count > 0
            ? messages
            : throw new RequestRejectedException("messages", "at least one message is required");
    }

    private static List<ChatTool> ReadTools(List<RequestField> tools, List<RequestField> functions)
    {
        var read = new List<ChatTool>(tools.Count + functions.Count);
        var names = new HashSet<string>();
        foreach (
            var (tool, field) in tools
                .Select(tool => (ChatToolReader.ReadTool(tool), tool))
                .Concat(functions.Select(function => ((ChatTool)ChatToolReader.ReadFunction(function), function)))
        )
        {
            read.Add(tool);
            var name = tool switch
            {
                ChatTool.Function function => function.Name,
                ChatTool.Custom custom => custom.Name,
                _ => null,
            };
            if (name is not null && !names.Add(name))
            {
                throw field.Wrong("has the name of another tool");
            }
        }

        return read;
    }

    private static ChatResponseFormat? ReadFormat(RequestField? field)
    {
        if (field is not { } format)
        {
            return null;
        }

        switch (format.NeedText("type"))
        {
            case "text":
                return null;
            case "json_object":
                return new ChatResponseFormat("json_object");
            case "json_schema":
                var schema = format.NeedObject("json_schema");
                return new ChatResponseFormat(
                    "json_schema",
                    schema.Text("name"),
                    schema.NeedObject("schema").Value,
                    schema.Truth("strict") ?? false,
                    schema.Member("description") is not null
                );
            default:
                throw format.Need("type").Wrong("must be 'text', 'json_object' or 'json_schema'");
        }
    }

    // An empty text would end every answer before it begins; interfaces send it for «none».
    private static List<string> ReadStop(RequestField? field) =>
        field switch
        {
            null => [],
            { IsText: true } text => NonEmpty([text.AsText()]),
            { IsArray: true } texts => NonEmpty(texts.Elements().Select(text => text.AsText())),
            { } other => throw other.Wrong("must be a string or an array of strings"),
        };

    private static List<string> NonEmpty(IEnumerable<string> texts) => [.. texts.Where(text => text.Length > 0)];

    private static ChatWebSearch? ReadSearch(RequestField? options) =>
        options is { } found
            ? new ChatWebSearch(
                found.Text("search_context_size"),
                found.Object("user_location") is { } location ? ReadLocation(location) : null
            )
            : null;

    private static JsonElement ReadLocation(RequestField location)
    {
        location.Text("type");
        var place = location.Object("approximate") ?? location;
        foreach (var member in (ReadOnlySpan<string>)["country", "region", "city", "timezone"])
        {
            place.Text(member);
        }

        return place.Value;
    }
}
