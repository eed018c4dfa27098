using CodexProxy.Launcher;
using CodexProxy.Options;

namespace CodexProxy.Autostart;

/// <summary>What a service is made from.</summary>
/// <param name="Command">Program and arguments that serve in the foreground.</param>
/// <param name="Variables">Environment variables that the settings of this user need.</param>
/// <param name="WritableFolders">All folders that the gateway writes to.</param>
/// <param name="UserFolder">The user's folder.</param>
/// <param name="ConfigFolder">Where the user's programs keep their settings, as XDG says.</param>
/// <param name="StateFolder">Where the gateway keeps its state.</param>
internal sealed record ServiceFacts(
    IReadOnlyList<string> Command,
    IReadOnlyDictionary<string, string> Variables,
    IReadOnlyList<string> WritableFolders,
    string UserFolder,
    string ConfigFolder,
    string StateFolder
)
{
    // Where the state lies and which file holds the settings; everything else belongs into that file.
    private static readonly string[] Carried = ["CODEX_PROXY_HOME", "CODEX_PROXY_CONFIG", "CODEX_HOME"];

    /// <summary>Takes them from the settings in force.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="inputs">Flags and environment that they were read from.</param>
    /// <param name="program">Makes the command line of this program.</param>
    public static ServiceFacts Of(
        ProxyOptions options,
        OptionInputs inputs,
        Func<IEnumerable<string>, IReadOnlyList<string>>? program = null
    ) =>
        new(
            (program ?? OwnProgram.Command)([
                "serve",
                .. inputs.Flags.SelectMany(flag =>
                    flag.Key == "--verbose" ? [flag.Key] : (string[])[flag.Key, flag.Value]
                ),
            ]),
            Carried
                .Select(name => (Name: name, Value: inputs.Environment(name)))
                .Where(variable => !string.IsNullOrWhiteSpace(variable.Value))
                .ToDictionary(variable => variable.Name, variable => inputs.Absolute(variable.Value!)),
            [
                options.Home,
                options.CodexHome,
                .. OwnProgram.UnpackedFolder(inputs) is { } unpacked ? [unpacked] : (string[])[],
            ],
            inputs.UserFolder,
            inputs.Environment("XDG_CONFIG_HOME") is { Length: > 0 } config
                ? inputs.Absolute(config)
                : Path.Combine(inputs.UserFolder, ".config"),
            options.Home
        );
}
