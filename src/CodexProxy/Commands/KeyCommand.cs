using System.CommandLine;
using CodexProxy.Credentials;
using CodexProxy.Storage;

namespace CodexProxy.Commands;

/// <summary><c>codex-proxy key</c>: prints the key that clients on this machine present.</summary>
internal static class KeyCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandContext context)
    {
        var command = new Command("key", "Print the key that clients on this machine present");
        command.SetAction(
            (parsed, _) =>
                context.WithOptionsAsync(
                    context.Inputs(parsed),
                    options =>
                    {
                        PrivateFolder.Create(options.Home);
                        context.Terminal.Line(LocalKey.OfInstallation(options.Home).Reveal());
                        return Task.FromResult(ExitCode.Done);
                    }
                )
        );
        return command;
    }
}
