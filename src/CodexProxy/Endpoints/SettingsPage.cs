using CodexProxy.Options;
using CodexProxy.Views;

namespace CodexProxy.Endpoints;

/// <summary>The settings in force, for people.</summary>
/// <param name="options">The settings.</param>
/// <param name="inputs">Whose folders paths are shortened by; null where there is no user.</param>
internal sealed class SettingsPage(OptionsSource options, OptionInputs? inputs)
{
    /// <summary>All of them, as they are now.</summary>
    public SettingsView View =>
        SettingsView.Of(options.Current, inputs is null ? new ProxyOptions() : OptionsLoader.Defaults(inputs), Shown);

    /// <summary>A path for people.</summary>
    public string Shown(string path) => inputs?.Shown(path) ?? path;
}
