using CodexProxy.Accounts;
using CodexProxy.Autostart;
using CodexProxy.Clients;
using CodexProxy.Options;

namespace CodexProxy.Commands;

/// <summary>What is shown before it is done.</summary>
internal static partial class UninstallCommand
{
    private sealed partial class Run
    {
        private void Show(
            ServiceDefinition? service,
            List<SetupRemoval> settings,
            List<Account> logins,
            IReadOnlyList<string> files
        )
        {
            var terminal = context.Terminal;
            if (service is not null)
            {
                terminal.Line($"{_inputs.Shown(service.FilePath)}: the {service.Kind} is stopped and removed");
            }

            if (_running.Recorded() is { } server)
            {
                terminal.Line($"The server at {server.ClientUrl} is stopped");
            }

            foreach (var removal in settings)
            {
                new SetupScreen(terminal, asJson: false, _inputs.Shown(removal.File.Path)).Diff(
                    removal.Current,
                    removal.Target
                );
                if (removal.Backups.Count > 0)
                {
                    terminal.Line($"Backups of it that are removed: {removal.Backups.Count}");
                }

                if (removal.Mended.Count > 0)
                {
                    terminal.Line(
                        $"Backups of other installations out of which this one's settings are taken: {removal.Mended.Count}"
                    );
                }
            }

            foreach (var login in logins)
            {
                terminal.Line(
                    login.Entry.IsShared
                        ? $"{login.Name}: forgotten here; the Codex CLI keeps its login"
                        : $"{login.Name}: signed out"
                );
            }

            foreach (var folder in files.GroupBy(file => Path.GetDirectoryName(file)!))
            {
                terminal.Hanging(
                    $"{_inputs.Shown(Path.Combine(Options.Home, folder.Key))}: ",
                    $"removed {string.Join(", ", folder.Select(file => Path.GetFileName(file)))}"
                );
            }

            if (_unpacked is not null)
            {
                terminal.Line(
                    $"{_inputs.Shown(Path.Combine(_unpacked, ProductInfo.Name))}: removed, what the runtime has unpacked of the program"
                );
            }
        }
    }
}
