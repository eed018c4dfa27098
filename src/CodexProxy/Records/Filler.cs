using System.Globalization;
using System.Text;
using System.Text.Json;
using CodexProxy.Protocol.Json;

namespace CodexProxy.Records;

/// <summary>Makes JSON of a shape: texts, names, links and files of the same length that say nothing.</summary>
internal static class Filler
{
    private const string Word = "text ";
    private const string Link = "https://example.invalid/";
    private const string SchemaHead = """{"type":"object","properties":{},"required":[],"additionalProperties":false""";

    /// <summary>A text of that many characters.</summary>
    public static string Text(int length) =>
        string.Create(
            Math.Max(0, length),
            0,
            static (span, _) =>
            {
                for (var i = 0; i < span.Length; i++)
                {
                    span[i] = Word[i % Word.Length];
                }

                // A blank at the end would be trimmed by somebody.
                if (span.Length > 0 && span[^1] == ' ')
                {
                    span[^1] = '.';
                }
            }
        );

    /// <summary>A JSON object of that many characters, as far as there is room for one.</summary>
    public static string Json(int length)
    {
        const string around = """{"x":""}""";
        return length >= around.Length ? $$"""{"x":"{{Text(length - around.Length)}}"}"""
            : length >= 2 ? "{" + new string(' ', length - 2) + "}"
            : Text(length);
    }

    /// <summary>A name that stands for the one with this hash.</summary>
    public static string Name(string hash) => "n_" + hash;

    /// <summary>A link of that many characters.</summary>
    public static string Url(int length) => Link + new string('x', Math.Max(1, length - Link.Length));

    /// <summary>Writes JSON of a shape.</summary>
    public static void Expand(ReadOnlyMemory<byte> shape, Utf8JsonWriter writer)
    {
        using var document = SoundJson.Parse(shape, new JsonDocumentOptions { MaxDepth = Wire.MaxDepth });
        Write(document.RootElement, writer);
    }

    private static void Write(JsonElement shape, Utf8JsonWriter writer)
    {
        switch (shape.ValueKind)
        {
            case JsonValueKind.Object when Mark(shape) is { } mark:
                WriteMarked(mark, shape, writer);
                break;
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var member in shape.EnumerateObject())
                {
                    if (member.Value.ValueKind != JsonValueKind.Null)
                    {
                        writer.WritePropertyName(member.Name);
                        Write(member.Value, writer);
                    }
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var element in shape.EnumerateArray())
                {
                    Write(element, writer);
                }

                writer.WriteEndArray();
                break;
            default:
                shape.WriteTo(writer);
                break;
        }
    }

    private static string? Mark(JsonElement shape)
    {
        foreach (var member in shape.EnumerateObject())
        {
            return member.Name.StartsWith('~') ? member.Name : null;
        }

        return null;
    }

    private static void WriteMarked(string mark, JsonElement shape, Utf8JsonWriter writer)
    {
        var value = shape.GetProperty(mark);
        if (mark == ShapeWriter.Name)
        {
            writer.WriteStringValue(Name(value.GetString()!));
            return;
        }

        var length = value.GetInt32();
        switch (mark)
        {
            case ShapeWriter.Json:
                writer.WriteStringValue(Json(length));
                break;
            case ShapeWriter.Url:
                writer.WriteStringValue(Url(length));
                break;
            case ShapeWriter.Schema:
                writer.WriteRawValue(Schema(length));
                break;
            case ShapeWriter.Data:
                writer.WriteStringValue(Data(shape.GetProperty("kind").GetString()!, length));
                break;
            default:
                writer.WriteStringValue(Text(length));
                break;
        }
    }

    /// <summary>An object schema of about that many bytes.</summary>
    public static string Schema(int length)
    {
        const string member = ""","description":""";
        var room = length - SchemaHead.Length - member.Length - 3;
        return room > 0 ? $"{SchemaHead}{member}\"{Text(room)}\"}}" : SchemaHead + "}";
    }

    // Only the first bytes say what a file is; the rest is zeros.
    private static string Data(string kind, int length)
    {
        ReadOnlySpan<byte> head = kind switch
        {
            "png" => [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10, 0, 0, 0, 13, .. "IHDR"u8, 0, 0],
            "jpeg" => [0xFF, 0xD8, 0xFF],
            "gif" => [.. "GIF89a"u8],
            "webp" => [.. "RIFF"u8, 0, 0, 0, 0, .. "WEBP"u8, 0, 0, 0],
            _ => [.. "%PDF-1.4\n"u8],
        };
        var type = kind == "pdf" ? "application/pdf" : "image/" + kind;
        var text = new StringBuilder(length)
            .Append(CultureInfo.InvariantCulture, $"data:{type};base64,")
            .Append(Convert.ToBase64String(head));
        var zeros = Math.Max(0, (length - text.Length) / 4 * 4);
        return text.Append('A', zeros).ToString();
    }
}
