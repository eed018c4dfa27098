using System.CommandLine;

namespace CodexProxy.Commands;

/// <summary><c>codex-proxy login</c>: signs a person in with the browser, from another machine, or by a device code.</summary>
internal static class LoginCommand
{
    private static readonly Option<bool> NoBrowser = new("--no-browser")
    {
        Description = "Only print the link, for a browser on another machine",
    };

    private static readonly Option<bool> Device = new("--device")
    {
        Description = "Sign in by a short code, typed on any device",
    };

    /// <summary>The command, and the same under the word where people with several accounts look for it.</summary>
    public static Command Create(
        CommandContext context,
        string name = "login",
        string description = "Sign in with your ChatGPT account"
    )
    {
        var command = new Command(name, description) { NoBrowser, Device }.WithJson();
        command.SetAction(
            (parsed, cancelled) =>
            {
                var (noBrowser, device) = (parsed.GetValue(NoBrowser), parsed.GetValue(Device));
                if (noBrowser && device)
                {
                    context.Terminal.Error("--no-browser and --device exclude each other. Choose one.");
                    return Task.FromResult(ExitCode.WrongUsage);
                }

                // Everything said on the way is for people; only how it ended is the result.
                var run = parsed.GetValue(OutputFlags.Json)
                    ? new LoginRun(context with { Terminal = context.Terminal.Aside() }, context.Terminal)
                    : new LoginRun(context, null);
                return context.WithOptionsAsync(
                    context.Inputs(parsed),
                    options => run.RunAsync(options, device, noBrowser, cancelled)
                );
            }
        );
        return command;
    }
}
