using System.CommandLine;
using System.Globalization;
using System.Text;
using CodexProxy.Records;
using CodexProxy.Relay;
using CodexProxy.Terminals;

namespace CodexProxy.Commands;

/// <summary><c>codex-proxy translate</c>: what a request would become. Needs no sign-in and no server, and sends nothing.</summary>
internal static class TranslateCommand
{
    private const string StandardInput = "-";

    private static readonly Argument<string> Source = new("FILE")
    {
        Description = "File with the JSON body of a request, or - for standard input",
    };

    private static readonly Option<string> Api = new Option<string>("--api")
    {
        Description = "Protocol of the request: messages (default), chat or responses",
        HelpName = "name",
        DefaultValueFactory = _ => ClientProtocols.Words[0],
    }.AcceptOnlyFromAmong(ClientProtocols.Words);

    /// <summary>The command.</summary>
    public static Command Create(CommandContext context)
    {
        var command = new Command("translate", "Show what a request would become, without sending it") { Source, Api };
        command.WithJson();
        command.SetAction(
            (parsed, cancelled) =>
                AccountsRun.StartAsync(
                    context,
                    parsed,
                    run =>
                        RunAsync(
                            run,
                            parsed.GetRequiredValue(Source),
                            ClientProtocols.Of(parsed.GetRequiredValue(Api))!.Value,
                            context,
                            cancelled
                        )
                )
        );
        return command;
    }

    private static async Task<int> RunAsync(
        AccountsRun run,
        string source,
        ClientProtocol protocol,
        CommandContext context,
        CancellationToken cancellationToken
    )
    {
        byte[] body;
        try
        {
            body =
                source == StandardInput
                    ? Encoding.UTF8.GetBytes(await context.Terminal.Input.ReadToEndAsync(cancellationToken))
                    : await File.ReadAllBytesAsync(source, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return run.Refuse($"{source} cannot be read: {exception.Message}");
        }

        var (preview, refusal) = run.Get<TranslationPreview>().TryMake(body, protocol);
        if (preview is null)
        {
            return run.Refuse($"This request would be refused: {refusal}");
        }

        if (run.Json)
        {
            run.Terminal.Line(JsonLine.Of(preview.Write));
        }
        else
        {
            Show(run.Terminal, preview);
        }

        return ExitCode.Done;
    }

    private static void Show(Terminal terminal, PreviewedRequest preview)
    {
        var (body, context) = (preview.Translated.Body, preview.Translated.Context);
        terminal.Labelled("model", $"{context.RequestedModel} -> {body.Model}");
        terminal.Labelled("effort", body.Reasoning.Effort ?? "the model's own");
        terminal.Labelled("tier", body.ServiceTier ?? "standard");
        terminal.Labelled("session", context.SessionId ?? "none");
        terminal.Labelled("cache key", context.CacheKey);
        terminal.Labelled("input", string.Create(CultureInfo.InvariantCulture, $"about {preview.Tokens} tokens"));
        if (preview.Forms.Count > 0)
        {
            terminal.Labelled("forms", string.Join(", ", preview.Forms));
        }

        terminal.Labelled("losses", preview.Losses.Count == 0 ? "none" : "");
        foreach (var loss in preview.Losses)
        {
            terminal.Line($"  {LossLine.Word(loss.Kind).PadRight(13)} {loss.Path}");
        }

        terminal.Heading("From the client");
        terminal.Line(PreviewedRequest.Readable(preview.Client));
        terminal.Heading("To the upstream");
        terminal.Line(PreviewedRequest.Readable(preview.Upstream));
    }
}
