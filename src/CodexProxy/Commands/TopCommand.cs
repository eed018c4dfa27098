using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using CodexProxy.Launcher;
using CodexProxy.Options;
using CodexProxy.Terminals;
using CodexProxy.Views;

namespace CodexProxy.Commands;

/// <summary>
/// <c>codex-proxy top</c>: what the running server does, drawn again as it happens. Through a pipe one snapshot, or with
/// <c>--follow</c> one line for each request that ends.
/// </summary>
internal static class TopCommand
{
    private const int PipeWidth = 120;

    private static readonly Option<bool> Follow = new("--follow", "-f")
    {
        Description = "Print one line for each request that ends",
    };

    /// <summary>The command.</summary>
    public static Command Create(CommandContext context)
    {
        var command = new Command("top", "Watch the windows, the requests in flight and the recent ones") { Follow };
        command.WithJson();
        command.SetAction(
            (parsed, cancelled) =>
                context.WithOptionsAsync(
                    context.Inputs(parsed),
                    async options =>
                    {
                        using var interruption = new Interruption(cancelled);
                        return await RunAsync(
                            options,
                            parsed.GetValue(Follow),
                            parsed.GetResult(OutputFlags.Json) is { Implicit: false },
                            context,
                            interruption.Token
                        );
                    }
                )
        );
        return command;
    }

    private static async Task<int> RunAsync(
        ProxyOptions options,
        bool follow,
        bool json,
        CommandContext context,
        CancellationToken cancellationToken
    )
    {
        var source = new TopSource(new ServerQuestion(options.Home, context.Time));
        try
        {
            if (follow)
            {
                return await FollowAsync(source, json, context.Terminal, cancellationToken);
            }

            using var screen = json ? null : context.Terminal.OpenScreen();
            var (facts, problem) = await source.ReadAsync(cancellationToken);
            if (facts is null)
            {
                return Refuse(problem!, json, context.Terminal);
            }

            if (json)
            {
                context.Terminal.Line(source.Json);
                return ExitCode.Done;
            }

            var frames = new TopScreen(context.Terminal, context.Time);
            if (screen is null)
            {
                var width = context.Terminal.Width;
                foreach (var line in frames.Frame(facts, width > 0 ? width : PipeWidth))
                {
                    context.Terminal.Line(line);
                }

                return ExitCode.Done;
            }

            await new TopLoop(source, frames, screen, context.Time).RunAsync(facts, cancellationToken);
            return ExitCode.Done;
        }
        catch (OperationCanceledException)
        {
            // The person has seen enough.
            return ExitCode.Done;
        }
    }

    private static async Task<int> FollowAsync(
        TopSource source,
        bool json,
        Terminal terminal,
        CancellationToken cancellationToken
    )
    {
        var problem = await source.FollowAsync(
            (name, data) =>
            {
                if (name == "ended")
                {
                    terminal.Line(json ? data : Line(data));
                }
            },
            cancellationToken
        );
        return Refuse(problem, json, terminal);
    }

    // For programs: exact times, tabs, nothing cut.
    private static string Line(string data)
    {
        var request = JsonSerializer.Deserialize(data, ApiJson.Default.RequestView)!;
        var tokens = request.Tokens;
        return string.Join(
            '\t',
            request.At.ToString("O", CultureInfo.InvariantCulture),
            TopScreen.State(request),
            request.Model,
            Number(request.FirstMs),
            Number(request.TotalMs),
            Number(tokens?.Input),
            Number(tokens?.Cached),
            Number(tokens?.Output),
            request.Client ?? "-",
            request.Project ?? "-",
            request.Id
        );
    }

    private static string Number(long? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "-";

    private static int Refuse(string sentence, bool json, Terminal terminal)
    {
        if (json)
        {
            terminal.Line(JsonSerializer.Serialize(new Refused(sentence), ViewJson.Readable.Refused));
        }
        else
        {
            terminal.Error(sentence);
        }

        return ExitCode.Failed;
    }
}
