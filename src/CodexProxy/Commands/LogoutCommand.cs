using System.CommandLine;

namespace CodexProxy.Commands;

/// <summary><c>codex-proxy logout</c>: ends a login with the issuer and forgets it here.</summary>
internal static class LogoutCommand
{
    private static readonly Argument<string?> Name = new("account")
    {
        Description = "Address, key or number of an account (the active one)",
        Arity = ArgumentArity.ZeroOrOne,
    };

    /// <summary>The command.</summary>
    public static Command Create(CommandContext context)
    {
        var command = new Command("logout", "Sign out: end the login and forget it here") { Name };
        command.WithJson();
        command.SetAction(
            (parsed, cancelled) =>
                AccountsRun.StartAsync(
                    context,
                    parsed,
                    async run => run.Say(await run.Actions.RemoveAsync(run.Choose(parsed.GetValue(Name)), cancelled))
                )
        );
        return command;
    }
}
