using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace CodexProxy.Simulator;

/// <summary>A whole HTTP answer: every refusal, every scripted failure and every small JSON answer.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Body">The body; empty for none.</param>
/// <param name="ContentType">Its media type, or null for none.</param>
public sealed record HttpReply(int Status, string Body, string? ContentType = "application/json")
{
    /// <summary>Further headers.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>Compact JSON with non-ASCII left as it is, the way the service writes.</summary>
    internal static JsonWriterOptions Compact { get; } =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>A body <c>{"detail":text}</c>, the gateway's own form.</summary>
    public static HttpReply Detail(int status, string text) =>
        Json(status, writer => writer.WriteString("detail"u8, text));

    /// <summary>A body <c>{"error":{message,type,param,code}}</c>, the model API's form.</summary>
    public static HttpReply Error(
        int status,
        string message,
        string? code = null,
        string? param = null,
        string type = "invalid_request_error"
    ) =>
        Json(
            status,
            writer =>
            {
                writer.WriteStartObject("error"u8);
                writer.WriteString("message"u8, message);
                writer.WriteString("type"u8, type);
                writer.WriteString("param"u8, param);
                writer.WriteString("code"u8, code);
                writer.WriteEndObject();
            }
        );

    /// <summary>A JSON object whose members <paramref name="write"/> writes.</summary>
    public static HttpReply Json(int status, Action<Utf8JsonWriter> write) => new(status, JsonText(write));

    /// <summary>Reads the <c>{status, headers, body}</c> form in which error samples are kept.</summary>
    /// <exception cref="JsonException">The text is not of that form.</exception>
    public static HttpReply FromSample(string json)
    {
        using var document = JsonDocument.Parse(json);
        var root = document.RootElement;
        string? contentType = null;
        var headers = new List<KeyValuePair<string, string>>();
        foreach (var header in root.GetProperty("headers").EnumerateObject())
        {
            if (header.NameEquals("content-type"))
            {
                contentType = header.Value.GetString();
            }
            else if (!header.NameEquals("content-length"))
            {
                headers.Add(new(header.Name, header.Value.GetString()!));
            }
        }

        var body = root.GetProperty("body");
        var text = body.ValueKind == JsonValueKind.String ? body.GetString()! : body.GetRawText();
        return new HttpReply(root.GetProperty("status").GetInt32(), text, contentType) { Headers = headers };
    }

    /// <summary>The same reply with one more header.</summary>
    public HttpReply With(string header, string value) => this with { Headers = [.. Headers, new(header, value)] };

    internal static string JsonText(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Compact))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    internal async Task SendAsync(HttpResponse response, CancellationToken cancellationToken)
    {
        response.StatusCode = Status;
        foreach (var (name, value) in Headers)
        {
            response.Headers.Append(name, value);
        }

        if (ContentType is not null)
        {
            response.ContentType = ContentType;
        }

        if (Status == StatusCodes.Status304NotModified)
        {
            // By definition without a body, not even an empty one.
            return;
        }

        var bytes = Encoding.UTF8.GetBytes(Body);
        response.Headers.ContentLength = bytes.Length;
        await response.Body.WriteAsync(bytes, cancellationToken);
    }

    /// <summary>Status and start of the body, for test output.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Status} {(Body.Length > 300 ? Body[..300] : Body)}");
}
