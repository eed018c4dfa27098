using System.CommandLine;
using CodexProxy.Autostart;
using CodexProxy.Launcher;
using CodexProxy.Options;
using CodexProxy.Storage;

namespace CodexProxy.Commands;

/// <summary>
/// <c>codex-proxy service</c>: lets the system start the gateway with the user's session, by the system's own means.
/// </summary>
internal static class ServiceCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandContext context)
    {
        var install = new Command("install", "Start the gateway with your session, now and from now on");
        install.With(SettingFlags.Listening).WithYes();
        install.SetAction((parsed, cancelled) => StartAsync(context, parsed, run => run.InstallAsync(cancelled)));
        var uninstall = new Command("uninstall", "Stop it and remove what install wrote");
        uninstall.WithYes();
        uninstall.SetAction((parsed, cancelled) => StartAsync(context, parsed, run => run.UninstallAsync(cancelled)));
        var status = new Command("status", "Tell whether it is installed and runs");
        status.SetAction((parsed, cancelled) => StartAsync(context, parsed, run => run.StatusAsync(cancelled)));
        return new Command("service", "Start the gateway with your session, by the system's own means")
        {
            install,
            uninstall,
            status,
        };
    }

    private static Task<int> StartAsync(CommandContext context, ParseResult parsed, Func<Run, Task<int>> action)
    {
        var inputs = context.Inputs(parsed);
        return context.WithOptionsAsync(
            inputs,
            async options =>
            {
                if (context.DefineService(ServiceFacts.Of(options, inputs)) is not { } service)
                {
                    context.Terminal.Error("This system has no service that is known here.");
                    return ExitCode.Failed;
                }

                try
                {
                    return await action(new Run(context, inputs, options, parsed, service));
                }
                catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
                {
                    context.Terminal.Error($"{inputs.Shown(service.FilePath)} was not changed: {exception.Message}");
                    return ExitCode.Failed;
                }
            }
        );
    }

    private sealed class Run(
        CommandContext context,
        OptionInputs inputs,
        ProxyOptions options,
        ParseResult parsed,
        ServiceDefinition service
    )
    {
        private string Shown => inputs.Shown(service.FilePath);

        private bool IsOfAnother => service is { IsInstalled: true, IsOfThisFolder: false };

        public async Task<int> InstallAsync(CancellationToken cancellationToken)
        {
            if (options.Server.Port == 0)
            {
                context.Terminal.Error("Port 0 is another one at every start. Name one with --port.");
                return ExitCode.WrongUsage;
            }

            if (IsOfAnother)
            {
                context.Terminal.Error(
                    $"{Shown} starts the gateway of another state folder. `{ProductInfo.Name} service uninstall` takes that away first."
                );
                return ExitCode.Failed;
            }

            var running = new RunningServer(options.Home, context.Time);
            var other = service.IsInstalled ? null : await running.FindAsync(cancellationToken);
            context.Terminal.Heading(Shown);
            foreach (var line in service.Content.TrimEnd('\n').Split('\n'))
            {
                context.Terminal.Line("  " + line);
            }

            if (other is not null)
            {
                context.Terminal.Message(
                    $"The server at {other.ClientUrl} is stopped first: the service takes its place."
                );
            }

            if (await RefusalOfAsync("Write this and start it?", cancellationToken) is { } refused)
            {
                return refused;
            }

            if (
                other is not null
                && await running.EndAsync(
                    other,
                    () => StopCommand.TellWhatTakesSoLong(context.Terminal),
                    cancellationToken
                )
                    is { } problem
            )
            {
                context.Terminal.Error(problem);
                return ExitCode.Failed;
            }

            AtomicFile.Write(service.FilePath, System.Text.Encoding.UTF8.GetBytes(service.Content));
            if (await context.FirstFailureAsync(service.Start, cancellationToken) is { } failed)
            {
                context.Terminal.Error(
                    $"{Shown} is written, but `{failed}` did not succeed. Run it yourself to see why; `{ProductInfo.Name} service uninstall` takes the file away."
                );
                return ExitCode.Failed;
            }

            context.Terminal.Line($"The {service.Kind} is installed and started.");
            if (service.Hint is { } hint)
            {
                context.Terminal.Message(hint);
            }

            return ExitCode.Done;
        }

        public async Task<int> UninstallAsync(CancellationToken cancellationToken)
        {
            if (!service.IsInstalled)
            {
                context.Terminal.Line("No service is installed.");
                return ExitCode.Done;
            }

            context.Terminal.Line(
                $"This stops the {service.Kind} {(IsOfAnother ? "of another state folder " : "")}and removes {Shown}."
            );
            if (await RefusalOfAsync("Do it?", cancellationToken) is { } refused)
            {
                return refused;
            }

            // A system that cannot be reached must not keep the file in its place.
            var failed = await context.FirstFailureAsync(service.Stop, cancellationToken);
            service.Remove();
            if (failed is not null)
            {
                context.Terminal.Message($"`{failed}` did not succeed; if the server still runs, stop it yourself.");
            }

            context.Terminal.Line($"The {service.Kind} is removed.");
            return ExitCode.Done;
        }

        public async Task<int> StatusAsync(CancellationToken cancellationToken)
        {
            if (!service.IsInstalled)
            {
                context.Terminal.Line($"No service is installed; `{ProductInfo.Name} service install` installs one.");
                return ExitCode.Failed;
            }

            if (IsOfAnother)
            {
                context.Terminal.Line($"{Shown} starts the gateway of another state folder; this one has no service.");
                return ExitCode.Failed;
            }

            var differs = File.ReadAllText(service.FilePath) != service.Content;
            var runs = await context.FirstFailureAsync([service.Query], cancellationToken) is null;
            context.Terminal.Labelled("service", $"{service.Kind}, {(runs ? "running" : "not running")}");
            context.Terminal.Labelled("file", Shown);
            if (differs)
            {
                context.Terminal.Message(
                    $"The file is another than this version and these flags would write; `{ProductInfo.Name} service install` renews it."
                );
            }

            return runs ? ExitCode.Done : ExitCode.Failed;
        }

        private async Task<int?> RefusalOfAsync(string question, CancellationToken cancellationToken)
        {
            if (parsed.GetValue(OutputFlags.Yes) || await context.Terminal.ConfirmAsync(question, cancellationToken))
            {
                return null;
            }

            context.Terminal.Error(
                context.Terminal.IsInteractive
                    ? "Nothing was changed."
                    : "Nothing was changed: add --yes to do it unasked."
            );
            return context.Terminal.IsInteractive ? ExitCode.Failed : ExitCode.WrongUsage;
        }
    }
}
