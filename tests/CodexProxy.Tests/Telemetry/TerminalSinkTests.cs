using System.Text;
using CodexProxy.Telemetry;
using Microsoft.Extensions.Logging;

namespace CodexProxy.Tests.Telemetry;

/// <summary>Lines for a stream that may break.</summary>
public sealed class TerminalSinkTests
{
    [Fact]
    public void A_stream_that_takes_nothing_for_a_while_costs_only_the_lines_of_that_while()
    {
        using var stream = new BrokenStream();
        using var writer = new StreamWriter(stream);
        using (var queue = new LogQueue(new TerminalSink(writer, line => line.Message)))
        {
            // Longer than the writer holds back: it is written in the midst of the line.
            queue.Add(Line(new string('x', 100_000)));
            stream.Tried.Wait(TimeSpan.FromSeconds(10)).ShouldBeTrue();
            stream.IsWhole = true;
            queue.Add(Line("after"));
        }

        Encoding.UTF8.GetString(stream.ToArray()).ShouldEndWith("after" + Environment.NewLine);
    }

    private static LogLine Line(string text) => new(0, default, LogLevel.Information, text);

    private sealed class BrokenStream : MemoryStream
    {
        public ManualResetEventSlim Tried { get; } = new();

        public volatile bool IsWhole;

        public override void Write(byte[] buffer, int offset, int count)
        {
            Tried.Set();
            if (!IsWhole)
            {
                throw new IOException("No space left on device");
            }

            base.Write(buffer, offset, count);
        }

        protected override void Dispose(bool disposing)
        {
            Tried.Dispose();
            base.Dispose(disposing);
        }
    }
}
