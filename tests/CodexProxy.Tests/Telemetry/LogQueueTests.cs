using CodexProxy.Telemetry;
using CodexProxy.Tests.Support;
using Microsoft.Extensions.Logging;

namespace CodexProxy.Tests.Telemetry;

/// <summary>Lines on their way to a slow place.</summary>
public sealed class LogQueueTests
{
    [Fact]
    public async Task A_sink_that_stands_still_holds_up_nobody_and_what_is_lost_is_counted()
    {
        using var sink = new StandingSink();
        var queue = new LogQueue(sink, capacity: 2);
        queue.Add(Line("first"));
        await sink.Reached.Task.WaitAsync(TimeSpan.FromSeconds(10));

        foreach (var text in (string[])["second", "third", "lost", "lost", "lost"])
        {
            queue.Add(Line(text));
        }

        sink.Go.Set();
        queue.Dispose();
        sink.Texts.ShouldBe([
            "first",
            "3 lines of the log are missing here: they came faster than they could be written.",
            "second",
            "third",
        ]);
    }

    [Fact]
    public void A_crash_is_written_before_the_process_ends()
    {
        using var folder = new TempFolder();
        var places = new LogPlaces
        {
            Folder = folder["logs"],
            MaxBytes = 100_000,
            Files = 2,
        };
        var logs = new GatewayLogs(new ManualTime(), new Redactor(), places);

        logs.Crashed(new InvalidOperationException("no such jo@example.org"));

        var text = File.ReadAllText(folder["logs/gateway.log"]);
        text.ShouldStartWith("2026-11-21T12:00:00.000Z error The gateway ends by a fault of its own. | ");
        text.ShouldContain("System.InvalidOperationException: no such ***");
    }

    private static LogLine Line(string text) => new(0, default, LogLevel.Information, text);

    private sealed class StandingSink : ILogSink
    {
        public TaskCompletionSource Reached { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ManualResetEventSlim Go { get; } = new();

        public List<string> Texts { get; } = [];

        public void Write(LogLine line)
        {
            Reached.TrySetResult();
            Go.Wait();
            Texts.Add(line.Message);
        }

        public void Flush() { }

        public void Dispose() { }
    }
}
