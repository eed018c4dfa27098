using System.CommandLine;
using System.Globalization;
using CodexProxy.Clients;
using CodexProxy.Credentials;
using CodexProxy.Launcher;
using CodexProxy.Options;
using CodexProxy.Terminals;

namespace CodexProxy.Commands;

/// <summary>
/// <c>codex-proxy statusline</c>: a status line for Claude Code. It reads what the client tells of the session, asks the
/// gateway what really served, and prints one line. It never fails: a status line with an error in it helps nobody.
/// </summary>
internal static class StatusLineCommand
{
    private const string AddressVariable = "ANTHROPIC_BASE_URL";
    private const int Limit = 1024 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(800);

    /// <summary>The command.</summary>
    public static Command Create(CommandContext context)
    {
        var command = new Command("statusline", "Print a status line for Claude Code from what it pipes in");
        command.SetAction(
            (parsed, cancelled) =>
            {
                var inputs = context.Inputs(parsed);
                return ShowAsync(inputs, context, cancelled);
            }
        );
        return command;
    }

    private static async Task<int> ShowAsync(OptionInputs inputs, CommandContext context, CancellationToken cancelled)
    {
        var code = await context.WithOptionsAsync(inputs, options => RunAsync(options, inputs, context, cancelled));
        if (code == ExitCode.WrongUsage)
        {
            // What is wrong with the settings was said on the second stream; the client shows the first.
            context.Terminal.Line($"{ProductInfo.Name}: settings");
        }

        return ExitCode.Done;
    }

    private static async Task<int> RunAsync(
        ProxyOptions options,
        OptionInputs inputs,
        CommandContext context,
        CancellationToken cancellationToken
    )
    {
        var told = context.Terminal.IsInteractive ? "" : await context.Terminal.Input.ReadToEndAsync(cancellationToken);
        var line = StatusLine.Read(told);
        if (line.SessionId is { } session)
        {
            try
            {
                line = line.With(await AskAsync(options, inputs, session, context.Time, cancellationToken));
            }
            catch (HttpRequestException exception)
            {
                line = line with { GatewayIsMissing = exception.HttpRequestError == HttpRequestError.ConnectionError };
            }
        }

        _ = int.TryParse(
            inputs.Environment("COLUMNS"),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var columns
        );
        context.Terminal.Line(line.Render(context.Time, inputs.Environment("NO_COLOR") is null or "", columns));
        return ExitCode.Done;
    }

    // The address is the client's own: it may be led to another gateway than the one of this folder.
    private static async Task<byte[]?> AskAsync(
        ProxyOptions options,
        OptionInputs inputs,
        string session,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var server = new RunningServer(options.Home, time).Recorded();
        var own = server?.ClientUrl;
        var address = inputs.Environment(AddressVariable) is { Length: > 0 } named ? named : own;
        // The key of this installation is for its own server; any other gets what the client itself would show it.
        var key =
            address == own
                ? LocalKey.OfInstallation(options.Home).Reveal()
                : inputs.Environment(ClientEnvironment.KeyVariable);
        if (
            address is null
            || !Uri.TryCreate(address.TrimEnd('/') + "/", UriKind.Absolute, out var root)
            || !(root.IsLoopback || address == own)
        )
        {
            return null;
        }

        using var deadline = new CancellationTokenSource(Patience, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        using var handler = LocalHandler.Create(address == own ? server?.Certificate : null);
        using var http = new HttpClient(handler) { MaxResponseContentBufferSize = Limit };
        try
        {
            using var request = new HttpRequestMessage(
                HttpMethod.Get,
                new Uri(root, $"api/sessions/{Uri.EscapeDataString(session)}/line")
            );
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {key}");
            using var response = await http.SendAsync(request, stop.Token);
            return response.IsSuccessStatusCode ? await response.Content.ReadAsByteArrayAsync(stop.Token) : null;
        }
        catch (Exception exception)
            when (exception is IOException or UnauthorizedAccessException or OperationCanceledException)
        {
            // Without the gateway the line shows what the client knows by itself.
            return null;
        }
    }
}
