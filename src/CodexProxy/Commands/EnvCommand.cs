using System.CommandLine;
using CodexProxy.Clients;
using CodexProxy.Launcher;
using CodexProxy.Options;
using CodexProxy.Storage;

namespace CodexProxy.Commands;

/// <summary>
/// <c>codex-proxy env</c>: prints the commands that make a shell's Claude Code use this gateway. Starts nothing.
/// </summary>
internal static class EnvCommand
{
    private static readonly Option<string> Shell = new Option<string>("--shell")
    {
        Description = "Shell to write for (guessed)",
        HelpName = "shell",
    }.AcceptOnlyFromAmong(ShellDialect.Names);

    /// <summary>The command.</summary>
    public static Command Create(CommandContext context)
    {
        var command = new Command("env", "Print the commands that make a shell use this gateway") { Shell };
        command.With(SettingFlags.Listening);
        command.SetAction(
            (parsed, _) =>
            {
                var inputs = context.Inputs(parsed);
                var dialect = parsed.GetValue(Shell) is { } name
                    ? ShellDialect.Of(name)
                    : ShellDialect.Guess(inputs.Environment("SHELL"), OperatingSystem.IsWindows());
                return context.WithOptionsAsync(
                    inputs,
                    options => Task.FromResult(Run(options, inputs, dialect, context))
                );
            }
        );
        return command;
    }

    private static int Run(ProxyOptions options, OptionInputs inputs, ShellDialect dialect, CommandContext context)
    {
        var recorded = new RunningServer(options.Home, context.Time).Recorded();
        if (recorded is null && options.Server.Port == 0)
        {
            context.Terminal.Error(
                $"The port is chosen at the start, and no server runs. Run `{ProductInfo.Name} start --background` first."
            );
            return ExitCode.Failed;
        }

        try
        {
            PrivateFolder.Create(options.Home);
            var client = LocalClient.EnvironmentOf(options, recorded?.ClientUrl ?? ReachableAddress.Of(options.Server));
            foreach (var rival in ClientEnvironment.Rivals)
            {
                context.Terminal.Line(dialect.Remove(rival));
            }

            foreach (var (name, value) in client.Variables())
            {
                context.Terminal.Line(dialect.Set(name, value));
            }

            if (ProxyBypass.Of(inputs.Environment, client.BaseUrl) is { } exceptions)
            {
                foreach (var name in ProxyBypass.Names)
                {
                    context.Terminal.Line(dialect.Set(name, exceptions));
                }
            }

            return ExitCode.Done;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            context.Terminal.Error($"The key cannot be read: {exception.Message}");
            return ExitCode.Failed;
        }
    }
}
