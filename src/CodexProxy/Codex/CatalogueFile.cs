using System.Buffers;
using System.Text.Json;
using CodexProxy.Protocol.Json;
using CodexProxy.Storage;

namespace CodexProxy.Codex;

/// <summary>A catalogue as it is kept on disk.</summary>
/// <param name="FetchedAt">When it was fetched.</param>
/// <param name="ETag">Version the backend gave it.</param>
/// <param name="ClientVersion">Client version it was fetched for; it filters the list.</param>
/// <param name="Body">The backend's answer, unchanged.</param>
internal sealed record KeptCatalogue(
    DateTimeOffset FetchedAt,
    string? ETag,
    string ClientVersion,
    ReadOnlyMemory<byte> Body
);

/// <summary>Keeps the catalogue in <c>models.json</c> of the home. Losing the file costs one fetch.</summary>
internal sealed partial class CatalogueFile(string path, ILogger<CatalogueFile> logger)
{
    /// <summary>What was kept; null when there is nothing usable.</summary>
    public KeptCatalogue? Read()
    {
        try
        {
            using var document = SoundJson.Parse(File.ReadAllBytes(path));
            var root = document.RootElement;
            return new KeptCatalogue(
                root.GetProperty("fetched_at").GetDateTimeOffset(),
                root.TryGetProperty("etag", out var etag) ? etag.GetString() : null,
                root.GetProperty("client_version").GetString() ?? "",
                System.Text.Encoding.UTF8.GetBytes(root.GetProperty("body").GetRawText())
            );
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception exception)
            when (exception
                    is IOException
                        or UnauthorizedAccessException
                        or JsonException
                        or KeyNotFoundException
                        or FormatException
                        or InvalidOperationException
            )
        {
            LogUnreadable(path, exception.Message);
            return null;
        }
    }

    /// <summary>Keeps a catalogue. A full or read-only disk is logged and costs nothing else.</summary>
    public void Write(KeptCatalogue catalogue)
    {
        var buffer = new ArrayBufferWriter<byte>(catalogue.Body.Length + 256);
        using (var writer = new Utf8JsonWriter(buffer, Wire.WriterOptions))
        {
            writer.WriteStartObject();
            writer.WriteString("fetched_at"u8, catalogue.FetchedAt);
            if (catalogue.ETag is not null)
            {
                writer.WriteString("etag"u8, catalogue.ETag);
            }

            writer.WriteString("client_version"u8, catalogue.ClientVersion);
            writer.WritePropertyName("body"u8);
            writer.WriteRawValue(catalogue.Body.Span);
            writer.WriteEndObject();
        }

        try
        {
            AtomicFile.Write(path, buffer.WrittenSpan);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogNotKept(path, exception.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Path} could not be read and is ignored: {Reason}")]
    private partial void LogUnreadable(string path, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Path} could not be written: {Reason}")]
    private partial void LogNotKept(string path, string reason);
}
