using System.Buffers;
using System.Text;
using System.Text.Json;
using CodexProxy.Protocol.Json;
using CodexProxy.Simulator;
using CodexProxy.Simulator.Scripting;

namespace CodexProxy.Demo;

/// <summary>What is said in the demo: a question, a call of a tool, its result, an answer.</summary>
internal static class DemoConversation
{
    /// <summary>Model the client asks for.</summary>
    public const string Model = "claude-sonnet-4-6";

    /// <summary>What the tool finds.</summary>
    public const string ToolResult = "7 °C, light rain";

    private const string Question = "Umbrella in Berlin today?";

    private static readonly string[] Cities =
    [
        "Amsterdam",
        "Athens",
        "Berlin",
        "Bern",
        "Brussels",
        "Dublin",
        "Helsinki",
        "Lisbon",
        "London",
        "Madrid",
        "Oslo",
        "Paris",
        "Prague",
        "Rome",
        "Stockholm",
        "Vienna",
    ];

    /// <summary>Tells the simulated model its lines.</summary>
    public static void Rehearse(CodexSimulator simulator)
    {
        simulator.Next(
            Turn.Nothing.ReasoningDeltas(["The weather", " decides this.", " I look it up."])
                .Call("get_weather", """{"city":"Berlin"}""", 10)
        );
        simulator.Next(Turn.TextDeltas("Yes: it is", " 7 °C in Berlin", " and light rain", " is falling."));
    }

    /// <summary>The question.</summary>
    public static byte[] FirstRequest() => Write(_ => { });

    /// <summary>The question, the model's call, and the result of the tool.</summary>
    public static byte[] SecondRequest(DemoMessage answer) =>
        Write(writer =>
        {
            answer.Write(writer);
            writer.WriteStartObject();
            writer.WriteString("role", "user");
            writer.WriteStartArray("content");
            writer.WriteStartObject();
            writer.WriteString("type", "tool_result");
            writer.WriteString("tool_use_id", answer.ToolUse!.Value.Id);
            writer.WriteString("content", ToolResult);
            writer.WriteEndObject();
            writer.WriteEndArray();
            writer.WriteEndObject();
        });

    private static byte[] Write(Action<Utf8JsonWriter> writeRest)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer, Wire.WriterOptions);
        writer.WriteStartObject();
        writer.WriteString("model", Model);
        writer.WriteNumber("max_tokens", 4096);
        writer.WriteBoolean("stream", true);
        writer.WriteStartObject("thinking");
        writer.WriteString("type", "adaptive");
        writer.WriteEndObject();
        WriteSystem(writer);
        WriteTool(writer);
        writer.WriteStartArray("messages");
        writer.WriteStartObject();
        writer.WriteString("role", "user");
        writer.WriteString("content", Question);
        writer.WriteEndObject();
        writeRest(writer);
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    // Long enough for the upstream's prompt cache, which takes no prefix below 1,024 tokens.
    private static void WriteSystem(Utf8JsonWriter writer)
    {
        var text = new StringBuilder("You answer questions about the weather in one sentence. Stations you may ask:\n");
        for (var i = 0; i < Cities.Length * 5; i++)
        {
            var place = (i % 5) switch
            {
                0 => "centre",
                1 => "airport",
                2 => "university",
                3 => "harbour",
                _ => "park",
            };
            text.Append($"- {Cities[i / 5]}, {place}: station {10_000 + (i * 37)}, measured every ten minutes\n");
        }

        writer.WriteStartArray("system");
        writer.WriteStartObject();
        writer.WriteString("type", "text");
        writer.WriteString("text", text.ToString());
        writer.WriteStartObject("cache_control");
        writer.WriteString("type", "ephemeral");
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteEndArray();
    }

    private static void WriteTool(Utf8JsonWriter writer)
    {
        writer.WriteStartArray("tools");
        writer.WriteRawValue(
            """
            {"name":"get_weather","description":"Current weather of a city.","input_schema":{"type":"object",
            "properties":{"city":{"type":"string"}},"required":["city"],"additionalProperties":false}}
            """
        );
        writer.WriteEndArray();
    }
}
