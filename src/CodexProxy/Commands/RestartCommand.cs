using System.CommandLine;
using CodexProxy.Launcher;
using CodexProxy.Options;

namespace CodexProxy.Commands;

/// <summary>
/// <c>codex-proxy restart</c>: ends the running server, if there is one, and starts one in the background. Flags of the
/// running one are kept unless others are given.
/// </summary>
internal static class RestartCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandContext context)
    {
        var command = new Command("restart", "Stop the running server and start it in the background").With(
            SettingFlags.Listening
        );
        command.SetAction(
            (parsed, cancelled) =>
            {
                var inputs = context.Inputs(parsed);
                return context.WithOptionsAsync(inputs, options => RunAsync(options, inputs, context, cancelled));
            }
        );
        return command;
    }

    private static async Task<int> RunAsync(
        ProxyOptions options,
        OptionInputs inputs,
        CommandContext context,
        CancellationToken cancellationToken
    )
    {
        var flags = new Dictionary<string, string>(
            new RunningServer(options.Home, context.Time).Recorded()?.Flags ?? inputs.Flags
        );
        foreach (var (name, value) in inputs.Flags)
        {
            flags[name] = value;
        }

        var stopped = await StopCommand.RunAsync(options, context, cancellationToken);
        return stopped == ExitCode.Done
            ? await BackgroundStart.RunAsync(inputs with { Flags = flags }, context, cancellationToken)
            : stopped;
    }
}
