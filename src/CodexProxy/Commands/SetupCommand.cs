using System.CommandLine;
using CodexProxy.Clients;
using CodexProxy.Options;

namespace CodexProxy.Commands;

/// <summary>
/// <c>codex-proxy setup</c>: makes Claude Code use this gateway for good, by its own settings file. Shows what it will change,
/// asks, keeps a backup, and takes it all back with <c>--undo</c>.
/// </summary>
internal static class SetupCommand
{
    private static readonly Option<string> Scope = ScopeOption();

    private static readonly Option<bool> Yes = new("--yes") { Description = "Do not ask" };

    private static readonly Option<bool> Json = new("--json") { Description = "Tell the result as JSON" };

    private static readonly Option<bool> Undo = new("--undo") { Description = "Put the file back as it was before" };

    private static readonly Option<bool> Status = new("--status") { Description = "Only tell what is set" };

    /// <summary>The command.</summary>
    public static Command Create(CommandContext context)
    {
        var command = new Command("setup", "Make Claude Code use this gateway, by its settings file")
        {
            Scope,
            Yes,
            Json,
            Undo,
            Status,
        };
        command.With(SettingFlags.Listening);
        command.SetAction(
            (parsed, cancelled) =>
            {
                var inputs = context.Inputs(parsed);
                return context.WithOptionsAsync(
                    inputs,
                    options => new Run(context, inputs, options, parsed).RunAsync(cancelled)
                );
            }
        );
        return command;
    }

    private static Option<string> ScopeOption()
    {
        var option = new Option<string>("--scope")
        {
            Description = "user: every project; project: only this folder, in a file that is not shared",
            DefaultValueFactory = _ => "user",
        };
        option.AcceptOnlyFromAmong("user", "project");
        return option;
    }

    private sealed class Run
    {
        private readonly CommandContext _context;
        private readonly OptionInputs _inputs;
        private readonly ProxyOptions _options;
        private readonly ParseResult _parsed;
        private readonly ClaudeSettingsFile _file;
        private readonly SetupScreen _screen;

        public Run(CommandContext context, OptionInputs inputs, ProxyOptions options, ParseResult parsed)
        {
            (_context, _inputs, _options, _parsed) = (context, inputs, options, parsed);
            var path =
                parsed.GetValue(Scope) == "project"
                    ? ClaudeSettingsFile.OfProject(inputs)
                    : ClaudeSettingsFile.OfUser(inputs);
            _file = new ClaudeSettingsFile(path, options.Home, context.Time);
            _screen = new SetupScreen(context.Terminal, parsed.GetValue(Json), Shown);
        }

        private string Shown => _inputs.Shown(_file.Path);

        public async Task<int> RunAsync(CancellationToken cancellationToken)
        {
            if (_options.Server.Port == 0 && !_parsed.GetValue(Undo))
            {
                _context.Terminal.Error("Port 0 is another one at every start. Name one with --port.");
                return ExitCode.WrongUsage;
            }

            try
            {
                var setup = new ClaudeSetup(
                    LocalClient.EnvironmentOf(_options, ReachableAddress.Of(_options.Server)),
                    ProgramSearch.OwnCommand(_inputs)
                );
                var current = _file.Read();
                return _parsed.GetValue(Status) ? Tell(setup, current)
                    : _parsed.GetValue(Undo) ? await UndoAsync(setup, current, cancellationToken)
                    : await SetAsync(setup, current, cancellationToken);
            }
            catch (JsonTextException exception)
            {
                _context.Terminal.Error($"{Shown}: {exception.Message}. Correct it first; nothing was written.");
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                _context.Terminal.Error($"{Shown} was not written: {exception.Message}");
            }

            return ExitCode.Failed;
        }

        private int Tell(ClaudeSetup setup, byte[]? current)
        {
            _screen.Status(setup.Compare(current), Refusal(current));
            return ExitCode.Done;
        }

