using System.Text;
using System.Text.Json;
using CodexProxy.Protocol.Json;

namespace CodexProxy.Protocol.ChatUpstream;

/// <summary>A call. A custom tool's free text is taken out of its argument at the end, when it is whole.</summary>
/// <param name="index">Its place in the output.</param>
/// <param name="id">Its id.</param>
/// <param name="callId">Id that its result refers to.</param>
/// <param name="name">Tool name.</param>
/// <param name="isCustom">Whether the tool is a custom one.</param>
internal sealed class ChatCallOutput(int index, string id, string callId, string name, bool isCustom)
    : ChatOutput(index, id)
{
    private readonly StringBuilder _arguments = new();

    /// <summary>Whether any input has come.</summary>
    public bool HasInput => _arguments.Length > 0;

    public void Append(string arguments, ChatEvents events)
    {
        if (arguments.Length == 0)
        {
            return;
        }

        _arguments.Append(arguments);
        if (!isCustom)
        {
            events.Text("response.function_call_arguments.delta", this, null, 0, "delta", arguments);
        }
    }

    public override void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("id"u8, Id);
        writer.WriteString("type"u8, isCustom ? "custom_tool_call"u8 : "function_call"u8);
        writer.WriteString("status"u8, Status);
        writer.WriteString("call_id"u8, callId);
        writer.WriteString("name"u8, name);
        writer.WriteString(isCustom ? "input"u8 : "arguments"u8, IsDone ? Input() : "");
        writer.WriteEndObject();
    }

    protected override void CloseParts(ChatEvents events)
    {
        if (isCustom)
        {
            var input = Input();
            events.Text("response.custom_tool_call_input.delta", this, null, 0, "delta", input);
            events.Text("response.custom_tool_call_input.done", this, null, 0, "input", input);
            return;
        }

        if (_arguments.Length == 0)
        {
            Append("{}", events);
        }

        events.Text("response.function_call_arguments.done", this, null, 0, "arguments", _arguments.ToString());
    }

    private string Input()
    {
        var arguments = _arguments.ToString();
        return isCustom ? Unwrap(arguments) : arguments;
    }

    private static string Unwrap(string arguments)
    {
        try
        {
            using var document = SoundJson.Parse(arguments);
            return Json.JsonElementReading.Text(document.RootElement, ChatUpstreamRequest.CustomInput) ?? arguments;
        }
        catch (JsonException)
        {
            // The model wrote the text itself, or was cut short.
            return arguments;
        }
    }
}
