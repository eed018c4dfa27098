namespace CodexProxy.Options;

/// <summary>The table of all settings. Its names are a contract: changing one breaks somebody's set-up.</summary>
public static class Settings
{
    /// <summary>Folder of the program's own state.</summary>
    public static Setting<string> Home { get; } =
        new()
        {
            Path = "home",
            Summary = "Folder of the program's own state.",
            Variables = ["CODEX_PROXY_HOME"],
            InFile = false,
            NeedsRestart = true,
            Kind = new PathKind(),
            Get = options => options.Home,
            Set = (options, value) => options with { Home = value },
        };

    /// <summary>The configuration file.</summary>
    public static Setting<string> ConfigPath { get; } =
        new()
        {
            Path = "config",
            Summary = "The configuration file.",
            Flag = "--config",
            Variables = ["CODEX_PROXY_CONFIG"],
            InFile = false,
            NeedsRestart = true,
            Kind = new PathKind(),
            Get = options => options.ConfigPath,
            Set = (options, value) => options with { ConfigPath = value },
        };

    /// <summary>Every setting, in the order of the documentation.</summary>
    public static IReadOnlyList<Setting> All { get; } =
    [
        Home,
        ConfigPath,
        .. ServerSettings.All,
        .. ConnectionSettings.All,
        .. AccountSettings.All,
        .. UpstreamSettings.All,
        .. AlternateSettings.All,
        .. ModelSettings.All,
        .. MessageSettings.All,
        .. UsageSettings.All,
        .. LoginSettings.All,
        .. LogSettings.All,
    ];
}
