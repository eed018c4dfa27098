using System.Globalization;
using System.Text;
using System.Text.Json;
using CodexProxy.Telemetry;
using CodexProxy.Terminals;

namespace CodexProxy.Commands;

/// <summary>How lines of the log are shown: to people with date, time and level; or as JSON.</summary>
/// <param name="terminal">Where to.</param>
/// <param name="zone">Time zone of the times.</param>
/// <param name="asJson">Whether each line is a JSON object.</param>
internal sealed class LogScreen(Terminal terminal, TimeZoneInfo zone, bool asJson)
{
    /// <summary>Shows a line.</summary>
    /// <param name="text">As it stands in the file.</param>
    /// <param name="line">What it says; null when it has another form.</param>
    public void Show(string text, LogLine? line)
    {
        if (asJson)
        {
            terminal.Line(line?.Json ?? AsJson(text, line));
        }
        else if (line is null)
        {
            terminal.Line(LogText.OneLine(text));
        }
        else
        {
            var time = TimeZoneInfo.ConvertTime(line.At, zone);
            var at = time.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
            terminal.Line($"{terminal.Dim(at)} {Level(line.Level)} {LogText.OneLine(line.Message)}");
        }
    }

    private string Level(LogLevel level)
    {
        var word = LogText.Word(level).PadRight(5);
        return level switch
        {
            >= LogLevel.Error => terminal.Bad(word),
            LogLevel.Warning => terminal.Warned(word),
            LogLevel.Information => word,
            _ => terminal.Dim(word),
        };
    }

    // The same names as in a file of JSON.
    private static string AsJson(string text, LogLine? line)
    {
        using var output = new MemoryStream();
        using (var writer = new Utf8JsonWriter(output))
        {
            writer.WriteStartObject();
            if (line is not null)
            {
                writer.WriteString(
                    "timestamp"u8,
                    line.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)
                );
                writer.WriteString("level"u8, LogText.Word(line.Level));
            }

            writer.WriteString("message"u8, line?.Message ?? text);
            if (line?.RequestId is { } request)
            {
                writer.WriteString("requestId"u8, request);
            }

            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(output.ToArray());
    }
}
