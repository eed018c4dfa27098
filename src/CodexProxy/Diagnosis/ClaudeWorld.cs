using CodexProxy.Clients;

namespace CodexProxy.Diagnosis;

/// <summary>What leads Claude Code: its settings files of this folder and user, and the shell.</summary>
/// <remarks>Where both name a variable the settings win; among them the file nearest to the project.</remarks>
internal sealed class ClaudeWorld
{
    private readonly Surveyed _surveyed;
    private readonly List<(string Shown, JsonTextEditor Text)> _files = [];

    /// <summary>Reads the files.</summary>
    public ClaudeWorld(Surveyed surveyed)
    {
        _surveyed = surveyed;
        var local = ClaudeSettingsFile.OfProject(surveyed.Inputs);
        string[] paths =
        [
            local,
            Path.Combine(Path.GetDirectoryName(local)!, "settings.json"),
            ClaudeSettingsFile.OfUser(surveyed.Inputs),
        ];
        foreach (var path in paths.Distinct())
        {
            Read(path);
        }
    }

    /// <summary>Why a file is not in force; null when all that exist are.</summary>
    public Finding? Trouble { get; private set; }

    /// <summary>The files that are in force, as shown to people.</summary>
    public IReadOnlyList<string> Files => [.. _files.Select(file => file.Shown)];

    /// <summary>A variable of the settings; null when none sets it.</summary>
    public string? Setting(string name) =>
        _files.Select(file => file.Text.FindText("env", name)).FirstOrDefault(value => value is not null);

    /// <summary>The settings file that sets a variable; null when none does.</summary>
    public string? FileOf(string name) => _files.FirstOrDefault(file => file.Text.Find("env", name) is not null).Shown;

    /// <summary>A variable of the shell; null when it is not set or empty.</summary>
    public string? Shell(string name) => _surveyed.Inputs.Environment(name) is { Length: > 0 } value ? value : null;

    /// <summary>The value that the client sees.</summary>
    public string? Effective(string name) => Setting(name) ?? Shell(name);

    /// <summary>Where the value that the client sees comes from.</summary>
    public string SourceOf(string name) => FileOf(name) ?? "the shell";

    /// <summary>The command of the status line; null when there is none.</summary>
    public string? StatusCommand =>
        _files
            .Where(file => file.Text.Find("statusLine") is ['{', ..])
            .Select(file => file.Text.FindText("statusLine", "command"))
            .FirstOrDefault(command => command is not null);

    private void Read(string path)
    {
        var shown = _surveyed.Inputs.Shown(path);
        try
        {
            if (!File.Exists(path))
            {
                return;
            }

            var bytes = File.ReadAllBytes(path);
            var text = new JsonTextEditor(bytes);
            // What would be refused later is refused here, with its file.
            _ = text.NamesOf("env");
            _ = text.Find("statusLine") is ['{', ..] ? text.NamesOf("statusLine") : [];
            if (ClaudeSetup.RefusedByClient(bytes) is { } refusal)
            {
                Trouble = Finding.Problem($"{shown} is not in force. {refusal}", "Take them out.");
                return;
            }

            _files.Add((shown, text));
        }
        catch (JsonTextException exception)
        {
            Trouble = Finding.Problem(
                $"{shown} is not in force: {exception.Message}.",
                "Correct the file at that place."
            );
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Trouble = Finding.Problem($"{shown} cannot be read.", "Make it readable for this user.");
        }
    }
}
