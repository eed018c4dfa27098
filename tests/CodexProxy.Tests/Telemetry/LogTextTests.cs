using CodexProxy.Telemetry;
using CodexProxy.Tests.Support;
using Microsoft.Extensions.Logging;

namespace CodexProxy.Tests.Telemetry;

/// <summary>The written forms of a line, and reading them again.</summary>
public sealed partial class LogTextTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, 250, TimeSpan.Zero);

    [Theory]
    [InlineData(LogLevel.Information, "13:00:00 text", "2026-11-21T12:00:00.250Z info text")]
    [InlineData(LogLevel.Warning, "13:00:00 warning: text", "2026-11-21T12:00:00.250Z warn text")]
    [InlineData(LogLevel.Error, "13:00:00 error: text", "2026-11-21T12:00:00.250Z error text")]
    [InlineData(LogLevel.Critical, "13:00:00 error: text", "2026-11-21T12:00:00.250Z error text")]
    [InlineData(LogLevel.Debug, "13:00:00 debug: text", "2026-11-21T12:00:00.250Z debug text")]
    public void A_line_is_time_severity_and_text(LogLevel level, string terminal, string file)
    {
        var zone = TimeZoneInfo.CreateCustomTimeZone("one", TimeSpan.FromHours(1), null, null);
        var line = new LogLine(1, Noon, level, "text");

        LogText.ForTerminal(line, zone).ShouldBe(terminal);
        LogText.ForFile(line).ShouldBe(file);
    }

    [Fact]
    public void A_line_of_a_file_is_read_as_it_was_written()
    {
        var line = new LogLine(0, Noon, LogLevel.Warning, "req_01abc: too large") { RequestId = "req_01abc" };

        LogText.TryRead(LogText.ForFile(line), out var read).ShouldBeTrue();

        read.ShouldBe(line);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Unhandled exception. System.Exception: x")]
    [InlineData("2026-11-21T12:00:00.250Z loud text")]
    [InlineData("yesterday info text")]
    [InlineData("{\"level\":\"info\"}")]
    [InlineData("{\"timestamp\":\"x\",\"level\":1,\"message\":[]}")]
    [InlineData("{")]
    public void Any_other_line_is_none(string text) => LogText.TryRead(text, out _).ShouldBeFalse();

    [Fact]
    public void Nothing_inside_an_entry_can_begin_a_new_line()
    {
        using var logs = new GatewayLogs(new ManualTime(), new Redactor(), new LogPlaces());

        LogForged(logs.CreateLogger("category"), new InvalidOperationException("two\nthree"), "one\r\n12:00:00 forged");

        logs.Ring.Last(LogLevel.Trace, 9)
            .Single()
            .Message.ShouldBe("one / 12:00:00 forged | System.InvalidOperationException: two / three");
    }

    [Fact]
    public void Nothing_inside_an_entry_speaks_to_the_terminal()
    {
        using var logs = new GatewayLogs(new ManualTime(), new Redactor(), new LogPlaces());

        LogForged(
            logs.CreateLogger("category"),
            new InvalidOperationException("\u009b2K"),
            "\u001b]0;title\u0007 \u202eback"
        );

        logs.Ring.Last(LogLevel.Trace, 9)
            .Single()
            .Message.ShouldBe("_]0;title_ _back | System.InvalidOperationException: _2K");
    }

    [Fact]
    public void The_names_of_the_JSON_form_do_not_change()
    {
        using var output = new StringWriter { NewLine = "\n" };
        using (
            var logs = new GatewayLogs(
                new ManualTime(Noon),
                new Redactor(),
                new LogPlaces { Terminal = output, Format = LogFormat.Json }
            )
        )
        {
            LogServed(logs.CreateLogger("CodexProxy.Relay.RelayLog"), "req_01abc", "sk-0123456789", 12, true, null);
            LogBroken(logs.CreateLogger("Other"), new IOException("disk\nfull"));
        }

        output
            .ToString()
            .ShouldBe(
                """
                {"timestamp":"2026-11-21T12:00:00.250Z","level":"info","category":"Relay.RelayLog","event":"served","message":"req_01abc for *** took 12 ms, True, (null)","requestId":"req_01abc","fields":{"requestedModel":"***","totalMs":12,"isWhole":true,"tier":null}}
                {"timestamp":"2026-11-21T12:00:00.250Z","level":"error","category":"Other","event":"broken","message":"broken","exception":"System.IO.IOException: disk / full"}

                """
            );
        LogText.TryRead(output.ToString().Split('\n')[0], out var read).ShouldBeTrue();
        (read!.At, read.Level, read.RequestId).ShouldBe((Noon, LogLevel.Information, "req_01abc"));
    }

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "{RequestId} for {RequestedModel} took {TotalMs} ms, {IsWhole}, {Tier}"
    )]
    private static partial void LogServed(
        ILogger logger,
        string requestId,
        string requestedModel,
        long totalMs,
        bool isWhole,
        string? tier
    );

    [LoggerMessage(Level = LogLevel.Error, Message = "{Text}")]
    private static partial void LogForged(ILogger logger, Exception exception, string text);

    [LoggerMessage(Level = LogLevel.Error, Message = "broken")]
    private static partial void LogBroken(ILogger logger, Exception exception);
}
