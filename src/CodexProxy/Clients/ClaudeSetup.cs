namespace CodexProxy.Clients;

/// <summary>A settings text after an edit.</summary>
/// <param name="Text">The new text.</param>
/// <param name="Remarks">What a person should know of it, as sentences.</param>
internal sealed record SettingsEdit(byte[] Text, IReadOnlyList<string> Remarks);

/// <summary>How one setting of ours stands in a settings file.</summary>
/// <param name="Name">Its name, with the object it stands in.</param>
/// <param name="State">How it stands.</param>
internal sealed record SettingStanding(string Name, SettingState State);

/// <summary>How a setting stands.</summary>
internal enum SettingState
{
    /// <summary>As this program sets it.</summary>
    Set,

    /// <summary>It is not there.</summary>
    Missing,

    /// <summary>It has another value.</summary>
    Differs,

    /// <summary>It is there and should not be.</summary>
    Rival,

    /// <summary>It belongs to somebody else, which is no fault.</summary>
    Foreign,
}

/// <summary>What this program writes into Claude Code's settings, takes out again, and compares.</summary>
/// <param name="environment">The variables.</param>
/// <param name="ownCommand">The shell command that runs this program.</param>
internal sealed class ClaudeSetup(ClientEnvironment environment, string ownCommand)
{
    private const string Variables = "env";
    private const string Preflight = "skipWebFetchPreflight";
    private const string StatusLine = "statusLine";

    /// <summary>The status line's command.</summary>
    public string StatusCommand { get; } = ownCommand + " statusline";

    /// <summary>Whether a status line's command is one of this program's, wherever it lies.</summary>
    public static bool IsOurs(string command) =>
        command.EndsWith(" statusline", StringComparison.Ordinal)
        && command.Contains(Options.ProductInfo.Name, StringComparison.Ordinal);

    /// <summary>Writes everything that leads the client here.</summary>
    /// <exception cref="JsonTextException">The text cannot be edited.</exception>
    public SettingsEdit Apply(ReadOnlySpan<byte> text)
    {
        var editor = new JsonTextEditor(text);
        var remarks = new List<string>();
        foreach (var rival in ClientEnvironment.Rivals)
        {
            if (editor.Remove(Variables, rival))
            {
                remarks.Add($"{rival} is taken out, because it would lead the client elsewhere.");
            }
        }

        foreach (var (name, value) in environment.Variables())
        {
            editor.SetText(value, Variables, name);
        }

        editor.Set("true", Preflight);
        if (editor.Find(StatusLine) is null)
        {
            editor.SetText("command", StatusLine, "type");
            editor.SetText(StatusCommand, StatusLine, "command");
        }
        else if (StatusCommandOf(editor) is { } command && IsOurs(command))
        {
            editor.SetText(StatusCommand, StatusLine, "command");
        }
        else
        {
            remarks.Add("The status line that is set already stays as it is.");
        }

        return new SettingsEdit(editor.ToBytes(), remarks);
    }

    /// <summary>Takes out what <see cref="Apply"/> writes, and nothing else: of variables that may be another's, only equal ones.</summary>
    /// <param name="text">The settings.</param>
    /// <param name="byAddress">As in <see cref="LeadsHere(ReadOnlySpan{byte}, bool)"/>.</param>
    /// <param name="before">The settings before, from which comes back what <see cref="Apply"/> took out or replaced; null for none.</param>
    /// <exception cref="JsonTextException">The text cannot be edited.</exception>
    public SettingsEdit Remove(ReadOnlySpan<byte> text, bool byAddress = false, byte[]? before = null)
    {
        var editor = Remove(new JsonTextEditor(text), byAddress);
        if (before is not null)
        {
            var earlier = new JsonTextEditor(before);
            foreach (
                var path in environment
                    .Variables()
                    .Select(variable => variable.Key)
                    .Concat(ClientEnvironment.Rivals)
                    .Select(name => (string[])[Variables, name])
                    .Append([Preflight])
            )
            {
                if (earlier.Find(path) is { } value && editor.Find(path) is null)
                {
                    editor.Set(value, path);
                }
            }
        }

        return new SettingsEdit(editor.ToBytes(), []);
    }

    /// <summary>Leads the client to its vendor, with the vendor's key.</summary>
    /// <exception cref="JsonTextException">The text cannot be edited.</exception>
    public SettingsEdit Direct(ReadOnlySpan<byte> text, string apiKey)
    {
        var editor = Remove(new JsonTextEditor(text));
        editor.Remove(Variables, "ANTHROPIC_BASE_URL");
        editor.Remove(Variables, ClientEnvironment.KeyVariable);
        editor.SetText(apiKey, Variables, "ANTHROPIC_API_KEY");
        return new SettingsEdit(editor.ToBytes(), []);
    }

