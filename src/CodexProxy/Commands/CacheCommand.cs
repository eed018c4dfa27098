using System.CommandLine;
using System.Text.Json;
using CodexProxy.Launcher;
using CodexProxy.Options;
using CodexProxy.Terminals;
using CodexProxy.Views;

namespace CodexProxy.Commands;

/// <summary><c>codex-proxy cache</c>: how much of what is sent again comes from the upstream's prompt cache, and why not all.</summary>
internal static class CacheCommand
{
    private static readonly Argument<string?> Session = new("SESSION")
    {
        Description = "Id of one session, or its beginning (all sessions)",
        Arity = ArgumentArity.ZeroOrOne,
    };

    /// <summary>The command.</summary>
    public static Command Create(CommandContext context)
    {
        var command = new Command("cache", "Show the prompt cache's hits by session, and what caused each miss")
        {
            Session,
        };
        command.WithJson();
        command.SetAction(
            (parsed, cancelled) =>
                context.WithOptionsAsync(
                    context.Inputs(parsed),
                    options =>
                        RunAsync(
                            options,
                            parsed.GetValue(Session),
                            parsed.GetResult(OutputFlags.Json) is { Implicit: false },
                            context,
                            cancelled
                        )
                )
        );
        return command;
    }

    private static async Task<int> RunAsync(
        ProxyOptions options,
        string? wanted,
        bool json,
        CommandContext context,
        CancellationToken cancellationToken
    )
    {
        var (body, problem) = await new ServerQuestion(options.Home, context.Time).GetAsync(
            "/api/cache",
            cancellationToken
        );
        if (body is null)
        {
            return Refuse(problem!, json, context.Terminal);
        }

        var view = JsonSerializer.Deserialize(body, ViewJson.Default.CacheView)!;
        if (wanted is not null)
        {
            view = new CacheView([
                .. view.Sessions.Where(session => session.Session.StartsWith(wanted, StringComparison.Ordinal)),
            ]);
            if (view.Sessions.Count == 0)
            {
                return Refuse($"No session of this server run begins with {wanted}.", json, context.Terminal);
            }
        }

        if (json)
        {
            context.Terminal.Line(JsonSerializer.Serialize(view, ViewJson.Readable.CacheView));
        }
        else
        {
            new CacheScreen(context.Terminal, context.Time).Show(view, everyRequest: wanted is not null);
        }

        return ExitCode.Done;
    }

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
