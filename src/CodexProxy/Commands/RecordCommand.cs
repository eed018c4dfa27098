using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using CodexProxy.Launcher;
using CodexProxy.Records;
using CodexProxy.Terminals;
using CodexProxy.Views;

namespace CodexProxy.Commands;

/// <summary><c>codex-proxy record</c>: lets the running server write down bodies for some minutes, to look for a fault.</summary>
internal static class RecordCommand
{
    private static readonly Option<int> Minutes = new("--minutes")
    {
        Description = "How long, 1 to 60 (10)",
        HelpName = "number",
        DefaultValueFactory = _ => 10,
    };

    /// <summary>The command.</summary>
    public static Command Create(CommandContext context)
    {
        var stop = new Command("stop", "End it now; what was recorded stays");
        stop.SetAction((parsed, cancelled) => RunAsync(context, parsed, "/api/recording/stop", true, cancelled));
        var status = new Command("status", "Tell whether bodies are recorded");
        status.SetAction((parsed, cancelled) => RunAsync(context, parsed, "/api/recording", false, cancelled));
        var command = new Command("record", "Write down prompts and answers for some minutes, to look for a fault")
        {
            Minutes,
            stop,
            status,
        };
        command.SetAction(
            (parsed, cancelled) =>
                RunAsync(
                    context,
                    parsed,
                    string.Create(CultureInfo.InvariantCulture, $"/api/recording?minutes={parsed.GetValue(Minutes)}"),
                    true,
                    cancelled
                )
        );
        return command;
    }

    private static Task<int> RunAsync(
        CommandContext context,
        ParseResult parsed,
        string path,
        bool changes,
        CancellationToken cancellationToken
    )
    {
        var inputs = context.Inputs(parsed);
        return context.WithOptionsAsync(
            inputs,
            async options =>
            {
                var server = new ServerQuestion(options.Home, context.Time);
                var (body, problem) = changes
                    ? await server.PostAsync(path, cancellationToken)
                    : await server.GetAsync(path, cancellationToken);
                if (body is null)
                {
                    context.Terminal.Error(problem!);
                    return ExitCode.Failed;
                }

                var state = JsonSerializer.Deserialize(body, ApiJson.Default.RecordingState)!;
                Tell(context, state, inputs.Shown(state.Folder));
                return ExitCode.Done;
            }
        );
    }

    private static void Tell(CommandContext context, RecordingState state, string folder)
    {
        var kept = state.Requests == 1 ? "1 request" : $"{state.Requests} requests";
        context.Terminal.Sentence(
            state.Until is { } until
                ? $"Bodies are recorded until {TimeText.Of(until, context.Time)}: {kept} so far, in {folder}."
                : "Bodies are not recorded."
        );
        if (state.Until is not null)
        {
            context.Terminal.Message(
                "They hold prompts and answers; keys and addresses are taken out as far as they can be told. Remove them when you are done."
            );
        }
    }
}
