using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace CodexProxy.Simulator.Requests;

/// <summary>Answers questions about the body of a <c>/responses</c> request.</summary>
public sealed partial class ConversationView
{
    internal ConversationView(JsonElement body)
    {
        Body = body;
        Items =
            body.TryGetProperty("input", out var input) && input.ValueKind == JsonValueKind.Array
                ? [.. input.EnumerateArray()]
                : [];
        Tools = [.. CollectTools()];
        FunctionOutputs = [.. Items.Where(IsOutput).Select(FunctionOutput.Read)];
        LastUserIndex = FindLastUserText();
    }

    /// <summary>The whole body.</summary>
    public JsonElement Body { get; }

    /// <summary>Slug of the model; empty when absent.</summary>
    public string Model => Text(Body, "model") ?? "";

    /// <summary>The system prompt, or null when the member is absent.</summary>
    public string? Instructions => Text(Body, "instructions");

    /// <summary>Lane of the prompt cache, or null.</summary>
    public string? CacheKey => Text(Body, "prompt_cache_key");

    /// <summary>The input items.</summary>
    public IReadOnlyList<JsonElement> Items { get; }

    /// <summary>All callable tools, those in namespaces included.</summary>
    public IReadOnlyList<JsonElement> Tools { get; }

    /// <summary>Names of the tools that have one.</summary>
    public IReadOnlyList<string> ToolNames =>
        [.. Tools.Select(tool => Text(tool, "name")).Where(name => name is not null).Select(name => name!)];

    /// <summary>All call outputs, oldest first.</summary>
    public IReadOnlyList<FunctionOutput> FunctionOutputs { get; }

    /// <summary>Whether sealed reasoning is replayed.</summary>
    public bool HasReasoning => Items.Any(item => Type(item) == "reasoning");

    /// <summary>Effort asked for, or null.</summary>
    public string? Effort => Setting("reasoning", "effort");

    /// <summary>Kind of reasoning summary asked for, or null.</summary>
    public string? Summary => Setting("reasoning", "summary");

    /// <summary>Schema of the structured output asked for, or null.</summary>
    public JsonElement? OutputSchema =>
        Body.TryGetProperty("text", out var text)
        && text.TryGetProperty("format", out var format)
        && format.TryGetProperty("schema", out var schema)
            ? schema
            : null;

    /// <summary>Whether several calls may come in one response.</summary>
    public bool AllowsParallelCalls =>
        !Body.TryGetProperty("parallel_tool_calls", out var value) || value.ValueKind == JsonValueKind.True;

    /// <summary>Text of the last user message, reminders of the client left out; empty when there is none.</summary>
    public string LastUserText => LastUserIndex < 0 ? "" : VisibleText(Items[LastUserIndex]);

    /// <summary>Items after the last user message that has text of its own.</summary>
    public IEnumerable<JsonElement> ItemsSinceUserText => Items.Skip(LastUserIndex + 1);

    private int LastUserIndex { get; }

    /// <summary>The tool of that name, or null.</summary>
    public JsonElement? FindTool(string name)
    {
        foreach (var tool in Tools)
        {
            if (Text(tool, "name") == name)
            {
                return tool;
            }
        }

        return null;
    }

    /// <summary>Whether a hosted tool of that type, such as <c>web_search</c>, is offered.</summary>
    public bool OffersHosted(string type) => Tools.Any(tool => Type(tool) == type);

    internal static string Type(JsonElement element) => Text(element, "type") ?? "";

    internal static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object
        && element.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    private static bool IsOutput(JsonElement item) => Type(item) is "function_call_output" or "custom_tool_call_output";

    private string? Setting(string group, string name) =>
        Body.TryGetProperty(group, out var settings) ? Text(settings, name) : null;

    private IEnumerable<JsonElement> CollectTools()
    {
        IEnumerable<JsonElement> lists = Items.Where(item => Type(item) == "additional_tools").Append(Body);
        foreach (var list in lists)
        {
            if (!list.TryGetProperty("tools", out var tools) || tools.ValueKind != JsonValueKind.Array)
            {
                continue;
            }

            foreach (var tool in tools.EnumerateArray())
            {
                if (Type(tool) != "namespace")
                {
                    yield return tool;
                }
                else if (tool.TryGetProperty("tools", out var members) && members.ValueKind == JsonValueKind.Array)
                {
                    foreach (var member in members.EnumerateArray())
                    {
                        yield return member;
                    }
                }
            }
        }
    }

    private int FindLastUserText()
    {
        for (var i = Items.Count - 1; i >= 0; i--)
        {
            if (Text(Items[i], "role") == "user" && VisibleText(Items[i]).Length > 0)
            {
                return i;
            }
        }

        return -1;
    }

    private static string VisibleText(JsonElement message)
    {
        if (!message.TryGetProperty("content", out var content))
        {
            return "";
        }

        if (content.ValueKind == JsonValueKind.String)
        {
            return Reminder().Replace(content.GetString()!, "").Trim();
        }

        if (content.ValueKind != JsonValueKind.Array)
        {
            return "";
        }

        var builder = new StringBuilder();
        foreach (var part in content.EnumerateArray())
        {
            if (Type(part) == "input_text")
            {
                builder.Append(Text(part, "text")).Append('\n');
            }
        }

        return Reminder().Replace(builder.ToString(), "").Trim();
    }

    // Clients wrap their own notes to the model in this tag; they are no words of the person.
    [GeneratedRegex("<system-reminder>.*?</system-reminder>", RegexOptions.Singleline)]
    private static partial Regex Reminder();
}

/// <summary>The answer to one call.</summary>
/// <param name="CallId">The call's id.</param>
/// <param name="Text">Its text; texts of several parts joined by newlines.</param>
/// <param name="Output">As it came.</param>
public sealed record FunctionOutput(string CallId, string Text, JsonElement Output)
{
    internal static FunctionOutput Read(JsonElement item)
    {
        var callId = ConversationView.Text(item, "call_id") ?? "";
        if (!item.TryGetProperty("output", out var output))
        {
            return new FunctionOutput(callId, "", default);
        }

        var text = output.ValueKind switch
        {
            JsonValueKind.String => output.GetString()!,
            JsonValueKind.Array => string.Join(
                '\n',
                output
                    .EnumerateArray()
                    .Select(part => ConversationView.Text(part, "text"))
                    .Where(part => part is not null)
            ),
            _ => "",
        };
        return new FunctionOutput(callId, text, output);
    }
}
