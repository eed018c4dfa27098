using System.Buffers;
using System.Text.Json;
using CodexProxy.Protocol.Json;
using CodexProxy.Storage;

namespace CodexProxy.Keys;

/// <summary>What keys have used of their day, in <c>key-usage.json</c>. Losing the file gives each key a new day.</summary>
/// <param name="path">The file.</param>
internal sealed class KeyDayFile(string path)
{
    private const int Version = 1;

    private static readonly JsonWriterOptions Pretty = new() { Indented = true };

    /// <summary>What was kept; nothing when there is no file.</summary>
    /// <exception cref="JsonException">It is none of ours, or of a later version.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public IReadOnlyList<KeyDay> Read()
    {
        try
        {
            using var document = SoundJson.Parse(File.ReadAllBytes(path));
            var root = document.RootElement;
            return root.GetProperty("version").GetInt32() == Version
                ? [.. root.GetProperty("days").EnumerateArray().Select(ReadDay)]
                : throw new JsonException("written by another version");
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return [];
        }
        catch (Exception exception)
            when (exception is InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new JsonException("not a list of days", exception);
        }
    }

    /// <summary>Replaces what was kept.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public void Write(IEnumerable<KeyDay> days)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Pretty))
        {
            writer.WriteStartObject();
            writer.WriteNumber("version", Version);
            writer.WriteStartArray("days");
            foreach (var day in days)
            {
                writer.WriteStartObject();
                writer.WriteString("sha256", day.Digest);
                writer.WriteString("began_at", day.Began);
                writer.WriteNumber("requests", day.Requests);
                writer.WriteNumber("tokens", day.Tokens);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        AtomicFile.Write(path, buffer.WrittenSpan);
    }

    /// <summary>Moves a file that cannot be understood out of the way.</summary>
    /// <exception cref="IOException">It cannot be moved.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be moved.</exception>
    public void SetAside() => File.Move(path, path + ".damaged", overwrite: true);

    private static KeyDay ReadDay(JsonElement day)
    {
        var read = new KeyDay(
            day.GetProperty("sha256").GetString() ?? throw new JsonException("no digest"),
            day.GetProperty("began_at").GetDateTimeOffset(),
            day.GetProperty("requests").GetInt64(),
            day.GetProperty("tokens").GetInt64()
        );
        return read is { Requests: >= 0, Tokens: >= 0 } ? read : throw new JsonException("less than nothing");
    }
}
