using System.Globalization;
using System.Text;
using System.Text.Json;
using CodexProxy.Protocol.Json;
using CodexProxy.Records;

namespace CodexProxy.Usage;

/// <summary>In which form records leave the store.</summary>
internal enum ExportFormat
{
    /// <summary>Comma-separated values with a header, one request each line, as RFC 4180 has it.</summary>
    Csv,

    /// <summary>One JSON array of objects.</summary>
    Json,
}

/// <summary>Writes records for other programs, as they are read: however many there are, few are in memory.</summary>
internal static class UsageExport
{
    // What is written is handed over in parts of this size.
    private const int Part = 64 * 1024;

    private static readonly (string Name, Func<RequestRecord, object?> Value)[] Columns =
    [
        ("id", record => record.RequestId),
        ("startedAt", record => record.Started),
        ("at", record => record.At),
        ("face", record => RecordWords<RequestFace>.Of(record.Face)),
        ("client", record => record.Client),
        ("session", record => record.Session),
        ("agent", record => record.Agent),
        ("project", record => record.Project),
        ("account", record => record.Account),
        ("upstream", record => record.Upstream),
        ("requestedModel", record => record.RequestedModel),
        ("model", record => record.Model),
        ("effort", record => record.Effort),
        ("tier", record => record.Tier),
        ("ending", record => RecordWords<RequestEnding>.Of(record.Ending)),
        ("status", record => (long)record.Status),
        ("failure", record => record.Failure),
        ("attempts", record => (long)record.Attempts.Count),
        ("firstMs", record => (long?)record.FirstByte?.TotalMilliseconds),
        ("totalMs", record => (long)record.Total.TotalMilliseconds),
        ("input", record => record.Tokens?.Input),
        ("cached", record => record.Tokens?.Cached),
        ("cacheWrite", record => record.Tokens?.CacheWrite),
        ("output", record => record.Tokens?.Output),
        ("reasoning", record => record.Tokens?.Reasoning),
        ("stopReason", record => record.StopReason),
        ("toolCalls", record => (long)record.ToolCalls),
        ("toolErrors", record => (long)record.ToolErrors),
        ("cache", record => record.Cache is { } cache ? RecordWords<CacheOutcome>.Of(cache.Outcome) : null),
        ("cacheReason", record => record.Cache?.Reason),
        ("losses", record => record.Losses.Count == 0 ? null : LossLine.Of(record.Losses)),
    ];

    /// <summary>Writes them; how many there were. The stream stays open.</summary>
    public static async Task<long> WriteAsync(
        IAsyncEnumerable<RequestRecord> records,
        ExportFormat format,
        Stream output,
        CancellationToken cancellationToken
    )
    {
        var text = new StringBuilder(Part + 4096);
        long count = 0;
        text.Append(format == ExportFormat.Csv ? Header() : "[\n");
        await foreach (var record in records.WithCancellation(cancellationToken))
        {
            text.Append(format == ExportFormat.Json && count > 0 ? ",\n" : "");
            text.Append(format == ExportFormat.Csv ? Line(record) : Object(record));
            count++;
            if (text.Length >= Part)
            {
                await HandOverAsync();
            }
        }

        text.Append(
            format == ExportFormat.Csv ? ""
            : count > 0 ? "\n]\n"
            : "]\n"
        );
        await HandOverAsync();
        return count;

        async Task HandOverAsync()
        {
            await output.WriteAsync(Encoding.UTF8.GetBytes(text.ToString()), cancellationToken);
            await output.FlushAsync(cancellationToken);
            text.Clear();
        }
    }

    /// <summary>A value as one field of a line of comma-separated values.</summary>
    public static string Field(string? value)
    {
        if (value is null)
        {
            return "";
        }

        // Spreadsheets run what begins like a formula; clients choose some of these texts freely.
        var safe = value.Length > 0 && "=+-@\t\r".Contains(value[0], StringComparison.Ordinal) ? "'" + value : value;
        return safe.AsSpan().IndexOfAny(",\"\r\n") < 0
            ? safe
            : $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }

    private static string Header() => string.Join(',', Columns.Select(column => column.Name)) + "\r\n";

    private static string Line(RequestRecord record) =>
        string.Join(
            ',',
            Columns.Select(column =>
                column.Value(record) switch
                {
                    long number => number.ToString(CultureInfo.InvariantCulture),
                    DateTimeOffset time => Time(time),
                    var other => Field((string?)other),
                }
            )
        ) + "\r\n";

    private static string Object(RequestRecord record)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Wire.WriterOptions))
        {
            writer.WriteStartObject();
            foreach (var (name, value) in Columns)
            {
                switch (value(record))
                {
                    case null:
                        break;
                    case long number:
                        writer.WriteNumber(name, number);
                        break;
                    case DateTimeOffset time:
                        writer.WriteString(name, Time(time));
                        break;
                    case var other:
                        writer.WriteString(name, (string)other);
                        break;
                }
            }

            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    private static string Time(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
