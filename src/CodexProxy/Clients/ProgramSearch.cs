using CodexProxy.Options;

namespace CodexProxy.Clients;

/// <summary>Finds programs as a shell would.</summary>
internal static class ProgramSearch
{
    /// <summary>Full path of a program in a folder of <c>PATH</c>; null when there is none.</summary>
    /// <param name="name">Its name, without ending.</param>
    /// <param name="inputs">The environment.</param>
    public static string? Find(string name, OptionInputs inputs)
    {
        string[] endings = OperatingSystem.IsWindows() ? [".exe", ".cmd", ".bat"] : [""];
        return (inputs.Environment("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(Path.IsPathFullyQualified)
            .SelectMany(folder => endings.Select(ending => Path.Combine(folder, name + ending)))
            .FirstOrDefault(IsProgram);
    }

    /// <summary>The shell command that runs this program: its name where <c>PATH</c> has it, else its full path.</summary>
    public static string OwnCommand(OptionInputs inputs)
    {
        if (Find(ProductInfo.Name, inputs) is not null)
        {
            return ProductInfo.Name;
        }

        var process = Environment.ProcessPath ?? ProductInfo.Name;
        return Path.GetFileNameWithoutExtension(process) == ProductInfo.Name
            ? Quoted(process)
            : $"{Quoted(process)} {Quoted(Path.Combine(AppContext.BaseDirectory, ProductInfo.Name + ".dll"))}";
    }

    private static bool IsProgram(string path) =>
        File.Exists(path)
        && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & UnixFileMode.UserExecute) != 0);

    private static string Quoted(string path) =>
        path.All(letter => char.IsAsciiLetterOrDigit(letter) || "/._-+:\\".Contains(letter, StringComparison.Ordinal))
            ? path
        : OperatingSystem.IsWindows() ? $"\"{path}\""
        : $"'{path.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
