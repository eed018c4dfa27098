using System.Text.Json;
using CodexProxy.Accounts;
using CodexProxy.Codex;
using CodexProxy.Credentials;
using CodexProxy.Endpoints;
using CodexProxy.Hosting;
using CodexProxy.Options;
using CodexProxy.SignIn;
using CodexProxy.Storage;
using CodexProxy.Terminals;
using CodexProxy.Views;

namespace CodexProxy.Commands;

/// <summary>One sign-in from a terminal.</summary>
/// <param name="context">Where the person is told what to do.</param>
/// <param name="result">Where programs are told in JSON how it ended; null when a person is told.</param>
internal sealed class LoginRun(CommandContext context, Terminal? result)
{
    // A person who copies addresses between two machines, and perhaps waits for a code by mail, is slower.
    private static readonly TimeSpan LimitElsewhere = TimeSpan.FromMinutes(10);

    /// <summary>Signs in and keeps the login; the exit code.</summary>
    public async Task<int> RunAsync(
        ProxyOptions options,
        bool device,
        bool noBrowser,
        CancellationToken cancellationToken
    )
    {
        try
        {
            // A login that cannot be kept would be one more that nobody ever ends.
            ClosedFolder.ThrowIfClosed(options.Home);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Fail($"No sign-in was begun, since it could not be kept: {exception.Message}");
        }

        using var interruption = new Interruption(cancellationToken);
        using var http = UpstreamHttp.CreateClient(context.Surroundings.Upstream);
        try
        {
            return device
                ? await SignInByDeviceAsync(options, http, interruption.Token)
                : await SignInByBrowserAsync(options, http, noBrowser, interruption.Token);
        }
        catch (SignInFailedException exception)
        {
            return Fail(exception.Message);
        }
        catch (OperationCanceledException) when (interruption.Token.IsCancellationRequested)
        {
            context.Terminal.Message("The sign-in was cancelled.");
            return ExitCode.Failed;
        }
    }

    private async Task<int> SignInByBrowserAsync(
        ProxyOptions options,
        HttpClient http,
        bool noBrowser,
        CancellationToken cancellationToken
    )
    {
        var terminal = context.Terminal;
        var limit = noBrowser ? LimitElsewhere : BrowserSignIn.UsualLimit;
        await using var signIn = await BrowserSignIn.BeginAsync(options, http, context.Time, limit, cancellationToken);
        if (noBrowser)
        {
            terminal.Line("Open this link in a browser and sign in:");
        }
        else
        {
            terminal.Line(
                context.Surroundings.OpenBrowser(signIn.AuthorizeUrl)
                    ? "Your browser opens. If it does not, open this link:"
                    : "No browser could be opened. Open this link on this machine:"
            );
        }

        terminal.Line("");
        terminal.Line(terminal.Usable(signIn.AuthorizeUrl.AbsoluteUri));
        terminal.Line("");
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (noBrowser)
        {
            if (QrPicture.TryWrite(terminal, signIn.AuthorizeUrl))
            {
                terminal.Line("");
            }

            terminal.Message(
                "A browser on another machine ends at a page that does not load. Copy its address, paste it here and press "
                    + "Enter."
            );
            // Not awaited: a terminal cannot be asked to stop reading. It is left alone when the sign-in has ended.
            _ = Task.Run(() => ReadPastedAsync(signIn, terminal, reading.Token), CancellationToken.None);
        }

        var outcome = await signIn.Completion.WaitAsync(cancellationToken);
        await reading.CancelAsync();
        return await FinishAsync(outcome, options, cancellationToken);
    }

    private async Task ReadPastedAsync(BrowserSignIn signIn, Terminal terminal, CancellationToken cancellationToken)
    {
        try
        {
            while (
                await terminal.Input.ReadLineAsync(cancellationToken) is { } line
                && !cancellationToken.IsCancellationRequested
            )
            {
                if (!string.IsNullOrWhiteSpace(line) && await signIn.CompleteAsync(line) is { } problem)
                {
                    terminal.Error(problem);
                }
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            // Nothing more can be pasted; the browser may still come back by itself.
        }
    }

    private async Task<int> SignInByDeviceAsync(
        ProxyOptions options,
        HttpClient http,
        CancellationToken cancellationToken
    )
    {
        var terminal = context.Terminal;
        var signIn = new DeviceSignIn(new IssuerClient(http, context.Time), options.Upstream, context.Time);
        var (code, failure) = await signIn.StartAsync(cancellationToken);
        if (code is null)
        {
            return await FinishAsync(failure!, options, cancellationToken);
        }

        terminal.Line($"Open {terminal.Usable(code.Page.AbsoluteUri)} on any device and type this code:");
        terminal.Line("");
        terminal.Line($"    {terminal.Bold(code.UserCode)}");
        terminal.Line("");
        if (QrPicture.TryWrite(terminal, code.Page))
        {
            terminal.Line("");
        }

        terminal.Message(
            $"The code works for {DeviceSignIn.Life.TotalMinutes:0} minutes. Type it only if you began this sign-in yourself."
        );
        return await FinishAsync(await signIn.WaitAsync(code, cancellationToken), options, cancellationToken);
    }

    private async Task<int> FinishAsync(
        SignInOutcome outcome,
        ProxyOptions options,
        CancellationToken cancellationToken
    )
    {
        switch (outcome)
        {
            case SignedIn { Tokens: var tokens }:
                return await KeepAsync(tokens, options, cancellationToken);
            case SignInFailure failure:
                return Fail(failure.Message);
            default:
                throw new InvalidOperationException($"Unknown outcome {outcome.GetType().Name}.");
        }
    }

    private async Task<int> KeepAsync(SignInTokens tokens, ProxyOptions options, CancellationToken cancellationToken)
    {
        try
        {
            await using var services = GatewayHost.BuildServices(options, context.Surroundings);
            var sentence = await services.GetRequiredService<AccountActions>().AddAsync(tokens, cancellationToken);
            if (result is null)
            {
                context.Terminal.Hanging(context.Terminal.Good("✓") + " ", sentence);
            }
            else
            {
                result.Line(JsonSerializer.Serialize(new Done(sentence), ViewJson.Readable.Done));
            }

            return ExitCode.Done;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or AccountException)
        {
            return Fail($"The sign-in worked, but it could not be kept: {exception.Message}");
        }
    }

    private int Fail(string sentence)
    {
        if (result is null)
        {
            context.Terminal.Error(sentence);
        }
        else
        {
            result.Line(JsonSerializer.Serialize(new Refused(sentence), ViewJson.Readable.Refused));
        }

        return ExitCode.Failed;
    }
}
