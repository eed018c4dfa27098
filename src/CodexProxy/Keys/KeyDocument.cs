using System.Buffers;
using System.Text.Json;
using CodexProxy.Protocol.Json;

namespace CodexProxy.Keys;

/// <summary>The content of <c>keys.json</c>.</summary>
internal static class KeyDocument
{
    private const int Version = 1;

    private static readonly JsonWriterOptions Pretty = new() { Indented = true };

    /// <summary>Reads the file's content. Members of later versions are passed over, a later version itself is not.</summary>
    /// <exception cref="JsonException">It is none of ours, or part of it is missing.</exception>
    public static IReadOnlyList<NamedKey> Read(ReadOnlyMemory<byte> json)
    {
        using var document = SoundJson.Parse(json);
        var root = document.RootElement;
        try
        {
            return root.GetProperty("version").GetInt32() == Version
                ? [.. root.GetProperty("keys").EnumerateArray().Select(ReadKey)]
                : throw new JsonException("written by another version");
        }
        catch (Exception exception)
            when (exception is InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new JsonException("not a list of keys", exception);
        }
    }

    /// <summary>Writes the file's content.</summary>
    public static byte[] Write(IEnumerable<NamedKey> keys)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer, Pretty);
        writer.WriteStartObject();
        writer.WriteNumber("version", Version);
        writer.WriteStartArray("keys");
        foreach (var key in keys)
        {
            writer.WriteStartObject();
            writer.WriteString("sha256", key.Digest);
            WriteFacts(writer, key);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Writes what may be shown of a key, as members of an object that is open.</summary>
    public static void WriteFacts(Utf8JsonWriter writer, NamedKey key)
    {
        writer.WriteString("name", key.Name);
        writer.WriteString("created_at", key.CreatedAt);
        if (key.ExpiresAt is { } expires)
        {
            writer.WriteString("expires_at", expires);
        }

        if (key.Models.Count > 0)
        {
            writer.WriteStartArray("models");
            foreach (var model in key.Models)
            {
                writer.WriteStringValue(model);
            }

            writer.WriteEndArray();
        }

        foreach (var (name, limit) in Limits(key.Limits))
        {
            if (limit is { } number)
            {
                writer.WriteNumber(name, number);
            }
        }
    }

    private static (string Name, long? Limit)[] Limits(KeyLimits limits) =>
        [
            ("requests_per_minute", limits.RequestsPerMinute),
            ("requests_per_day", limits.RequestsPerDay),
            ("tokens_per_minute", limits.TokensPerMinute),
            ("tokens_per_day", limits.TokensPerDay),
        ];

    private static NamedKey ReadKey(JsonElement key) =>
        new(Text(key, "name"), DigestOf(key), key.GetProperty("created_at").GetDateTimeOffset())
        {
            ExpiresAt = key.TryGetProperty("expires_at", out var expires) ? expires.GetDateTimeOffset() : null,
            Models = key.TryGetProperty("models", out var models)
                ? [.. models.EnumerateArray().Select(model => model.GetString() ?? throw new JsonException("a model"))]
                : [],
            Limits = new KeyLimits(
                Number(key, "requests_per_minute"),
                Number(key, "requests_per_day"),
                Number(key, "tokens_per_minute"),
                Number(key, "tokens_per_day")
            ),
        };

    private static string DigestOf(JsonElement key) =>
        Text(key, "sha256") is { Length: 64 } digest && digest.All(char.IsAsciiHexDigitLower)
            ? digest
            : throw new JsonException("no digest");

    private static string Text(JsonElement key, string name) =>
        key.GetProperty(name).GetString() ?? throw new JsonException(name);

    private static long? Number(JsonElement key, string name) =>
        key.TryGetProperty(name, out var value) ? value.GetInt64() : null;
}
