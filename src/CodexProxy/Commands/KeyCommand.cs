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
                        string key;
                        try
                        {
                            PrivateFolder.Create(options.Home);
                            key = LocalKey.OfInstallation(options.Home).Reveal();
                        }
                        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
                        {
                            context.Terminal.Error($"The key cannot be read: {exception.Message}");
                            return Task.FromResult(ExitCode.Failed);
                        }

                        context.Terminal.Line(key);
                        return Task.FromResult(ExitCode.Done);
                    }
                )
        );
        return command;
    }
}
