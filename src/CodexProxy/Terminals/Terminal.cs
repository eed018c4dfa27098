using System.CommandLine;
using System.Text;

namespace CodexProxy.Terminals;

/// <summary>
/// The only writer of commands. Results go to the first stream, everything about the program itself to the second;
/// colour only where a person looks at it.
/// </summary>
/// <param name="output">Receives results.</param>
/// <param name="messages">Receives errors and hints.</param>
/// <param name="outputColour">Whether <paramref name="output"/> shows colour.</param>
/// <param name="messageColour">Whether <paramref name="messages"/> shows colour.</param>
public sealed class Terminal(TextWriter output, TextWriter messages, bool outputColour, bool messageColour)
{
    private TextReader? _input;
    private int? _width;
    private const int LabelWidth = 10;

    private bool _readsConsole;

    /// <summary>The terminal, pipe or file this process writes to.</summary>
    public static Terminal OfProcess() =>
        new(
            Untouched(Console.OpenStandardOutput) ?? Console.Out,
            Untouched(Console.OpenStandardError) ?? Console.Error,
            ShowsColour(Console.IsOutputRedirected, Environment.GetEnvironmentVariable),
            ShowsColour(Console.IsErrorRedirected, Environment.GetEnvironmentVariable)
        )
        {
            _readsConsole = true,
            IsInteractive = !Console.IsInputRedirected && !Console.IsOutputRedirected,
        };

    /// <summary>What a person types, or a program pipes in. Default nothing.</summary>
    public TextReader Input
    {
        get => _input ?? (_readsConsole ? Console.In : TextReader.Null);
        init => _input = value;
    }

    /// <summary>Whether a person sits there to be asked. Default not.</summary>
    public bool IsInteractive { get; init; }

    /// <summary>Columns of the screen. Default 0: not known.</summary>
    public int Width
    {
        // Asked late: asking changes the terminal's modes, which a client that takes over must find untouched.
        get => _width ?? (_readsConsole && !Console.IsOutputRedirected ? Console.WindowWidth : 0);
        init => _width = value;
    }

    /// <summary>The same terminal, with all that is said on the second stream: what is for people stays out of the result.</summary>
    public Terminal Aside() =>
        new(messages, messages, messageColour, messageColour)
        {
            _input = _input,
            _width = _width,
            _readsConsole = _readsConsole,
            IsInteractive = IsInteractive,
        };

    /// <summary>Makes a screen of its own; default none.</summary>
    internal Func<LiveScreen?>? Screen { get; init; }

    /// <summary>A screen that is drawn again and again; null where nobody looks at one.</summary>
    internal LiveScreen? OpenScreen() =>
        Screen is not null ? Screen()
        : !_readsConsole || !IsInteractive || Environment.GetEnvironmentVariable("TERM") is "dumb" ? null
        : new LiveScreen(
            output,
            () => (Console.WindowWidth, Console.WindowHeight),
            () => Console.KeyAvailable ? Console.ReadKey(intercept: true).KeyChar : null
        );

    private int MessageWidth => _readsConsole && Console.IsErrorRedirected ? 0 : Width;

    /// <summary>
    /// Whether colour is wanted: not in a pipe, not with <c>NO_COLOR</c> set to anything, not on a dumb terminal.
    /// </summary>
    public static bool ShowsColour(bool redirected, Func<string, string?> environment) =>
        !redirected && string.IsNullOrEmpty(environment("NO_COLOR")) && environment("TERM") != "dumb";

    /// <summary>Writes one line of the result as it is.</summary>
    public void Line(string text) => output.WriteLine(text);

    /// <summary>Writes a sentence of the result, on as many lines as the screen needs.</summary>
    public void Sentence(string text) => Hanging("", text);

    /// <summary>Writes a start and a sentence beside it, whose further lines begin under its first.</summary>
    public void Hanging(string start, string text) =>
        output.WriteLine(start + WordWrap.Of(text, WordWrap.Visible(start), Width));

    /// <summary>
    /// Writes one line of the result that starts with a dim label, padded so that the values stand in a column.
    /// </summary>
    /// <param name="label">The label.</param>
    /// <param name="text">The value.</param>
    /// <param name="whole">Whether the value stays on one line, so that it can be copied.</param>
    public void Labelled(string label, string text, bool whole = false)
    {
        var start = Style(label.PadRight(LabelWidth), "2", outputColour) + " ";
        if (whole)
        {
            Line(start + text);
        }
        else
        {
            Hanging(start, text);
        }
    }

    /// <summary>Writes one line of the result in bold.</summary>
    public void Heading(string text) => output.WriteLine(Style(text, "1", outputColour));

    /// <summary>Part of a result's line that stands out.</summary>
    public string Bold(string text) => Style(text, "1", outputColour);

