using System.CommandLine;
using CodexProxy.Accounts;
using CodexProxy.Codex;
using CodexProxy.Credentials;
using CodexProxy.Endpoints;
using CodexProxy.Hosting;
using CodexProxy.Options;
using CodexProxy.SignIn;
using CodexProxy.Terminals;

namespace CodexProxy.Commands;

/// <summary><c>codex-proxy login</c>: signs a person in with the browser, from another machine, or by a device code.</summary>
internal static class LoginCommand
{
    // A person who copies addresses between two machines, and perhaps waits for a code by mail, is slower.
    private static readonly TimeSpan LimitElsewhere = TimeSpan.FromMinutes(10);

    private static readonly Option<bool> NoBrowser = new("--no-browser")
    {
        Description = "Only print the link, for a browser on another machine",
    };

    private static readonly Option<bool> Device = new("--device")
    {
        Description = "Sign in by a short code, typed on any device",
    };

    /// <summary>The command, and the same under the word where people with several accounts look for it.</summary>
    public static Command Create(
        CommandContext context,
        string name = "login",
        string description = "Sign in with your ChatGPT account"
    )
    {
        var command = new Command(name, description) { NoBrowser, Device };
        command.SetAction(
            (parsed, cancelled) =>
            {
                var (noBrowser, device) = (parsed.GetValue(NoBrowser), parsed.GetValue(Device));
                if (noBrowser && device)
                {
                    context.Terminal.Error("--no-browser and --device exclude each other. Choose one.");
                    return Task.FromResult(ExitCode.WrongUsage);
                }

                return context.WithOptionsAsync(
                    context.Inputs(parsed),
                    options => RunAsync(options, device, noBrowser, context, cancelled)
                );
            }
        );
        return command;
    }

    private static async Task<int> RunAsync(
        ProxyOptions options,
        bool device,
        bool noBrowser,
        CommandContext context,
        CancellationToken cancellationToken
    )
    {
        var terminal = context.Terminal;
        using var interruption = new Interruption(cancellationToken);
        using var http = UpstreamHttp.CreateClient(context.Surroundings.Upstream);
        try
        {
            return device
                ? await SignInByDeviceAsync(options, http, context, interruption.Token)
                : await SignInByBrowserAsync(options, http, noBrowser, context, interruption.Token);
        }
        catch (SignInFailedException exception)
        {
            terminal.Error(exception.Message);
        }
        catch (OperationCanceledException) when (interruption.Token.IsCancellationRequested)
        {
            terminal.Message("The sign-in was cancelled.");
        }

        return ExitCode.Failed;
    }

    private static async Task<int> SignInByBrowserAsync(
        ProxyOptions options,
        HttpClient http,
        bool noBrowser,
        CommandContext context,
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
        return await FinishAsync(outcome, options, context, cancellationToken);
    }

    private static async Task ReadPastedAsync(
        BrowserSignIn signIn,
        Terminal terminal,
        CancellationToken cancellationToken
    )
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

    private static async Task<int> SignInByDeviceAsync(
        ProxyOptions options,
        HttpClient http,
        CommandContext context,
        CancellationToken cancellationToken
    )
    {
        var terminal = context.Terminal;
        var signIn = new DeviceSignIn(new IssuerClient(http, context.Time), options.Upstream, context.Time);
        var (code, failure) = await signIn.StartAsync(cancellationToken);
        if (code is null)
        {
            return await FinishAsync(failure!, options, context, cancellationToken);
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
        return await FinishAsync(await signIn.WaitAsync(code, cancellationToken), options, context, cancellationToken);
    }

    private static async Task<int> FinishAsync(
        SignInOutcome outcome,
        ProxyOptions options,
        CommandContext context,
        CancellationToken cancellationToken
    )
    {
        switch (outcome)
        {
            case SignedIn { Tokens: var tokens }:
                return await KeepAsync(tokens, options, context, cancellationToken);
            case SignInFailure failure:
                context.Terminal.Error(failure.Message);
                return ExitCode.Failed;
            default:
                throw new InvalidOperationException($"Unknown outcome {outcome.GetType().Name}.");
        }
    }

    private static async Task<int> KeepAsync(
        SignInTokens tokens,
        ProxyOptions options,
        CommandContext context,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await using var services = GatewayHost.BuildServices(options, context.Surroundings);
            var sentence = await services.GetRequiredService<AccountActions>().AddAsync(tokens, cancellationToken);
            context.Terminal.Hanging(context.Terminal.Good("✓") + " ", sentence);
            return ExitCode.Done;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or AccountException)
        {
            context.Terminal.Error($"The sign-in worked, but it could not be kept: {exception.Message}");
            return ExitCode.Failed;
        }
    }
}
