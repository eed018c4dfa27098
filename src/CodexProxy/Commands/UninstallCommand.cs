using System.CommandLine;
using System.Security.Cryptography;
using CodexProxy.Accounts;
using CodexProxy.Autostart;
using CodexProxy.Clients;
using CodexProxy.Credentials;
using CodexProxy.Launcher;
using CodexProxy.Options;
using CodexProxy.Storage;

namespace CodexProxy.Commands;

/// <summary>
/// <c>codex-proxy uninstall</c>: takes everything back that was written, after showing it. The program itself goes the way it came.
/// </summary>
internal static partial class UninstallCommand
{
    private static readonly Option<bool> KeepState = new("--keep-state")
    {
        Description = "Leave logins, settings and history for a later return",
    };

    /// <summary>The command.</summary>
    public static Command Create(CommandContext context)
    {
        var command = new Command("uninstall", "Take back everything that was written, after showing it") { KeepState };
        command.WithYes();
        command.SetAction(
            (parsed, cancelled) =>
                AccountsRun.StartAsync(context, parsed, run => new Run(context, run, parsed).RunAsync(cancelled))
        );
        return command;
    }

    private sealed partial class Run(CommandContext context, AccountsRun accounts, ParseResult parsed)
    {
        private readonly OptionInputs _inputs = context.Inputs(parsed);
        private readonly RunningServer _running = new(accounts.Options.Home, context.Time);
        private readonly bool _keepsState = parsed.GetValue(KeepState);
        private string? _unpacked =
            OwnProgram.UnpackedFolder(context.Inputs(parsed)) is { } folder
            && UnpackedProgram.Versions(folder).Count > 0
                ? folder
                : null;
        private bool _failed;

        private ProxyOptions Options => accounts.Options;

        public async Task<int> RunAsync(CancellationToken cancellationToken)
        {
            var service = Service();
            var settings = Settings();
            // In this order: a login that somebody put into the folder takes its name when it is looked at.
            _ = accounts.Accounts.Current;
            var files = _keepsState ? [] : StateFolder.Own(Options.Home);
            var logins = _keepsState ? [] : Logins(files);
            if (_failed)
            {
                return ExitCode.Failed;
            }

            if (
                service is null
                && settings.Count == 0
                && files.Count == 0
                && _unpacked is null
                && _running.Recorded() is null
            )
            {
                context.Terminal.Line("There is nothing to take back.");
                Tell();
                return ExitCode.Done;
            }

            Show(service, settings, logins, files);
            if (!await accounts.ConfirmAsync(parsed, "Do all of this?", cancellationToken))
            {
                return accounts.Unconfirmed;
            }

            // First what starts the server and what leads clients to it, last what it needs.
            await StopAsync(service, cancellationToken);
            settings.ForEach(removal => Try(removal.File.Path, removal.Do));
            // A login that was ended cannot be had back, so nothing may stand in the way any more.
            foreach (var login in _failed ? [] : logins)
            {
                await SignOutAsync(login, cancellationToken);
            }

            if (!_keepsState && !_failed)
            {
                Try(Options.Home, RemoveState);
            }

            if (_unpacked is not null)
            {
                Try(_unpacked, () => UnpackedProgram.Remove(_unpacked));
            }

            Tell();
            return _failed ? ExitCode.Failed : ExitCode.Done;
        }

        private ServiceDefinition? Service()
        {
            if (context.DefineService(ServiceFacts.Of(Options, _inputs)) is not { IsInstalled: true } service)
            {
                return null;
            }

            if (service.IsOfThisFolder)
            {
                return service;
            }

            // It may start the same single file.
            _unpacked = null;
            context.Terminal.Message($"{_inputs.Shown(service.FilePath)} is of another state folder; it stays.");
            return null;
        }

        // The files that setup remembers, and those of this user and this folder that lead here.
        private List<SetupRemoval> Settings()
        {
            // Without the signing key none is made: it would be one more thing to take back.
            var isKeyLost = !File.Exists(Path.Combine(Options.Home, "signing.key"));
            var key = isKeyLost ? LocalKey.Sign(RandomNumberGenerator.GetBytes(32)) : null;
            var setup = new ClaudeSetup(
                LocalClient.EnvironmentOf(Options, ReachableAddress.Of(Options.Server), key),
                ProgramSearch.OwnCommand(_inputs)
            );
            var removals = new List<SetupRemoval>();
            foreach (
                var path in ClaudeSettingsFile
                    .Written(Options.Home)
                    .Append(ClaudeSettingsFile.OfUser(_inputs))
                    .Append(ClaudeSettingsFile.OfProject(_inputs))
                    .Distinct()
            )
            {
                try
                {
                    removals.Add(
                        SetupRemoval.Plan(new ClaudeSettingsFile(path, Options.Home, context.Time), setup, isKeyLost)
                    );
                }
                catch (JsonTextException exception)
                {
                    Fail($"{_inputs.Shown(path)}: {exception.Message}. Correct it first; nothing was changed.");
                }
                catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
                {
                    Fail($"{_inputs.Shown(path)} cannot be read: {exception.Message}");
                }
            }

            return removals.FindAll(removal => removal.DoesSomething);
        }

        // The Codex CLI's own login is not ours to end, nor is a file that only lies where logins do.
        private List<Account> Logins(IReadOnlyList<string> files)
        {
            if (accounts.Accounts.Current is { All.Count: 0, Problem: { } problem })
            {
                Fail(problem.Message);
            }

            return
            [
                .. accounts.Accounts.Current.All.Where(one =>
                    one.Entry.File is { } file && files.Contains(Path.GetRelativePath(Options.Home, file))
                ),
            ];
        }

        private async Task StopAsync(ServiceDefinition? service, CancellationToken cancellationToken)
        {
            if (service is not null)
            {
                if (await context.FirstFailureAsync(service.Stop, cancellationToken) is { } failed)
                {
                    context.Terminal.Message(
                        $"`{failed}` did not succeed; if the server still runs, stop it yourself."
                    );
                }

                Try(service.FilePath, service.Remove);
            }

            if (
                _running.Recorded() is { } server
                && await _running.EndAsync(
                    server,
                    () => StopCommand.TellWhatTakesSoLong(context.Terminal),
                    cancellationToken
                )
                    is { } problem
            )
            {
                Fail(problem);
            }
        }

        private async Task SignOutAsync(Account login, CancellationToken cancellationToken)
        {
            try
            {
                context.Terminal.Sentence(await accounts.Actions.RemoveAsync(login, cancellationToken));
            }
            catch (Exception exception)
                when (exception is AccountException or IOException or UnauthorizedAccessException)
            {
                Fail($"{login.Name} was not signed out: {exception.Message}");
            }
        }

        private void RemoveState()
        {
            if (StateFolder.Remove(Options.Home))
            {
                context.Terminal.Message(
                    $"{_inputs.Shown(Options.Home)} holds files that are not of {ProductInfo.Name}; they stay."
                );
            }
        }

        private void Try(string path, Action change)
        {
            try
            {
                change();
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                Fail($"{_inputs.Shown(path)} was not changed: {exception.Message}");
            }
        }

        private void Fail(string problem)
        {
            _failed = true;
            context.Terminal.Error(problem);
        }

        private void Tell() =>
            context.Terminal.Message(
                _failed
                    ? "Not all of it was done; run it again once the reason is gone."
                    : $"What remains is the program: {OwnProgram.Removal}."
            );
    }
}
