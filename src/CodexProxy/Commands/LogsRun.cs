using CodexProxy.Launcher;
using CodexProxy.Options;
using CodexProxy.Telemetry;

namespace CodexProxy.Commands;

/// <summary>Shows what is wanted of the log files, and goes on with what comes.</summary>
/// <param name="options">The settings in force.</param>
/// <param name="filter">Which lines are wanted.</param>
/// <param name="screen">Where they are shown.</param>
/// <param name="context">Clock, and where hints go.</param>
internal sealed class LogsRun(ProxyOptions options, LogFilter filter, LogScreen screen, CommandContext context)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private readonly LogHistory _history = new(options.Home);

    /// <summary>Shows the last lines that are wanted.</summary>
    /// <param name="lines">How many at most.</param>
    /// <param name="follow">Whether to go on until it is cancelled.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>An <see cref="ExitCode"/>.</returns>
    public async Task<int> RunAsync(int lines, bool follow, CancellationToken cancellationToken)
    {
        using var reader = new LogReader(_history.Current(options.Log));
        try
        {
            if (!reader.Exists)
            {
                context.Terminal.Message(
                    $"There is no log yet. A gateway writes one while it runs; `{ProductInfo.Name} start --background` starts it."
                );
            }

            ShowLast(reader, lines, follow);
            if (!follow)
            {
                TellLastWords();
                return ExitCode.Done;
            }

            while (true)
            {
                await Task.Delay(Interval, context.Time, cancellationToken);
                foreach (var line in Wanted(reader.ReadNew()))
                {
                    screen.Show(line.Text, line.Line);
                }
            }
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Done;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            context.Terminal.Error($"The log cannot be read: {exception.Message}");
            return ExitCode.Failed;
        }
    }

    private void ShowLast(LogReader reader, int lines, bool follow)
    {
        if (filter.IsOpen && lines < int.MaxValue)
        {
            reader.SeekLast(lines);
        }

        List<(string Text, LogLine? Line)> found = [.. Wanted(reader.ReadNew())];
        if (!follow)
        {
            found.AddRange(Wanted(reader.ReadUnfinished()));
        }

        // Only as many files are read as are needed.
        foreach (var path in options.Log.File ? _history.Older() : [])
        {
            if (
                found.Count >= lines
                || (filter.Since is { } since && File.GetLastWriteTimeUtc(path) < since.UtcDateTime)
            )
            {
                break;
            }

            found.InsertRange(0, Wanted(File.ReadLines(path)));
        }

        foreach (var (text, line) in found.TakeLast(lines))
        {
            screen.Show(text, line);
        }
    }

    private IEnumerable<(string Text, LogLine? Line)> Wanted(IEnumerable<string> lines)
    {
        foreach (var text in lines)
        {
            LogText.TryRead(text, out var line);
            if (filter.Takes(text, line))
            {
                yield return (text, line);
            }
        }
    }

    private void TellLastWords()
    {
        if (options.Log.File && _history.LastWords() is { Count: > 0 } words)
        {
            context.Terminal.Message("The process wrote this after its last line (logs/server.log):");
            foreach (var word in words)
            {
                context.Terminal.MessageLine($"  {LogText.OneLine(word)}");
            }
        }
    }
}
