namespace CodexProxy.Autostart;

/// <summary>A service as the system wants it: one file, and the commands that make the system take it, leave it, and tell of it.</summary>
/// <param name="Kind">What the system calls it.</param>
/// <param name="FilePath">The file.</param>
/// <param name="Content">What stands in it.</param>
/// <param name="Start">Commands that take it into use; they may be run again.</param>
/// <param name="Stop">Commands that end it and take it out of use.</param>
/// <param name="Query">Command that succeeds while it runs.</param>
/// <param name="Hint">What a person may want to do beside; null for nothing.</param>
internal sealed record ServiceDefinition(
    string Kind,
    string FilePath,
    string Content,
    IReadOnlyList<IReadOnlyList<string>> Start,
    IReadOnlyList<IReadOnlyList<string>> Stop,
    IReadOnlyList<string> Query,
    string? Hint
)
{
    /// <summary>What only a file for this state folder holds; null where the file lies in it.</summary>
    public string? Mark { get; init; }

    /// <summary>The link by which the system starts it; null where there is none.</summary>
    public string? LinkPath { get; init; }

    /// <summary>Whether its file is there.</summary>
    public bool IsInstalled => File.Exists(FilePath);

    /// <summary>Whether its file is there and starts the gateway of this state folder: a user has one service and may have several folders.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public bool IsOfThisFolder =>
        IsInstalled && (Mark is null || File.ReadAllText(FilePath).Contains(Mark, StringComparison.Ordinal));

    /// <summary>Removes its file, and the link that a system which could not be asked has left.</summary>
    /// <exception cref="IOException">It cannot be removed.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be removed.</exception>
    public void Remove()
    {
        File.Delete(FilePath);
        if (LinkPath is not null && new FileInfo(LinkPath).LinkTarget is not null)
        {
            File.Delete(LinkPath);
        }
    }

    /// <summary>The service of this system; null where none is known.</summary>
    public static ServiceDefinition? OfSystem(ServiceFacts facts) =>
        OperatingSystem.IsLinux() ? SystemdUnit.Define(facts)
        : OperatingSystem.IsMacOS() ? LaunchAgent.Define(facts)
        : OperatingSystem.IsWindows() ? LogonTask.Define(facts)
        : null;
}
