using System.Buffers;
using System.Text.Json;
using CodexProxy.Protocol.Failures;
using CodexProxy.Protocol.Json;

namespace CodexProxy.Records;

/// <summary>
/// The bodies of one request, while somebody has switched recording on: what the client sent, what went upstream, and the
/// events that came back. In memory until the request has ended. One task at a time works on it.
/// </summary>
/// <param name="client">The client's body.</param>
internal sealed class BodyRecording(ReadOnlyMemory<byte> client)
{
    /// <summary>Bytes kept of one request; what goes beyond is left out and said so: 32 MiB.</summary>
    public const int MaxBytes = 32 * 1024 * 1024;

    private readonly List<(
        ReadOnlyMemory<byte> Sent,
        List<ReadOnlyMemory<byte>> Events,
        UpstreamFailure?[] Failure
    )> _attempts = [];
    private long _size = client.Length;
    private bool _isCut;

    /// <summary>An attempt is sent.</summary>
    /// <param name="write">Writes its body as it goes upstream.</param>
    public void Sent(Action<IBufferWriter<byte>> write)
    {
        var body = new ArrayBufferWriter<byte>();
        write(body);
        _attempts.Add((Fits(body.WrittenCount) ? body.WrittenMemory : default, [], [null]));
    }

    /// <summary>An event has come.</summary>
    /// <param name="json">Its data.</param>
    public void Came(ReadOnlyMemory<byte> json)
    {
        if (Fits(json.Length))
        {
            _attempts[^1].Events.Add(json);
        }
    }

    /// <summary>The attempt has failed.</summary>
    public void Failed(UpstreamFailure failure)
    {
        if (_attempts.Count > 0)
        {
            _attempts[^1].Failure[0] = failure;
        }
    }

    /// <summary>Writes it as one JSON object.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="requestId">Id of the request.</param>
    /// <param name="clean">Takes secrets out of a text.</param>
    public void Write(Utf8JsonWriter writer, string requestId, Func<string, string> clean)
    {
        writer.WriteStartObject();
        writer.WriteString("id"u8, requestId);
        writer.WriteBoolean("complete"u8, !_isCut);
        writer.WritePropertyName("client"u8);
        WriteBody(writer, client, clean);
        writer.WriteStartArray("attempts"u8);
        foreach (var (sent, events, failure) in _attempts)
        {
            writer.WriteStartObject();
            writer.WritePropertyName("sent"u8);
            WriteBody(writer, sent, clean);
            writer.WriteStartArray("events"u8);
            foreach (var one in events)
            {
                WriteBody(writer, one, clean);
            }

            writer.WriteEndArray();
            if (failure[0] is { } failed)
            {
                writer.WriteStartObject("failure"u8);
                writer.WriteString("kind"u8, failed.Kind.ToString());
                if (failed.Status is { } status)
                {
                    writer.WriteNumber("status"u8, status);
                }

                writer.WriteString("code"u8, failed.Code is { } code ? clean(code) : null);
                writer.WriteString("message"u8, failed.Message is { } message ? clean(message) : null);
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private bool Fits(int bytes)
    {
        if (_size + bytes > MaxBytes)
        {
            _isCut = true;
            return false;
        }

        _size += bytes;
        return true;
    }

    private static void WriteBody(Utf8JsonWriter writer, ReadOnlyMemory<byte> body, Func<string, string> clean)
    {
        if (body.IsEmpty)
        {
            writer.WriteNullValue();
            return;
        }

        try
        {
            using var document = SoundJson.Parse(body, new JsonDocumentOptions { MaxDepth = Wire.MaxDepth });
            WriteClean(writer, document.RootElement, clean);
        }
        catch (JsonException)
        {
            writer.WriteStringValue(clean(System.Text.Encoding.UTF8.GetString(body.Span)));
        }
    }

    // Text by text: a secret must not be hidden by the escapes around it, nor take one of them along.
    private static void WriteClean(Utf8JsonWriter writer, JsonElement value, Func<string, string> clean)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var member in value.EnumerateObject())
                {
                    writer.WritePropertyName(clean(member.Name));
                    WriteClean(writer, member.Value, clean);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var element in value.EnumerateArray())
                {
                    WriteClean(writer, element, clean);
                }

                writer.WriteEndArray();
                break;
            case JsonValueKind.String:
                writer.WriteStringValue(clean(value.GetString()!));
                break;
            default:
                value.WriteTo(writer);
                break;
        }
    }
}
