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
    /// <summary>The service of this system; null where none is known.</summary>
    public static ServiceDefinition? OfSystem(ServiceFacts facts) =>
        OperatingSystem.IsLinux() ? SystemdUnit.Define(facts)
        : OperatingSystem.IsMacOS() ? LaunchAgent.Define(facts)
        : OperatingSystem.IsWindows() ? LogonTask.Define(facts)
        : null;
}
