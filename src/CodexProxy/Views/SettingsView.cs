using CodexProxy.Options;

namespace CodexProxy.Views;

/// <summary>Every setting, its value in force, and where that came from. Never a secret.</summary>
/// <param name="Home">Folder of the program's own state, as shown to people.</param>
/// <param name="ConfigPath">The configuration file, as shown to people.</param>
/// <param name="Settings">In the order of the documentation.</param>
internal sealed record SettingsView(string Home, string ConfigPath, IReadOnlyList<SettingView> Settings)
{
    /// <summary>The view of the settings in force.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="defaults">The settings of somebody who has set nothing.</param>
    /// <param name="shown">Writes a path for people.</param>
    public static SettingsView Of(ProxyOptions options, ProxyOptions defaults, Func<string, string> shown) =>
        new(
            shown(options.Home),
            shown(options.ConfigPath),
            [.. Options.Settings.All.Select(setting => SettingView.Of(setting, options, defaults, shown))]
        );
}

/// <summary>One setting.</summary>
internal sealed record SettingView
{
    /// <summary>Its place in the file.</summary>
    public required string Name { get; init; }

    /// <summary>What it is for, one sentence.</summary>
    public required string Description { get; init; }

    /// <summary>Its value; <c>***</c> for a secret, empty for none.</summary>
    public required string Value { get; init; }

    /// <summary><c>flag</c>, <c>environment</c>, <c>file</c> or <c>default</c>.</summary>
    public required string Origin { get; init; }

    /// <summary>The flag, the variable, or the place in the file; null for a default.</summary>
    public string? Source { get; init; }

    /// <summary>The value without anything set.</summary>
    public required string Default { get; init; }

    /// <summary>What values it takes, for people.</summary>
    public required string Expected { get; init; }

    /// <summary>Its environment variables.</summary>
    public required IReadOnlyList<string> Environment { get; init; }

    /// <summary>Its flag; null when it has none.</summary>
    public string? Flag { get; init; }

    /// <summary>Whether its value is never shown.</summary>
    public required bool Secret { get; init; }

    /// <summary>Whether a change takes effect at the next start only.</summary>
    public required bool NeedsRestart { get; init; }

    public static SettingView Of(
        Setting setting,
        ProxyOptions options,
        ProxyOptions defaults,
        Func<string, string> shown
    )
    {
        var source = options.SourceOf(setting.Path);
        return new SettingView
        {
            Name = setting.Path,
            Description = setting.Summary,
            Value = shown(setting.Text(options)),
            Origin = source.Origin.ToString().ToLowerInvariant(),
            Source = source.Name is { Length: > 0 } name ? name : null,
            Default = shown(setting.Text(defaults)),
            Expected = setting.Shape.Expected,
            Environment = setting.Variables,
            Flag = setting.Flag,
            Secret = setting.IsSecret,
            NeedsRestart = setting.NeedsRestart,
        };
    }
}