        private async Task<int> SetAsync(ClaudeSetup setup, byte[]? current, CancellationToken cancellationToken)
        {
            var edit = setup.Apply(current);
            if (current is not null && current.AsSpan().SequenceEqual(edit.Text))
            {
                _screen.Done(changed: false, [$"{Shown} is set up already; nothing to do.", .. Warnings(edit.Text)]);
                return ExitCode.Done;
            }

            _screen.Diff(current, edit.Text);
            if (await RefusalOfAsync("Write this?", cancellationToken) is { } refused)
            {
                return refused;
            }

            var backup = _file.Replace(current, edit.Text);
            IEnumerable<string> kept = backup.FileExisted
                ? [$"The old file is kept as {_inputs.Shown(backup.Path)}."]
                : [];
            _screen.Done(
                changed: true,
                [
                    $"{Shown} is written. Start the gateway with `{ProductInfo.Name} start --background`, then `claude` as always.",
                    .. kept,
                    .. edit.Remarks,
                    .. Warnings(edit.Text),
                ],
                _inputs.Shown(backup.Path)
            );
            return ExitCode.Done;
        }

        private async Task<int> UndoAsync(ClaudeSetup setup, byte[]? current, CancellationToken cancellationToken)
        {
            if (_file.NewestBackup() is not { } backup)
            {
                return await RemoveAsync(setup, current, cancellationToken);
            }

            if (!_file.IsAsWritten(backup, current))
            {
                _context.Terminal.Message($"{Shown} was changed since setup. Undoing it loses that change too:");
                _screen.Diff(current, ClaudeSettingsFile.Read(backup));
                if (await RefusalOfAsync("Put the old file back?", cancellationToken) is { } refused)
                {
                    return refused;
                }
            }

            _file.Restore(current, backup);
            _screen.Done(
                changed: true,
                [
                    backup.FileExisted
                        ? $"{Shown} is as it was before {backup.TakenAt:yyyy-MM-dd HH:mm:ss} UTC."
                        : $"{Shown} is gone, as it was before {backup.TakenAt:yyyy-MM-dd HH:mm:ss} UTC.",
                    .. _file.NewestBackup() is null
                        ? []
                        : (string[])["An older backup remains; undo again to go back further."],
                ]
            );
            return ExitCode.Done;
        }

        private async Task<int> RemoveAsync(ClaudeSetup setup, byte[]? current, CancellationToken cancellationToken)
        {
            var edit = setup.Remove(current);
            if (current is null || current.AsSpan().SequenceEqual(edit.Text))
            {
                _screen.Done(changed: false, ["There is no backup, and nothing of setup's is there; nothing to undo."]);
                return ExitCode.Done;
            }

            _context.Terminal.Message("There is no backup; this takes out what setup writes, and nothing else:");
            _screen.Diff(current, edit.Text);
            if (await RefusalOfAsync("Write this?", cancellationToken) is { } refused)
            {
                return refused;
            }

            // No backup: it would make the next undo a way back into setup.
            _file.Overwrite(current, edit.Text);
            _screen.Done(changed: true, [$"{Shown} no longer leads to this gateway."]);
            return ExitCode.Done;
        }

        private async Task<int?> RefusalOfAsync(string question, CancellationToken cancellationToken)
        {
            if (_parsed.GetValue(Yes))
            {
                return null;
            }

            if (!_context.Terminal.IsInteractive || _parsed.GetValue(Json))
            {
                _context.Terminal.Error(
                    "Nobody can be asked here, so nothing was written. Add --yes to agree beforehand."
                );
                return ExitCode.WrongUsage;
            }

            if (await _context.Terminal.ConfirmAsync(question, cancellationToken))
            {
                return null;
            }

            _context.Terminal.Message("Nothing was written.");
            return ExitCode.Failed;
        }

        private IEnumerable<string> Warnings(byte[] text)
        {
            if (Refusal(text) is { } refusal)
            {
                yield return refusal;
            }

            if (_file.IsReadByOthers)
            {
                yield return $"Others on this machine may read it, and it holds a key: `chmod 600 {Shown}`.";
            }
        }

        private static string? Refusal(byte[]? text) => text is null ? null : ClaudeSetup.RefusedByClient(text);
    }
}
