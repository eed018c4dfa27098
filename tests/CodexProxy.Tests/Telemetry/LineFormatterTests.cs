using CodexProxy.Telemetry;
using CodexProxy.Tests.Support;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace CodexProxy.Tests.Telemetry;

public sealed class LineFormatterTests
{
    [Theory]
    [InlineData(LogLevel.Information, "12:00:00 text\n")]
    [InlineData(LogLevel.Warning, "12:00:00 warning: text\n")]
    [InlineData(LogLevel.Error, "12:00:00 error: text\n")]
    [InlineData(LogLevel.Debug, "12:00:00 debug: text\n")]
    public void An_entry_is_time_severity_and_text(LogLevel level, string line) =>
        Format(level, "text", exception: null).ShouldBe(line);

    [Fact]
    public void Nothing_inside_an_entry_can_begin_a_new_line() =>
        Format(LogLevel.Error, "one\r\n12:00:00 forged", new InvalidOperationException("two\nthree"))
            .ShouldBe("12:00:00 error: one / 12:00:00 forged | System.InvalidOperationException: two / three\n");

    private static string Format(LogLevel level, string text, Exception? exception)
    {
        using var writer = new StringWriter { NewLine = "\n" };
        var entry = new LogEntry<string>(level, "category", 7, text, exception, (state, _) => state);
        new LineFormatter(new ManualTime()).Write(entry, scopeProvider: null, writer);
        return writer.ToString();
    }
}
