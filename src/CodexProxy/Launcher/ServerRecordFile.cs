using System.Buffers;
using System.Text.Json;
using CodexProxy.Protocol.Json;
using CodexProxy.Storage;
using CodexProxy.Telemetry;

namespace CodexProxy.Launcher;

/// <summary><c>server.json</c> in the state folder: the record of the server that runs for this folder.</summary>
/// <param name="home">The state folder.</param>
internal sealed class ServerRecordFile(string home)
{
    private readonly string _path = Path.Combine(home, "server.json");

    /// <summary>The record, whether its server still runs or not; null when there is none that can be read.</summary>
    public ServerRecord? Read()
    {
        // Commands send keys to where it says; nobody else may say it.
        if (FileOwner.IsOther(home) || FileOwner.IsOther(_path))
        {
            return null;
        }

        try
        {
            using var document = SoundJson.Parse(File.ReadAllBytes(_path));
            return Read(document.RootElement);
        }
        catch (Exception exception)
            when (exception
                    is IOException
                        or UnauthorizedAccessException
                        or JsonException
                        or KeyNotFoundException
                        or FormatException
                        or ArgumentException
                        or InvalidOperationException
            )
        {
            // A damaged record helps nobody; the next server replaces it.
            return null;
        }
    }

    /// <summary>Replaces the record.</summary>
    /// <exception cref="IOException">The disk is full, or the folder cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    public void Write(ServerRecord record)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Wire.WriterOptions))
        {
            writer.WriteStartObject();
            writer.WriteNumber("pid"u8, record.ProcessId);
            writer.WriteString("process_start"u8, record.ProcessStart);
            writer.WriteString("address"u8, record.Address.GetLeftPart(UriPartial.Authority));
            writer.WriteString("version"u8, record.Version);
            writer.WriteString("started_at"u8, record.StartedAt);
            writer.WriteString("management_token"u8, record.ManagementToken.Reveal());
            if (record.Certificate is not null)
            {
                writer.WriteString("certificate"u8, record.Certificate);
            }

            if (record.LogFile is not null)
            {
                writer.WriteString("log_file"u8, record.LogFile);
            }

            writer.WriteStartObject("flags"u8);
            foreach (var (name, value) in record.Flags)
            {
                writer.WriteString(name, value);
            }

            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        AtomicFile.Write(_path, buffer.WrittenSpan);
    }

    /// <summary>Removes the record if it is still this one: another server may have taken the place meanwhile.</summary>
    /// <exception cref="IOException">It cannot be removed.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be removed.</exception>
    public void RemoveIfOwn(ServerRecord record)
    {
        if (Read()?.ManagementToken.Equals(record.ManagementToken) == true)
        {
            File.Delete(_path);
        }
    }

    private static ServerRecord Read(JsonElement root) =>
        new()
        {
            ProcessId = root.GetProperty("pid").GetInt32(),
            ProcessStart = Text(root, "process_start"),
            Address = new Uri(Text(root, "address")),
            Version = Text(root, "version"),
            StartedAt = root.GetProperty("started_at").GetDateTimeOffset(),
            ManagementToken = new Secret(Text(root, "management_token")),
            Certificate = root.TryGetProperty("certificate", out var certificate) ? certificate.GetString() : null,
            LogFile = root.TryGetProperty("log_file", out var log) ? log.GetString() : null,
            Flags = root.GetProperty("flags")
                .EnumerateObject()
                .ToDictionary(flag => flag.Name, flag => flag.Value.GetString() ?? ""),
        };

    private static string Text(JsonElement root, string name) => root.GetProperty(name).GetString() ?? "";
}
