namespace CodexProxy.Launcher;

/// <summary>How a shell sets and removes environment variables.</summary>
internal sealed class ShellDialect
{
    private readonly Func<string, string, string> _set;
    private readonly Func<string, string> _remove;

    private ShellDialect(string name, Func<string, string, string> set, Func<string, string> remove)
    {
        Name = name;
        _set = set;
        _remove = remove;
    }

    /// <summary>Every dialect.</summary>
    public static IReadOnlyList<ShellDialect> All { get; } =
    [
        new("bash", (name, value) => $"export {name}={Posix(value)}", name => $"unset {name}"),
        new("zsh", (name, value) => $"export {name}={Posix(value)}", name => $"unset {name}"),
        new("fish", (name, value) => $"set -gx {name} {Fish(value)}", name => $"set -e {name}"),
        new(
            "powershell",
            (name, value) => $"$env:{name} = {PowerShell(value)}",
            name => $"Remove-Item Env:{name} -ErrorAction SilentlyContinue"
        ),
    ];

    /// <summary>Names of all dialects.</summary>
    public static string[] Names { get; } = [.. All.Select(dialect => dialect.Name)];

    /// <summary>Name of the shell.</summary>
    public string Name { get; }

    /// <summary>The dialect of this name.</summary>
    public static ShellDialect Of(string name) => All.First(dialect => dialect.Name == name);

    /// <summary>The dialect of the user's shell, as far as it can be guessed; that of bash suits most others.</summary>
    /// <param name="shell">Value of <c>SHELL</c>.</param>
    /// <param name="isWindows">Whether this is Windows.</param>
    public static ShellDialect Guess(string? shell, bool isWindows)
    {
        var name = string.IsNullOrEmpty(shell) ? "" : Path.GetFileNameWithoutExtension(shell);
        return All.FirstOrDefault(dialect => dialect.Name == name)
            ?? Of(name == "pwsh" || (isWindows && name.Length == 0) ? "powershell" : "bash");
    }

    /// <summary>The command that sets a variable for the programs started later.</summary>
    public string Set(string name, string value) => _set(name, value);

    /// <summary>The command that removes a variable; does nothing when there is none.</summary>
    public string Remove(string name) => _remove(name);

    private static string Posix(string value) => $"'{value.Replace("'", @"'\''", StringComparison.Ordinal)}'";

    private static string Fish(string value)
    {
        var escaped = value
            .Replace(@"\", @"\\", StringComparison.Ordinal)
            .Replace("'", @"\'", StringComparison.Ordinal);
        return $"'{escaped}'";
    }

    // It takes the typographic quotes for the plain one, so that they end a text as well.
    private static string PowerShell(string value) =>
        $"'{string.Concat(value.Select(letter => letter is '\'' or (>= '\u2018' and <= '\u201b') ? $"{letter}{letter}" : $"{letter}"))}'";
}