    /// <summary>Part of a result's line that stands back.</summary>
    public string Dim(string text) => Style(text, "2", outputColour);

    /// <summary>Part of a result's line that tells of success.</summary>
    public string Good(string text) => Style(text, "32", outputColour);

    /// <summary>Part of a result's line that a person can use as it is.</summary>
    public string Usable(string text) => Style(text, "36", outputColour);

    /// <summary>Part of a result's line that warns.</summary>
    public string Warned(string text) => Style(text, "33", outputColour);

    /// <summary>Part of a result's line that asks for attention.</summary>
    public string Bad(string text) => Style(text, "31", outputColour);

    /// <summary>
    /// Writes a picture of squares, two rows to a line, dark on light where there is colour. Without colour the light
    /// squares are drawn, because most terminals are dark.
    /// </summary>
    /// <param name="isDark">Tells of each row and column whether it is dark.</param>
    public void Picture(bool[][] isDark)
    {
        for (var row = 0; row < isDark.Length; row += 2)
        {
            var upper = isDark[row];
            var lower = row + 1 < isDark.Length ? isDark[row + 1] : null;
            var line = string.Concat(
                upper.Select((dark, column) => Square(Inked(dark), Inked(lower?[column] ?? false)))
            );
            output.WriteLine(Style(line, "30;107", outputColour));
        }

        bool Inked(bool dark) => dark == outputColour;

        static char Square(bool upper, bool lower) =>
            (upper, lower) switch
            {
                (true, true) => '█',
                (true, false) => '▀',
                (false, true) => '▄',
                _ => ' ',
            };
    }

    /// <summary>Asks for a line; null when nobody answers any more.</summary>
    public async Task<string?> AskAsync(string question, CancellationToken cancellationToken)
    {
        messages.Write(question + " ");
        await messages.FlushAsync(cancellationToken);
        return await Input.ReadLineAsync(cancellationToken);
    }

    /// <summary>Asks for a text that must not be seen, or reads the first line of what is piped in; null when there is none.</summary>
    public async Task<string?> AskSecretAsync(string question, CancellationToken cancellationToken)
    {
        if (!IsInteractive)
        {
            return await Input.ReadLineAsync(cancellationToken);
        }

        if (!_readsConsole || _input is not null)
        {
            return await AskAsync(question, cancellationToken);
        }

        messages.Write(question + " ");
        await messages.FlushAsync(cancellationToken);
        var typed = new StringBuilder();
        while (Console.ReadKey(intercept: true) is { Key: not ConsoleKey.Enter } key)
        {
            if (key.Key == ConsoleKey.Backspace)
            {
                typed.Length = Math.Max(0, typed.Length - 1);
            }
            else if (!char.IsControl(key.KeyChar))
            {
                typed.Append(key.KeyChar);
            }
        }

        messages.WriteLine();
        return typed.ToString();
    }

    /// <summary>Asks a question that only "y" or "yes" answers with yes. Where nobody can be asked the answer is no.</summary>
    public async Task<bool> ConfirmAsync(string question, CancellationToken cancellationToken) =>
        IsInteractive
        && (await AskAsync($"{question} [y/N]", cancellationToken))?.Trim().ToLowerInvariant() is "y" or "yes";

    /// <summary>Writes a sentence about the program itself, on as many lines as the screen needs.</summary>
    public void Message(string text) => messages.WriteLine(WordWrap.Of(text, 0, MessageWidth));

    /// <summary>Writes one line about the program itself as it is, and leaves the terminal as it is.</summary>
    public void MessageLine(string text) => messages.WriteLine(text);

    /// <summary>Writes an error. The word says it; the colour only helps.</summary>
    public void Error(string text)
    {
        const string Start = "error: ";
        messages.WriteLine(
            Style(Start.TrimEnd(), "31", messageColour) + " " + WordWrap.Of(text, Start.Length, MessageWidth)
        );
    }

    /// <summary>Lets the command line's own help and version texts go the same way.</summary>
    /// <remarks>Signals are left to the host, which lets running streams end.</remarks>
    internal InvocationConfiguration ToInvocation() =>
        new()
        {
            Output = output,
            Error = messages,
            ProcessTerminationTimeout = null,
        };

    // The console's own writers switch the terminal's keypad when they are made; these do when they are first used. A
    // program that this process becomes finds the terminal as it was.
    private static TextWriter? Untouched(Func<Stream> open) =>
        OperatingSystem.IsWindows() ? null : TextWriter.Synchronized(new StreamWriter(open()) { AutoFlush = true });

    private static string Style(string text, string code, bool colour) => colour ? $"\e[{code}m{text}\e[0m" : text;
}
