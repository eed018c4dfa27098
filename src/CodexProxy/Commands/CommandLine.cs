using System.CommandLine;
using CodexProxy.Options;

namespace CodexProxy.Commands;

/// <summary>The commands and their flags. Values are not judged here: the settings are judged together.</summary>
internal static class CommandLine
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

    private static readonly Option<string> Config = new("--config")
    {
        Description = "Settings file (config.json in the state folder)",
        HelpName = "file",
    };

    private static readonly Option<bool> Verbose = new("--verbose") { Description = "Log more" };

    /// <summary>Runs what the arguments say.</summary>
    /// <param name="arguments">Arguments without the program's name.</param>
    /// <param name="terminal">Where everything is written.</param>
    /// <param name="inputs">Makes the inputs of the settings from the flags.</param>
    /// <param name="surroundings">Clock, upstream and logging.</param>
    /// <param name="cancellationToken">Ends the command.</param>
    /// <returns>An <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(
        IReadOnlyList<string> arguments,
        Terminal terminal,
        Func<IReadOnlyDictionary<string, string>, OptionInputs> inputs,
        GatewaySurroundings surroundings,
        CancellationToken cancellationToken
    )
    {
        Task<int> Serve(ParseResult parsed, CancellationToken cancelled) =>
            ServeCommand.RunAsync(inputs(Flags(parsed)), terminal, surroundings, cancelled);

        var serve = new Command("serve", "Serve the Messages API on this machine (the default command)")
        {
            Port,
            Host,
            Config,
            Verbose,
        };
        serve.Aliases.Add("start");
        serve.SetAction(Serve);

        var root = new RootCommand("Serves Anthropic's Messages API from your own ChatGPT plan.")
        {
            Port,
            Host,
            Config,
            Verbose,
            serve,
        };
        root.SetAction(Serve);

        var parsed = root.Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors)
            {
                terminal.Error(error.Message);
            }

            terminal.Message($"Run `{ProductInfo.Name} --help` to see what there is.");
            return ExitCode.WrongUsage;
        }

        return await parsed.InvokeAsync(terminal.ToInvocation(), cancellationToken);
    }

    private static Dictionary<string, string> Flags(ParseResult parsed)
    {
        var flags = new Dictionary<string, string>();
        foreach (var option in (ReadOnlySpan<Option<string>>)[Port, Host, Config])
        {
            if (parsed.GetValue(option) is { } value)
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
