using System.Text;
using System.Text.Json;

namespace CodexProxy.Protocol.OpenAI;

/// <summary>Reads <c>type</c> without a new string for the deltas that make up nearly all of a stream.</summary>
internal static class EventTypes
{
    internal static string? Read(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.String)
        {
            reader.Skip();
            return null;
        }

        return reader.ValueTextEquals("response.output_text.delta"u8) ? "response.output_text.delta"
            : reader.ValueTextEquals("response.function_call_arguments.delta"u8)
                ? "response.function_call_arguments.delta"
            : reader.ValueTextEquals("response.reasoning_summary_text.delta"u8)
                ? "response.reasoning_summary_text.delta"
            : reader.GetString();
    }

    internal static string Utf8(ReadOnlySpan<byte> text) => Encoding.UTF8.GetString(text);
}
