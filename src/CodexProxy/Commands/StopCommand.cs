using System.CommandLine;
using CodexProxy.Launcher;
using CodexProxy.Options;
using CodexProxy.Terminals;

namespace CodexProxy.Commands;

/// <summary><c>codex-proxy stop</c>: ends the server of this state folder.</summary>
internal static class StopCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandContext context)
    {
        var command = new Command("stop", "Stop the running server");
        command.SetAction(
            (parsed, cancelled) =>
                context.WithOptionsAsync(context.Inputs(parsed), options => RunAsync(options, context, cancelled))
        );
        return command;
    }

    /// <summary>Ends the server. That none runs is as good.</summary>
    /// <returns>An <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(
        ProxyOptions options,
        CommandContext context,
        CancellationToken cancellationToken
    )
    {
        var running = new RunningServer(options.Home, context.Time);
        if (running.Recorded() is not { } record)
        {
            context.Terminal.Line("No server is running.");
            return ExitCode.Done;
        }

        var problem = await running.EndAsync(record, () => TellWhatTakesSoLong(context.Terminal), cancellationToken);
        if (problem is not null)
        {
            context.Terminal.Error(problem);
            return ExitCode.Failed;
        }

        context.Terminal.Line($"Stopped the server at {record.ClientUrl}.");
        return ExitCode.Done;
    }

    /// <summary>Tells why a server that was told to stop still runs.</summary>
    public static void TellWhatTakesSoLong(Terminal terminal) =>
        terminal.Message(
            $"The server lets the answers under way finish. `{ProductInfo.Name} stop` again breaks them off."
        );
}
