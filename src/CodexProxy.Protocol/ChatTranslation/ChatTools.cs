using System.Text.Json;
using CodexProxy.Protocol.Chat;
using CodexProxy.Protocol.Errors;
using CodexProxy.Protocol.Json;
using CodexProxy.Protocol.OpenAI;
using CodexProxy.Protocol.Translation;

namespace CodexProxy.Protocol.ChatTranslation;

/// <summary>Tools and the choice among them.</summary>
internal static class ChatTools
{
    public static ToolTranslation Translate(ChatRequest request, LossList losses)
    {
        var tools = new ToolTranslation();
        foreach (var tool in request.Tools)
        {
            Add(tool, tools, losses);
        }

        if (request.WebSearch is { } search)
        {
            tools.HasHostedSearch = true;
            tools.Sent.Add(
                new WebSearchTool(
                    ExternalWebAccess: true,
                    UserLocation: search.Location is { } location ? Location(location) : null,
                    SearchContextSize: ContextSize(search, losses)
                )
            );
        }

        return tools;
    }

    /// <summary>The client's choice in upstream words.</summary>
    /// <exception cref="RequestRejectedException">It names a tool that is not there, or demands one where there is none.</exception>
    public static ResponsesToolChoice Choose(ChatToolChoice? choice, ToolTranslation tools)
    {
        switch (choice?.Mode)
        {
            case "none":
                return ResponsesToolChoice.None;
            case "required" when tools.Sent.Count == 0:
                throw new RequestRejectedException(
                    "tool_choice",
                    "'required' needs at least one tool that can be called"
                );
            case "required":
                return ResponsesToolChoice.Required;
            case "tool":
                return Named(choice.Tools[0], tools);
            case "allowed":
                return ResponsesToolChoice.Allowed(
                    [.. choice.Tools.Select(tool => Named(tool, tools))],
                    choice.MustCall
                );
            default:
                return ResponsesToolChoice.Auto;
        }
    }

    private static void Add(ChatTool tool, ToolTranslation tools, LossList losses)
    {
        switch (tool)
        {
            case ChatTool.Function function:
                if (!tools.AddFunction(function.Name, function.Description, function.Parameters, function.Strict))
                {
                    losses.Add("tools[].function.strict", LossKind.Approximated);
                }

                break;
            case ChatTool.Custom custom:
                tools.Sent.Add(
                    new CustomTool(
                        tools.Name(custom.Name),
                        custom.Description,
                        custom.Grammar is null ? null : new CustomToolFormat("grammar", custom.Syntax, custom.Grammar)
                    )
                );
                break;
            case ChatTool.Unknown unknown:
                losses.Add($"tools[{unknown.Type}]", LossKind.Dropped);
                break;
        }
    }

    private static ResponsesToolChoice Named(ChatToolName named, ToolTranslation tools) =>
        tools.Find(named.Name) switch
        {
            FunctionTool function when !named.IsCustom => ResponsesToolChoice.Function(function.Name),
            CustomTool custom when named.IsCustom => ResponsesToolChoice.Custom(custom.Name),
            _ => throw new RequestRejectedException(
                named.Field,
                $"tool '{Excerpt.Quote(named.Name)}' is not among the tools"
            ),
        };

    private static string? ContextSize(ChatWebSearch search, LossList losses)
    {
        if (search.ContextSize is null or "low" or "medium" or "high")
        {
            return search.ContextSize;
        }

        losses.Add("web_search_options.search_context_size", LossKind.Dropped);
        return null;
    }

    // The place stands in an object of its own here, beside the type upstream.
    private static JsonElement Location(JsonElement location)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Wire.WriterOptions))
        {
            writer.WriteStartObject();
            writer.WriteString("type"u8, "approximate"u8);
            foreach (var member in (string[])["country", "region", "city", "timezone"])
            {
                if (location.Text(member) is { } value)
                {
                    writer.WriteString(member, value);
                }
            }

            writer.WriteEndObject();
        }

        using var document = SoundJson.Parse(buffer.WrittenMemory);
        return document.RootElement.Clone();
    }
}
