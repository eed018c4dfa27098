using System.CommandLine;
using System.Globalization;
using System.Net.Sockets;
using CodexProxy.Accounts;
using CodexProxy.Clients;
using CodexProxy.Endpoints;
using CodexProxy.Hosting;
using CodexProxy.Keys;
using CodexProxy.Launcher;
using CodexProxy.Options;
using CodexProxy.Storage;
using CodexProxy.Telemetry;
using CodexProxy.Terminals;
using Microsoft.AspNetCore.Connections;

namespace CodexProxy.Commands;

/// <summary>
/// <c>codex-proxy serve</c>: reads the settings, builds the gateway, says where it is, and serves until stopped.
/// </summary>
internal static partial class ServeCommand
{
    private static readonly Option<bool> Background = new("--background")
    {
        Description = "Serve in the background; return when it answers",
    };

    // What the background server itself is started with.
    private static readonly Option<bool> Detached = new("--detached") { Hidden = true };

    /// <summary>The command.</summary>
    public static Command Create(CommandContext context)
    {
        var command = new Command("serve", "Serve the Messages API on this machine (the default command)")
        {
            Background,
            Detached,
        };
        command.With(SettingFlags.Listening);
        command.Aliases.Add("start");
        command.SetAction(
            (parsed, cancelled) =>
                parsed.GetValue(Background)
                    ? BackgroundStart.RunAsync(context.Inputs(parsed), context, cancelled)
                    : RunAsync(context.Inputs(parsed), context, cancelled, parsed.GetValue(Detached))
        );
        return command;
    }

    /// <summary>Runs the gateway in the foreground.</summary>
    /// <param name="inputs">Where the settings are read from.</param>
    /// <param name="context">Where the banner and errors go; clock, upstream and logging.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <param name="isDetached">Whether it is the server in the background, which has no terminal. Default: not.</param>
    /// <returns>An <see cref="ExitCode"/>.</returns>
    public static Task<int> RunAsync(
        OptionInputs inputs,
        CommandContext context,
        CancellationToken cancellationToken,
        bool isDetached = false
    ) =>
        context.WithOptionsAsync(
            inputs,
            options => ServeAsync(options, inputs, context, isDetached, cancellationToken)
        );

    private static async Task<int> ServeAsync(
        ProxyOptions options,
        OptionInputs inputs,
        CommandContext context,
        bool isDetached,
        CancellationToken cancellationToken
    )
    {
        var (terminal, surroundings) = (context.Terminal, context.Surroundings);
        if (isDetached && !OperatingSystem.IsWindows())
        {
            UnixCalls.LeaveSession();
        }

        try
        {
            PrivateFolder.Create(options.Home);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            terminal.Error(
                $"The state folder {inputs.Shown(options.Home)} cannot be made. Set CODEX_PROXY_HOME to a folder that can be written."
            );
            return ExitCode.Failed;
        }

        if (FolderProblem(options, terminal) is { } folderProblem)
        {
            terminal.Error(folderProblem);
            return ExitCode.Failed;
        }

        if (KeyProblem(options, context.Time) is { } problem)
        {
            terminal.Error(problem);
            return ExitCode.WrongUsage;
        }

        WebApplication built;
        try
        {
            built = GatewayHost.Build(options, surroundings with { Inputs = inputs, IsDetached = isDetached });
        }
        catch (OptionsRejectedException exception)
        {
            terminal.Error(exception.Errors[0].ToString());
            return ExitCode.WrongUsage;
        }

        await using var app = built;
        using var end = new ServerEnd(app);
        using var crash = CrashReport.Of(app.Services.GetRequiredService<GatewayLogs>());
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (IOException exception) when (exception.InnerException is AddressInUseException)
        {
            terminal.Error(
                $"Port {options.Server.Port} is in use, perhaps by another codex-proxy. Choose one with --port."
            );
            return ExitCode.AlreadyRunning;
        }
        catch (SocketException)
        {
            terminal.Error(
                $"Cannot listen on {options.Server.Host}:{options.Server.Port}. Choose another --host or --port."
            );
            return ExitCode.Failed;
        }

        // A certificate is for a name, seldom for an address.
        var bound = GatewayHost.AddressOf(app);
        var served = options.Server.IsEncrypted ? new Uri(ReachableAddress.Of(options.Server, bound.Port)) : bound;
        if (isDetached)
        {
            LogServing(
                app.Services.GetRequiredService<ILoggerFactory>().CreateLogger(nameof(CodexProxy)),
                ProductInfo.Name,
                ProductInfo.Version,
                served.GetLeftPart(UriPartial.Authority)
            );
        }

        using var presence = await ServerPresence.AnnounceAsync(
            served,
            app.Services.GetRequiredService<ManagementToken>(),
            isDetached,
            options,
            inputs,
            context,
            cancellationToken
        );
        if (isDetached)
        {
            // The banner names the account, and this output is a log.
            var now = context.Time.GetLocalNow().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
            var address = served.GetLeftPart(UriPartial.Authority);
            terminal.Line($"{now} {ProductInfo.Name} {ProductInfo.Version} serves at {address}");
            await app.WaitForShutdownAsync(cancellationToken);
            return ExitCode.Done;
        }

        var login = app.Services.GetRequiredService<AccountDirectory>().Peek();
        var config = File.Exists(options.ConfigPath) ? inputs.Shown(options.ConfigPath) : null;
        // Only a person's own terminal sees a link that opens something.
        var link = terminal.IsInteractive
            ? app.Services.GetRequiredService<DashboardAccess>().NewLink().AddressAt(ReachableAddress.Of(served))
            : null;
        StartBanner.Write(terminal, ProgramSearch.OwnCommand(inputs), served, login, config, link);
        await app.WaitForShutdownAsync(cancellationToken);
        return ExitCode.Done;
    }

    private static string? FolderProblem(ProxyOptions options, Terminal terminal)
    {
        try
        {
            if (StateFolder.Foreign(options.Home) is { } foreign)
            {
                return $"{(foreign.Length == 0 ? "The state folder" : $"{foreign} in the state folder")} belongs to another user. "
                    + "Run as that user, or set CODEX_PROXY_HOME to a folder of your own.";
            }

            if (StateFolder.Close(options.Home) is { Count: > 0 } closed)
            {
                terminal.Message(
                    "Other users could read or write in the state folder. It is for you alone again: "
                        + $"{string.Join(", ", closed.Select(part => part.Length == 0 ? "the folder itself" : part))}."
                );
            }

            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return "The state folder cannot be examined. Make it readable and writable for the user that runs codex-proxy.";
        }
    }

    // The settings have seen that there is a list; it may hold nothing that opens.
    private static string? KeyProblem(ProxyOptions options, TimeProvider time)
    {
        if (options.Server is { IsLoopback: true } or { ClientKeys.Count: > 0 })
        {
            return null;
        }

        try
        {
            var now = time.GetUtcNow();
            return new KeyStore(options.KeysPath, time).Read().Any(key => !key.HasExpired(now))
                ? null
                : $"Other machines could only come in with a key, and none is good. Run `{ProductInfo.Name} keys add NAME`.";
        }
        catch (KeyException exception)
        {
            return exception.Message;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return "keys.json in the state folder cannot be read. Make it readable for the user that runs codex-proxy.";
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Name} {Version} serves at {Address}")]
    private static partial void LogServing(ILogger logger, string name, string version, string address);
}
