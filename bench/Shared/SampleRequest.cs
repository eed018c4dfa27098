using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace CodexProxy.Bench;

/// <summary>
/// A request as an agent at work sends it: instructions, tools with schemas, and a history of tool calls and their results that
/// is continued until the wanted size is reached. The same size gives the same bytes.
/// </summary>
internal static class SampleRequest
{
    private const int ToolCount = 16;

    private static readonly string[] Words =
    [
        "return",
        "await",
        "the",
        "request",
        "value",
        "is",
        "null",
        "public",
        "stream",
        "of",
        "events",
        "index",
        "builder",
        "if",
        "length",
        "tokens",
        "file",
        "not",
        "found",
        "error",
        "in",
        "line",
        "and",
        "src",
        "buffer",
        "writer",
        "sealed",
        "record",
        "static",
        "void",
        "test",
        "passed",
        "expected",
        "actual",
        "message",
        "block",
        "für",
        "größer",
        "模型",
    ];

    /// <summary>The JSON of one streaming request of about <paramref name="targetBytes"/>.</summary>
    public static byte[] Create(int targetBytes)
    {
        var random = new Random(targetBytes);
        var buffer = new ArrayBufferWriter<byte>(targetBytes + 4096);
        // As JavaScript writes it: only what must be escaped is.
        using var writer = new Utf8JsonWriter(
            buffer,
            new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }
        );
        writer.WriteStartObject();
        writer.WriteString("model", "claude-sonnet-4-6");
        writer.WriteNumber("max_tokens", 32_000);
        writer.WriteBoolean("stream", true);
        writer.WriteStartObject("thinking");
        writer.WriteString("type", "adaptive");
        writer.WriteEndObject();
        WriteSystem(writer, random, Math.Min(12_000, targetBytes / 5));
        WriteTools(writer, random, Math.Min(1_200, targetBytes / 5 / ToolCount));
        writer.WriteStartArray("messages");
        WriteTextMessage(writer, "user", Prose(random, 300));
        var turn = 0;
        do
        {
            WriteTurn(writer, random, turn++, Math.Min(3_000, targetBytes / 5));
            writer.Flush();
        } while (buffer.WrittenCount < targetBytes - Math.Min(3_500, targetBytes / 5));

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteSystem(Utf8JsonWriter writer, Random random, int bytes)
    {
        writer.WriteStartArray("system");
        WriteText(writer, "You are an agent that edits code in a terminal.");
        WriteText(writer, Prose(random, bytes));
        writer.WriteEndArray();
    }

    private static void WriteTools(Utf8JsonWriter writer, Random random, int bytesEach)
    {
        writer.WriteStartArray("tools");
        for (var i = 0; i < ToolCount; i++)
        {
            writer.WriteStartObject();
            writer.WriteString("name", $"Tool{i}");
            writer.WriteString("description", Prose(random, bytesEach));
            writer.WriteStartObject("input_schema");
            writer.WriteString("type", "object");
            writer.WriteStartObject("properties");
            foreach (var name in (ReadOnlySpan<string>)["command", "description"])
            {
                writer.WriteStartObject(name);
                writer.WriteString("type", "string");
                writer.WriteString("description", "What it is.");
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
            writer.WriteStartArray("required");
            writer.WriteStringValue("command");
            writer.WriteEndArray();
            writer.WriteBoolean("additionalProperties", false);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteTurn(Utf8JsonWriter writer, Random random, int turn, int bytes)
    {
        var id = $"toolu_{turn:D24}";
        writer.WriteStartObject();
        writer.WriteString("role", "assistant");
        writer.WriteStartArray("content");
        WriteText(writer, Prose(random, bytes / 10));
        writer.WriteStartObject();
        writer.WriteString("type", "tool_use");
        writer.WriteString("id", id);
        writer.WriteString("name", $"Tool{turn % ToolCount}");
        writer.WriteStartObject("input");
        writer.WriteString("command", Prose(random, bytes / 10));
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteEndObject();

        writer.WriteStartObject();
        writer.WriteString("role", "user");
        writer.WriteStartArray("content");
        writer.WriteStartObject();
        writer.WriteString("type", "tool_result");
        writer.WriteString("tool_use_id", id);
        writer.WriteString("content", Prose(random, bytes * 8 / 10));
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteTextMessage(Utf8JsonWriter writer, string role, string text)
    {
        writer.WriteStartObject();
        writer.WriteString("role", role);
        writer.WriteString("content", text);
        writer.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter writer, string text)
    {
        writer.WriteStartObject();
        writer.WriteString("type", "text");
        writer.WriteString("text", text);
        writer.WriteEndObject();
    }

    private static string Prose(Random random, int length)
    {
        var text = new System.Text.StringBuilder(length + 16);
        while (text.Length < length)
        {
            text.Append(Words[random.Next(Words.Length)]).Append(random.Next(12) == 0 ? "\n    " : " ");
            if (random.Next(20) == 0)
            {
                text.Append("\"x").Append(random.Next(10_000)).Append("\" ");
            }
        }

        return text.ToString();
    }
}
