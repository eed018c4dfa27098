using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using CodexProxy.Protocol.Json;

namespace CodexProxy.Telemetry;

/// <summary>The written forms of a log line.</summary>
internal static class LogText
{
    private const string Time = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    /// <summary>For the terminal of a server: time of day, severity when it is not plain information, text.</summary>
    public static string ForTerminal(LogLine line, TimeZoneInfo zone) =>
        line.Json
        ?? TimeZoneInfo.ConvertTime(line.At, zone).ToString("HH:mm:ss ", CultureInfo.InvariantCulture)
            + line.Level switch
            {
                LogLevel.Critical or LogLevel.Error => "error: ",
                LogLevel.Warning => "warning: ",
                LogLevel.Information => "",
                _ => "debug: ",
            }
            + line.Message;

    /// <summary>For a file: <c>2026-11-21T12:00:00.000Z warn text</c>, or the JSON object.</summary>
    public static string ForFile(LogLine line) =>
        line.Json
        ?? $"{line.At.UtcDateTime.ToString(Time, CultureInfo.InvariantCulture)} {Word(line.Level)} {line.Message}";

    /// <summary>Reads what <see cref="ForFile"/> has written. False for any other line.</summary>
    public static bool TryRead(string text, [NotNullWhen(true)] out LogLine? line)
    {
        line = text.StartsWith('{') ? ReadJson(text) : ReadText(text);
        return line is not null;
    }

    /// <summary>A level's word: <c>debug</c>, <c>info</c>, <c>warn</c> or <c>error</c>.</summary>
    public static string Word(LogLevel level) =>
        level switch
        {
            LogLevel.Critical or LogLevel.Error => "error",
            LogLevel.Warning => "warn",
            LogLevel.Information => "info",
            _ => "debug",
        };

    /// <summary>The level of a word; null for another word.</summary>
    public static LogLevel? Level(ReadOnlySpan<char> word) =>
        word switch
        {
            "error" => LogLevel.Error,
            "warn" => LogLevel.Warning,
            "info" => LogLevel.Information,
            "debug" => LogLevel.Debug,
            _ => null,
        };

    /// <summary>
    /// The text on one line, without control characters: a break inside would let a value look like a line of its own, and a
    /// terminal obeys the others.
    /// </summary>
    public static string OneLine(string text) =>
        PlainText.Of(
            text.AsSpan().ContainsAny('\r', '\n')
                ? string.Join(
                    " / ",
                    text.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                )
                : text
        );

    private static LogLine? ReadText(string text)
    {
        var time = text.IndexOf(' ');
        var word = time < 0 ? -1 : text.IndexOf(' ', time + 1);
        return
            word > 0 && ReadTime(text[..time]) is { } at && Level(text.AsSpan(time + 1, word - time - 1)) is { } level
            ? new LogLine(0, at, level, text[(word + 1)..]) { RequestId = FindRequest(text) }
            : null;
    }

    private static LogLine? ReadJson(string text)
    {
        try
        {
            using var document = SoundJson.Parse(text);
            var root = document.RootElement;
            return
                Text(root, "timestamp") is { } time
                && ReadTime(time) is { } at
                && Level(Text(root, "level")) is { } level
                && Text(root, "message") is { } message
                ? new LogLine(0, at, level, message) { RequestId = Text(root, "requestId"), Json = text }
                : null;
        }
        catch (JsonException)
        {
            return null;
        }

        static string? Text(JsonElement root, string name) =>
            root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
                ? value.GetString()
                : null;
    }

    private static DateTimeOffset? ReadTime(string text) =>
        DateTimeOffset.TryParseExact(
            text,
            Time,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out var at
        )
            ? at
            : null;

    // Ids are words of a form that nothing else has.
    private static string? FindRequest(string text)
    {
        var start = text.IndexOf("req_0", StringComparison.Ordinal);
        if (start < 0)
        {
            return null;
        }

        var end = start + 4;
        while (end < text.Length && char.IsAsciiLetterOrDigit(text[end]))
        {
            end++;
        }

        return text[start..end];
    }
}