    /// <summary>Leads the client to another gateway.</summary>
    /// <exception cref="JsonTextException">The text cannot be edited.</exception>
    public SettingsEdit Point(ReadOnlySpan<byte> text, string apiUrl, string apiKey)
    {
        var editor = Remove(new JsonTextEditor(text));
        editor.Remove(Variables, "ANTHROPIC_API_KEY");
        editor.SetText(apiUrl, Variables, "ANTHROPIC_BASE_URL");
        editor.SetText(apiKey, Variables, ClientEnvironment.KeyVariable);
        return new SettingsEdit(editor.ToBytes(), []);
    }

    /// <summary>Whether a text leads the client to this installation: it shows its key. Another one may listen at the same address.</summary>
    /// <param name="text">The settings.</param>
    /// <param name="byAddress">Whether the address is enough, because the key that was written is not known any more.</param>
    /// <exception cref="JsonTextException">The text cannot be read.</exception>
    public bool LeadsHere(ReadOnlySpan<byte> text, bool byAddress) => LeadsHere(new JsonTextEditor(text), byAddress);

    /// <summary>How each setting stands, in the order in which they are written.</summary>
    /// <exception cref="JsonTextException">The text cannot be read.</exception>
    public IReadOnlyList<SettingStanding> Compare(ReadOnlySpan<byte> text)
    {
        var editor = new JsonTextEditor(text);
        List<SettingStanding> standings =
        [
            .. environment
                .Variables()
                .Select(variable => new SettingStanding(
                    $"{Variables}.{variable.Key}",
                    StateOf(
                        editor.Find(Variables, variable.Key) is not null,
                        editor.FindText(Variables, variable.Key) == variable.Value
                    )
                )),
            new(Preflight, StateOf(editor.Find(Preflight) is not null, editor.Find(Preflight) == "true")),
        ];
        var command = StatusCommandOf(editor);
        standings.Add(
            new(
                StatusLine,
                editor.Find(StatusLine) is not null && (command is null || !IsOurs(command))
                    ? SettingState.Foreign
                    : StateOf(command is not null, command == StatusCommand)
            )
        );
        standings.AddRange(
            ClientEnvironment
                .Rivals.Where(rival => editor.Find(Variables, rival) is not null)
                .Select(rival => new SettingStanding($"{Variables}.{rival}", SettingState.Rival))
        );
        return standings;
    }

    /// <summary>The first comment or trailing comma of a text, which Claude Code does not load; null when there is none.</summary>
    public static string? RefusedByClient(ReadOnlySpan<byte> text)
    {
        var plain = text.StartsWith("\uFEFF"u8) ? text[3..] : text;
        if (plain.Trim(" \t\r\n"u8).IsEmpty)
        {
            return null;
        }

        var reader = new System.Text.Json.Utf8JsonReader(plain);
        try
        {
            while (reader.Read())
            {
                // Only whether it can be read matters.
            }

            return null;
        }
        catch (System.Text.Json.JsonException exception)
        {
            return $"Claude Code does not load a settings file with comments or trailing commas: look at line {(exception.LineNumber ?? 0) + 1}.";
        }
    }

    private bool LeadsHere(JsonTextEditor editor, bool byAddress) =>
        editor.FindText(Variables, ClientEnvironment.KeyVariable) == environment.Key.Reveal()
        || (byAddress && editor.FindText(Variables, "ANTHROPIC_BASE_URL") == environment.BaseUrl);

    private JsonTextEditor Remove(JsonTextEditor editor, bool byAddress = false)
    {
        // Where the block is this installation's, old values of ours go as well.
        var ours = LeadsHere(editor, byAddress);
        var removed = false;
        foreach (var (name, value) in environment.Variables())
        {
            if (ours || editor.FindText(Variables, name) == value)
            {
                removed |= editor.Remove(Variables, name);
            }
        }

        if (removed && editor.Find(Variables) == "{}")
        {
            editor.Remove(Variables);
        }

        if (editor.Find(Preflight) == "true" && removed)
        {
            editor.Remove(Preflight);
        }

        if (StatusCommandOf(editor) is { } command && IsOurs(command))
        {
            editor.Remove(StatusLine);
        }

        return editor;
    }

    private static string? StatusCommandOf(JsonTextEditor editor) =>
        editor.Find(StatusLine) is ['{', ..] ? editor.FindText(StatusLine, "command") : null;

    private static SettingState StateOf(bool there, bool equal) =>
        equal ? SettingState.Set
        : there ? SettingState.Differs
        : SettingState.Missing;
}
