using System.CommandLine;
using CodexProxy.Options;

namespace CodexProxy.Commands;

/// <summary>The commands of the program.</summary>
internal static class CommandLine
{
    /// <summary>Runs what the arguments say.</summary>
    /// <param name="arguments">Arguments without the program's name.</param>
    /// <param name="context">The world.</param>
    /// <param name="cancellationToken">Ends the command.</param>
    /// <returns>An <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(
        IReadOnlyList<string> arguments,
        CommandContext context,
        CancellationToken cancellationToken
    )
    {
        var terminal = context.Terminal;
        var parsed = CreateRoot(context).Parse(ClaudeCommand.Protect(arguments));
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

    /// <summary>All commands, in the order of the help.</summary>
    internal static RootCommand CreateRoot(CommandContext context)
    {
        var root = new RootCommand("Serves Anthropic's and OpenAI's protocols from your own ChatGPT plan.")
        {
            ClaudeCommand.Create(context),
            LoginCommand.Create(context),
            LogoutCommand.Create(context),
            AccountsCommand.Create(context),
            StatusCommand.Create(context),
            UsageCommand.Create(context),
            ModelsCommand.Create(context),
            UpstreamsCommand.Create(context),
            ServeCommand.Create(context),
            StopCommand.Create(context),
            DashboardCommand.Create(context),
            TopCommand.Create(context),
            RestartCommand.Create(context),
            ServiceCommand.Create(context),
            LogsCommand.Create(context),
            CacheCommand.Create(context),
            TranslateCommand.Create(context),
            BundleCommand.Create(context),
            RecordCommand.Create(context),
            ReplayCommand.Create(context),
            SetupCommand.Create(context),
            DoctorCommand.Create(context),
            EnvCommand.Create(context),
            CompletionsCommand.Create(context),
            ConformanceCommand.Create(context),
            KeyCommand.Create(context),
            KeysCommand.Create(context),
            StatusLineCommand.Create(context),
            DemoCommand.Create(context),
            UninstallCommand.Create(context),
        };
        root.With(SettingFlags.Listening).With(SettingFlags.Everywhere);
        root.SetAction((parsed, cancelled) => ServeCommand.RunAsync(context.Inputs(parsed), context, cancelled));
        return root;
    }
}
