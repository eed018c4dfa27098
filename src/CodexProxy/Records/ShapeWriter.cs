using System.Buffers;
using System.Collections.Frozen;
using System.Text;
using System.Text.Json;
using CodexProxy.Protocol.Json;

namespace CodexProxy.Records;

/// <summary>
/// Rewrites the JSON of a tool or an item into its shape: known members stay, words of the wire stay, every text becomes its
/// length, every name and id its hash. <see cref="Filler"/> makes JSON of the same shape out of it.
/// </summary>
/// <param name="hash">The keyed hash of names and ids.</param>
internal sealed class ShapeWriter(Func<ReadOnlySpan<byte>, ulong> hash)
{
    /// <summary>Marks what stands for a text.</summary>
    public const string Text = "~";

    /// <summary>Marks what stands for a name or an id.</summary>
    public const string Name = "~name";

    /// <summary>Marks what stands for a link.</summary>
    public const string Url = "~url";

    /// <summary>Marks what stands for a data URL of the kind told beside it.</summary>
    public const string Data = "~data";

    /// <summary>Marks what stands for a text that is JSON.</summary>
    public const string Json = "~json";

    /// <summary>Marks what stands for a schema.</summary>
    public const string Schema = "~schema";

    // Words that the wire itself defines; a text in their place is treated as a text.
    private static readonly FrozenSet<string> Words = FrozenSet.Create(
        "type",
        "role",
        "phase",
        "status",
        "detail",
        "syntax",
        "search_context_size"
    );

    private static readonly FrozenSet<string> Names = FrozenSet.Create("call_id", "name", "namespace");

    private static readonly FrozenSet<string> Schemas = FrozenSet.Create("parameters", "schema");

    private static readonly FrozenSet<string> Members = FrozenSet.Create([
        .. Words,
        .. Names,
        .. Schemas,
        "content",
        "text",
        "refusal",
        "summary",
        "encrypted_content",
        "arguments",
        "input",
        "output",
        "action",
        "query",
        "url",
        "image_url",
        "filename",
        "file_data",
        "file_url",
        "tools",
        "description",
        "strict",
        "external_web_access",
        "filters",
        "allowed_domains",
        "format",
        "definition",
    ]);

    private static readonly SearchValues<byte> WordBytes = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyz0123456789_"u8
    );

    /// <summary>Writes the shape of one JSON value.</summary>
    public void Write(ReadOnlySpan<byte> json, IBufferWriter<byte> output)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = Wire.MaxDepth });
        using var writer = new Utf8JsonWriter(output, Wire.WriterOptions);
        reader.Read();
        WriteValue(ref reader, "", writer);
    }

    private void WriteValue(ref Utf8JsonReader reader, string member, Utf8JsonWriter writer)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject when Schemas.Contains(member):
                var start = reader.TokenStartIndex;
                reader.Skip();
                Mark(writer, Schema, reader.BytesConsumed - start);
                break;
            case JsonTokenType.StartObject:
                WriteObject(ref reader, writer);
                break;
            case JsonTokenType.StartArray:
                writer.WriteStartArray();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    WriteValue(ref reader, member, writer);
                }

                writer.WriteEndArray();
                break;
            case JsonTokenType.String:
                WriteText(ref reader, member, writer);
                break;
            case JsonTokenType.True or JsonTokenType.False:
                writer.WriteBooleanValue(reader.TokenType == JsonTokenType.True);
                break;
            default:
                // No number of the wire tells anything that the shape needs.
                writer.WriteNullValue();
                break;
        }
    }

    // A member that nobody here knows is left out: its very name may be somebody's data.
    private void WriteObject(ref Utf8JsonReader reader, Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            if (Members.TryGetValue(name, out var known))
            {
                writer.WritePropertyName(known);
                WriteValue(ref reader, known, writer);
            }
            else
            {
                reader.Skip();
            }
        }

        writer.WriteEndObject();
    }

    private void WriteText(ref Utf8JsonReader reader, string member, Utf8JsonWriter writer)
    {
        var raw = reader.ValueSpan;
        if ((Words.Contains(member) && IsWord(raw)) || (member == "namespace" && raw.SequenceEqual("functions"u8)))
        {
            writer.WriteStringValue(raw);
        }
        else if (Names.Contains(member))
        {
            Mark(writer, Name, RequestPrint.Hex(hash(raw)));
        }
        else if (raw.StartsWith("data:"u8) && DataKind(raw) is { } kind)
        {
            writer.WriteStartObject();
            writer.WriteNumber(Data, raw.Length);
            writer.WriteString("kind"u8, kind);
            writer.WriteEndObject();
        }
        else
        {
            var mark =
                member == "arguments" ? Json
                : raw.StartsWith("https://"u8) && member is "url" or "image_url" or "file_url" ? Url
                : Text;
            Mark(writer, mark, Length(ref reader));
        }
    }

    private static bool IsWord(ReadOnlySpan<byte> raw) =>
        raw.Length is > 0 and <= 40 && !raw.ContainsAnyExcept(WordBytes);

    private static string? DataKind(ReadOnlySpan<byte> raw) =>
        raw.StartsWith("data:image/png"u8) ? "png"
        : raw.StartsWith("data:image/jpeg"u8) ? "jpeg"
        : raw.StartsWith("data:image/gif"u8) ? "gif"
        : raw.StartsWith("data:image/webp"u8) ? "webp"
        : raw.StartsWith("data:application/pdf"u8) ? "pdf"
        : null;

    private static int Length(ref Utf8JsonReader reader) =>
        reader.ValueIsEscaped ? reader.GetString()!.Length : Encoding.UTF8.GetCharCount(reader.ValueSpan);

    private static void Mark(Utf8JsonWriter writer, string mark, long length)
    {
        writer.WriteStartObject();
        writer.WriteNumber(mark, length);
        writer.WriteEndObject();
    }

    private static void Mark(Utf8JsonWriter writer, string mark, string name)
    {
        writer.WriteStartObject();
        writer.WriteString(mark, name);
        writer.WriteEndObject();
    }
}
