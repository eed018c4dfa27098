using System.CommandLine;
using System.Text.Json;
using CodexProxy.Accounts;
using CodexProxy.Clients;
using CodexProxy.Codex;
using CodexProxy.Credentials;
using CodexProxy.Hosting;
using CodexProxy.Launcher;
using CodexProxy.Options;

namespace CodexProxy.Commands;

/// <summary>
/// <c>codex-proxy claude</c>: finds or starts the server and becomes Claude Code. Everything after the word is the
/// client's; flags of this program stand before it.
/// </summary>
internal static class ClaudeCommand
{
    private const string Name = "claude";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private static readonly Argument<string[]> Rest = new("arguments")
    {
        Description = "Everything after the word goes to Claude Code as it is",
    };

    /// <summary>The command.</summary>
    public static Command Create(CommandContext context)
    {
        var command = new Command(Name, "Run Claude Code on this gateway; starts the server when none runs") { Rest };
        command.SetAction(
            (parsed, cancelled) =>
            {
                var inputs = context.Inputs(parsed);
                var arguments = parsed.GetValue(Rest) ?? [];
                return context.WithOptionsAsync(
                    inputs,
                    options => RunAsync(options, inputs, arguments, context, cancelled)
                );
            }
        );
        return command;
    }

    /// <summary>Marks the arguments after the word as no business of this program's.</summary>
    /// <param name="arguments">The whole command line.</param>
    public static IReadOnlyList<string> Protect(IReadOnlyList<string> arguments)
    {
        var takesValue = SettingFlags.WithValue;
        for (var i = 0; i < arguments.Count; i++)
        {
            if (arguments[i] == Name)
            {
                return [.. arguments.Take(i + 1), "--", .. arguments.Skip(i + 1)];
            }

            if (!arguments[i].StartsWith('-'))
            {
                break;
            }

            if (takesValue.Contains(arguments[i]))
            {
                i++;
            }
        }

        return arguments;
    }

    private static async Task<int> RunAsync(
        ProxyOptions options,
        OptionInputs inputs,
        string[] arguments,
        CommandContext context,
        CancellationToken cancellationToken
    )
    {
        var terminal = context.Terminal;
        var client = new ClientProgram(inputs.Environment, inputs.UserFolder);
        if (client.Find() is not { } program)
        {
            terminal.Error(
                client.Named is { } named
                    ? $"{ClientProgram.Variable} names {named}, which is no program."
                    : $"Claude Code was not found. Install it (`npm install -g @anthropic-ai/claude-code`), or name its file in {ClientProgram.Variable}."
            );
            return ExitCode.Failed;
        }

        StartResult result;
        await using (var services = GatewayHost.BuildServices(options, context.Surroundings with { Inputs = inputs }))
        {
            if (services.GetRequiredService<AccountDirectory>().Peek() is CredentialFailure failure)
            {
                terminal.Error(failure.Message);
                return ExitCode.NotSignedIn;
            }

            var starting = new BackgroundServer(options, inputs, context.Time).EnsureAsync(cancellationToken);
            await LearnModelsAsync(services.GetRequiredService<CatalogueSource>(), context.Time, cancellationToken);
            result = await starting;
        }

        if (result is not ServerReady ready)
        {
            return BackgroundStart.Fail(context, (ServerRefused)result);
        }

        BackgroundStart.NoteVersion(context, ready.Record);
        try
        {
            var variables = LocalClient.EnvironmentOf(options, ready.Record.ClientUrl);
            var environment = ClientLaunch.Environment(Environment.GetEnvironmentVariables(), variables);
            return await ClientLaunch.RunAsync(program, arguments, environment);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            terminal.Error($"Claude Code ({program}) could not be started: {exception.Message}");
            return ExitCode.Failed;
        }
    }

    // The client is told the models' window once, at its start. The built-in table may not know this plan's; from the second
    // start on there is a kept one.
    private static async Task LearnModelsAsync(
        CatalogueSource catalogue,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        if (catalogue.IsKept)
        {
            return;
        }

        using var deadline = new CancellationTokenSource(Patience, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            await catalogue.RefreshAsync(stop.Token);
        }
        catch (Exception exception)
            when (exception is HttpRequestException or IOException or JsonException or OperationCanceledException)
        {
            // The built-in table serves until the server has learned the models; nobody waits longer for this.
        }
    }
}
