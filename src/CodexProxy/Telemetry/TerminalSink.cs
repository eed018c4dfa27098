namespace CodexProxy.Telemetry;

/// <summary>Writes log lines to a stream of the process.</summary>
/// <param name="output">Usually the standard error stream.</param>
/// <param name="form">How a line is written.</param>
internal sealed class TerminalSink(TextWriter output, Func<LogLine, string> form) : ILogSink
{
    /// <summary>The standard error stream of this process.</summary>
    public static TextWriter OfProcess() => new StreamWriter(Console.OpenStandardError());

    /// <inheritdoc/>
    public void Write(LogLine line) => Try(() => output.WriteLine(form(line)));

    /// <inheritdoc/>
    public void Flush() => Try(output.Flush);

    /// <inheritdoc/>
    public void Dispose() => Flush();

    private static void Try(Action write)
    {
        try
        {
            write();
        }
        catch (IOException)
        {
            // The other end of a pipe has gone, or the disk is full. A server goes on without somebody who reads its log.
        }
    }
}
