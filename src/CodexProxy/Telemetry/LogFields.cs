using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace CodexProxy.Telemetry;

/// <summary>
/// The named values of a log entry, and the entry as JSON. The names are a contract: <c>timestamp</c>, <c>level</c>,
/// <c>category</c>, <c>event</c>, <c>message</c>, <c>requestId</c>, <c>exception</c>, and under <c>fields</c> the values of the message in camel case.
/// </summary>
internal static class LogFields
{
    private const string RequestId = "RequestId";
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The id of the request that an entry belongs to; null when it names none.</summary>
    public static string? RequestOf<TState>(TState state)
    {
        if (state is IReadOnlyList<KeyValuePair<string, object?>> values)
        {
            for (var i = 0; i < values.Count; i++)
            {
                if (values[i] is { Key: RequestId, Value: string id })
                {
                    return id;
                }
            }
        }

        return null;
    }

    /// <summary>The line as a JSON object.</summary>
    /// <param name="line">The line; its text is clean already.</param>
    /// <param name="category">Category of the entry.</param>
    /// <param name="id">Name of the event.</param>
    /// <param name="state">The values of its message.</param>
    /// <param name="exception">What is told of the exception, clean already.</param>
    /// <param name="redactor">Cleans the values.</param>
    public static string Json<TState>(
        LogLine line,
        string category,
        EventId id,
        TState state,
        string? exception,
        Redactor redactor
    )
    {
        var output = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(output, Options))
        {
            writer.WriteStartObject();
            writer.WriteString(
                "timestamp"u8,
                line.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)
            );
            writer.WriteString("level"u8, LogText.Word(line.Level));
            writer.WriteString("category"u8, Short(category));
            if (id.Name is { } name)
            {
                writer.WriteString(
                    "event"u8,
                    Camel(name.StartsWith("Log", StringComparison.Ordinal) ? name[3..] : name)
                );
            }

            writer.WriteString("message"u8, line.Message);
            if (line.RequestId is { } request)
            {
                writer.WriteString("requestId"u8, request);
            }

            if (exception is not null)
            {
                writer.WriteString("exception"u8, exception);
            }

            WriteFields(writer, state, redactor);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private static void WriteFields<TState>(Utf8JsonWriter writer, TState state, Redactor redactor)
    {
        if (state is not IReadOnlyList<KeyValuePair<string, object?>> values)
        {
            return;
        }

        var begun = false;
        foreach (var (name, value) in values)
        {
            if (name is RequestId or "{OriginalFormat}")
            {
                continue;
            }

            if (!begun)
            {
                writer.WriteStartObject("fields"u8);
                begun = true;
            }

            writer.WritePropertyName(Camel(name));
            switch (value)
            {
                case null:
                    writer.WriteNullValue();
                    break;
                case bool flag:
                    writer.WriteBooleanValue(flag);
                    break;
                case int number:
                    writer.WriteNumberValue(number);
                    break;
                case long number:
                    writer.WriteNumberValue(number);
                    break;
                default:
                    var text = Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
                    writer.WriteStringValue(LogText.OneLine(redactor.Clean(text)));
                    break;
            }
        }

        if (begun)
        {
            writer.WriteEndObject();
        }
    }

    private static string Short(string category) =>
        category.StartsWith("CodexProxy.", StringComparison.Ordinal) ? category["CodexProxy.".Length..] : category;

    private static string Camel(string name) => JsonNamingPolicy.CamelCase.ConvertName(name);
}
