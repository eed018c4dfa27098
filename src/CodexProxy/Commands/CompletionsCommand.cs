using System.CommandLine;
using CodexProxy.Launcher;

namespace CodexProxy.Commands;

/// <summary><c>codex-proxy completions</c>: prints a shell's completion script, made from the commands themselves.</summary>
internal static class CompletionsCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandContext context)
    {
        var shell = new Argument<string>("shell") { Description = "bash, zsh, fish or powershell" };
        shell.AcceptOnlyFromAmong(ShellDialect.Names);
        var command = new Command("completions", "Print the completion script of a shell") { shell };
        command.SetAction(parsed =>
        {
            var tree = CompletionTree.Of(CommandLine.CreateRoot(context));
            context.Terminal.Line(CompletionScript.For(parsed.GetRequiredValue(shell), tree));
            return ExitCode.Done;
        });
        return command;
    }
}
