using System.Text;

namespace CodexProxy.Tests.Commands;

/// <summary>A writer whose lines a test can wait for.</summary>
internal sealed class AwaitedLines : TextWriter
{
    private readonly Lock _lock = new();
    private readonly List<string> _lines = [];
    private readonly List<(string Text, TaskCompletionSource<string> Source)> _waiters = [];

    public override Encoding Encoding => Encoding.UTF8;

    /// <summary>Everything written so far.</summary>
    public string Text
    {
        get
        {
            lock (_lock)
            {
                return string.Concat(_lines.Select(line => line + "\n"));
            }
        }
    }

    public override void WriteLine(string? value)
    {
        lock (_lock)
        {
            _lines.Add(value ?? "");
            foreach (
                var (_, source) in _waiters.Where(waiter =>
                    value?.Contains(waiter.Text, StringComparison.Ordinal) == true
                )
            )
            {
                source.TrySetResult(value!);
            }
        }
    }

    /// <summary>The first line, past or future, that holds the text.</summary>
    public Task<string> WaitForAsync(string text)
    {
        lock (_lock)
        {
            if (_lines.Find(line => line.Contains(text, StringComparison.Ordinal)) is { } found)
            {
                return Task.FromResult(found);
            }

            var source = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiters.Add((text, source));
            return source.Task.WaitAsync(TimeSpan.FromSeconds(30));
        }
    }
}
