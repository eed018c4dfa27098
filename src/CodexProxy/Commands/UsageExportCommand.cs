using System.CommandLine;
using System.Globalization;
using System.Text;
using CodexProxy.Terminals;
using CodexProxy.Usage;

namespace CodexProxy.Commands;

/// <summary><c>codex-proxy usage export</c>: every request of a time, for other programs.</summary>
internal static class UsageExportCommand
{
    private static readonly Option<string> Format = MakeFormat();

    private static readonly Option<string?> Out = new("--out")
    {
        Description = "File to write, which must not exist; without it the text goes to the terminal or pipe",
        HelpName = "file",
    };

    /// <summary>The command.</summary>
    public static Command Create(CommandContext context)
    {
        var command = new Command("export", "Write every request of a time: names, times and counts, never content")
        {
            Format,
            UsageRun.Since,
            UsageRun.Until,
            Out,
        };
        command.SetAction(
            (parsed, cancelled) => UsageRun.StartAsync(context, parsed, run => RunAsync(run, parsed, cancelled))
        );
        return command;
    }

    private static async Task<int> RunAsync(UsageRun run, ParseResult parsed, CancellationToken cancellationToken)
    {
        var since = run.TimeOf(parsed, UsageRun.Since);
        var until = run.TimeOf(parsed, UsageRun.Until);
        var format = Enum.Parse<ExportFormat>(parsed.GetValue(Format)!, ignoreCase: true);
        var reader = await run.OpenAsync(cancellationToken);
        var records = reader.ReadAllAsync(since, until, cancellationToken);
        if (parsed.GetValue(Out) is not { } file)
        {
            await using var lines = new TerminalStream(run.Terminal);
            await UsageExport.WriteAsync(records, format, lines, cancellationToken);
            return ExitCode.Done;
        }

        try
        {
            long count;
            await using (var stream = Create(file))
            {
                count = await UsageExport.WriteAsync(records, format, stream, cancellationToken);
            }

            run.Terminal.Message(
                string.Create(CultureInfo.InvariantCulture, $"{count:N0} requests were written to {file}.")
            );
            return ExitCode.Done;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            run.Terminal.Error($"{file} cannot be written: {exception.Message}");
            return ExitCode.Failed;
        }
    }

    private static FileStream Create(string file)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(file, options);
    }

    private static Option<string> MakeFormat()
    {
        var option = new Option<string>("--format")
        {
            Description = "csv or json (csv)",
            HelpName = "format",
            DefaultValueFactory = _ => "csv",
        };
        option.AcceptOnlyFromAmong("csv", "json");
        return option;
    }

    /// <summary>Hands whole lines to the terminal, which is made for lines.</summary>
    private sealed class TerminalStream(Terminal terminal) : Stream
    {
        private readonly StringBuilder _text = new();

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        // Each part ends at the end of a character: it was made of whole texts.
        public override void Write(byte[] buffer, int offset, int count)
        {
            _text.Append(Encoding.UTF8.GetString(buffer, offset, count));
            var text = _text.ToString();
            var end = text.LastIndexOf('\n');
            if (end < 0)
            {
                return;
            }

            foreach (var line in text[..end].Split('\n'))
            {
                terminal.Line(line.TrimEnd('\r'));
            }

            _text.Clear().Append(text.AsSpan(end + 1));
        }

        public override void Flush() { }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
