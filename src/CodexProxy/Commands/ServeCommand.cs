using System.CommandLine;
using System.Globalization;
using System.Net.Sockets;
using CodexProxy.Accounts;
using CodexProxy.Clients;
using CodexProxy.Endpoints;
using CodexProxy.Hosting;
using CodexProxy.Launcher;
using CodexProxy.Options;
using CodexProxy.Storage;
using CodexProxy.Telemetry;
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
            terminal.Error("The state folder cannot be made. Set CODEX_PROXY_HOME to a folder that can be written.");
            return ExitCode.Failed;
        }

        await using var app = GatewayHost.Build(
            options,
            surroundings with
            {
                Inputs = inputs,
                IsDetached = isDetached,
            }
        );
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

        if (isDetached)
        {
            LogServing(
                app.Services.GetRequiredService<ILoggerFactory>().CreateLogger(nameof(CodexProxy)),
                ProductInfo.Name,
                ProductInfo.Version,
                GatewayHost.AddressOf(app).GetLeftPart(UriPartial.Authority)
            );
        }

        using var presence = await ServerPresence.AnnounceAsync(
            GatewayHost.AddressOf(app),
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
            var address = GatewayHost.AddressOf(app).GetLeftPart(UriPartial.Authority);
            terminal.Line($"{now} {ProductInfo.Name} {ProductInfo.Version} serves at {address}");
            await app.WaitForShutdownAsync(cancellationToken);
            return ExitCode.Done;
        }

        var login = app.Services.GetRequiredService<AccountDirectory>().Peek();
        var config = File.Exists(options.ConfigPath) ? inputs.Shown(options.ConfigPath) : null;
        // Only a person's own terminal sees a link that opens something.
        var link = terminal.IsInteractive
            ? app
                .Services.GetRequiredService<DashboardAccess>()
                .NewLink()
                .AddressAt(ReachableAddress.Of(GatewayHost.AddressOf(app)))
            : null;
        StartBanner.Write(terminal, ProgramSearch.OwnCommand(inputs), GatewayHost.AddressOf(app), login, config, link);
        await app.WaitForShutdownAsync(cancellationToken);
        return ExitCode.Done;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Name} {Version} serves at {Address}")]
    private static partial void LogServing(ILogger logger, string name, string version, string address);
}
