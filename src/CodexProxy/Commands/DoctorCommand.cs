using System.CommandLine;
using CodexProxy.Codex;
using CodexProxy.Diagnosis;
using CodexProxy.Launcher;
using CodexProxy.Options;
using CodexProxy.Terminals;

namespace CodexProxy.Commands;

/// <summary>
/// <c>codex-proxy doctor</c>: looks at everything that must fit together, and says what does not and what to do. Changes
/// nothing, but renews a login that is about to end, as serving would.
/// </summary>
internal static class DoctorCommand
{
    private static readonly Option<bool> Json = new("--json") { Description = "Tell the findings as JSON" };

    /// <summary>The command.</summary>
    public static Command Create(CommandContext context)
    {
        var command = new Command("doctor", "Look for what is wrong, and say what to do") { Json };
        command.With(SettingFlags.Listening);
        command.SetAction(
            async (parsed, cancelled) =>
            {
                var findings = await ExamineAsync(context, context.Inputs(parsed), cancelled);
                Tell(context.Terminal, findings, parsed.GetValue(Json));
                return findings.Any(found => found.Finding.Result == CheckResult.Problem)
                    ? ExitCode.Failed
                    : ExitCode.Done;
            }
        );
        return command;
    }

    /// <summary>Tells the findings.</summary>
    internal static void Tell(Terminal terminal, IReadOnlyList<Diagnosed> findings, bool asJson)
    {
        if (asJson)
        {
            terminal.Line(AsJson(findings));
            return;
        }

        var width = findings.Max(found => found.Name.Length);
        foreach (var (name, finding) in findings)
        {
            terminal.Hanging($"{Sign(terminal, finding.Result)} {name.PadRight(width)}  ", finding.Message);
            if (finding.Cure is { } cure)
            {
                terminal.Hanging(new string(' ', width + 4), terminal.Usable(cure));
            }
        }

        var problems = findings.Count(found => found.Finding.Result == CheckResult.Problem);
        var warnings = findings.Count(found => found.Finding.Result == CheckResult.Warning);
        terminal.Line("");
        terminal.Line(
            (problems, warnings) switch
            {
                (0, 0) => "All is well.",
                (0, _) => $"No problem, {Count(warnings, "warning")}.",
                _ => $"{Count(problems, "problem")}, {Count(warnings, "warning")}.",
            }
        );
    }

    private static async Task<IReadOnlyList<Diagnosed>> ExamineAsync(
        CommandContext context,
        OptionInputs inputs,
        CancellationToken cancellationToken
    )
    {
        ProxyOptions options;
        try
        {
            options = OptionsLoader.Load(inputs);
        }
        catch (OptionsRejectedException rejection)
        {
            // Everything else depends on them.
            return
            [
                new("runtime", MachineChecks.Runtime(Environment.Version)),
                new("settings", MachineChecks.Settings(rejection)),
            ];
        }

        using var upstream = UpstreamHttp.CreateClient(context.Surroundings.Upstream);
        using var handler = LocalHandler.Create(new RunningServer(options.Home, context.Time).Recorded()?.Certificate);
        using var local = UpstreamHttp.CreateClient(handler);
        await using var accounts = OnlineChecks.OpenAccounts(options, inputs, upstream, context.Time);
        var surveyed = new Surveyed
        {
            Options = options,
            Inputs = inputs,
            Time = context.Time,
            Accounts = accounts,
            Upstream = upstream,
            Local = local,
        };
        return await Examination.RunAsync(Checks.Of(surveyed), context.Time, cancellationToken);
    }

    private static string Sign(Terminal terminal, CheckResult result) =>
        result switch
        {
            CheckResult.Ok => terminal.Good("✓"),
            CheckResult.Warning => terminal.Bold("!"),
            _ => terminal.Bad("✗"),
        };

    private static string Count(int number, string what) => $"{number} {what}{(number == 1 ? "" : "s")}";

    private static string AsJson(IReadOnlyList<Diagnosed> findings) =>
        JsonLine.Of(writer =>
        {
            writer.WriteStartArray();
            foreach (var (name, finding) in findings)
            {
                writer.WriteStartObject();
                writer.WriteString("name"u8, name);
                writer.WriteString("result"u8, finding.Result.ToString().ToLowerInvariant());
                writer.WriteString("message"u8, finding.Message);
                writer.WriteString("cure"u8, finding.Cure);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        });
}
