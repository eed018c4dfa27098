using System.CommandLine;
using System.CommandLine.Parsing;

namespace CodexProxy.Commands;

/// <summary>The flags that are settings. Values are not judged here: the settings are judged together.</summary>
internal static class SettingFlags
{
    private static readonly Option<string> Port = new("--port")
    {
        Description = "TCP port to listen on (8082)",
        HelpName = "number",
    };

    private static readonly Option<string> Host = new("--host")
    {
        Description = "Address to bind (127.0.0.1); other machines need a client key",
        HelpName = "address",
    };

    /// <summary>The flag that names the settings file.</summary>
    public const string ConfigName = "--config";

    private static readonly Option<string> Config = new(ConfigName)
    {
        Description = "Settings file (config.json in the state folder)",
        HelpName = "file",
        Recursive = true,
    };

    private static readonly Option<bool> Verbose = new("--verbose") { Description = "Log more", Recursive = true };

    /// <summary>Flags of the whole program, understood after every command.</summary>
    public static IReadOnlyList<Option> Everywhere { get; } = [Config, Verbose];

    /// <summary>Flags of commands that listen.</summary>
    public static IReadOnlyList<Option> Listening { get; } = [Port, Host];

    /// <summary>Flags whose value is the next word.</summary>
    public static IReadOnlyList<string> WithValue { get; } = [Port.Name, Host.Name, Config.Name];

    /// <summary>Adds options to a command.</summary>
    public static Command With(this Command command, IEnumerable<Option> options)
    {
        foreach (var option in options)
        {
            command.Options.Add(option);
        }

        return command;
    }

    /// <summary>Flag with dashes → its text, for those that were given.</summary>
    public static IReadOnlyDictionary<string, string> Read(ParseResult parsed)
    {
        var flags = new Dictionary<string, string>();
        foreach (var option in (ReadOnlySpan<Option<string>>)[Port, Host, Config])
        {
            if (parsed.GetResult(option) is OptionResult && parsed.GetValue(option) is { } value)
            {
                flags[option.Name] = value;
            }
        }

        if (parsed.GetValue(Verbose))
        {
            flags[Verbose.Name] = "debug";
        }

        return flags;
    }
}
