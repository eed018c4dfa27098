using CodexProxy.Launcher;
using CodexProxy.Options;

namespace CodexProxy.Commands;

/// <summary>Starts the server in the background, or finds it, and tells about it.</summary>
internal static class BackgroundStart
{
    /// <summary>What <c>start --background</c> does.</summary>
    /// <param name="inputs">Where the settings are read from; the server gets the same flags.</param>
    /// <param name="context">The world.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>An <see cref="ExitCode"/>.</returns>
    public static Task<int> RunAsync(
        OptionInputs inputs,
        CommandContext context,
        CancellationToken cancellationToken
    ) =>
        context.WithOptionsAsync(
            inputs,
            async options =>
            {
                var result = await new BackgroundServer(options, inputs, context.Time).EnsureAsync(cancellationToken);
                if (result is not ServerReady ready)
                {
                    return Fail(context, (ServerRefused)result);
                }

                NoteVersion(context, ready.Record);
                context.Terminal.Line(
                    ready.IsNew
                        ? $"{ProductInfo.Name} serves at {ready.Record.ClientUrl} (process {ready.Record.ProcessId})."
                        : $"{ProductInfo.Name} serves already at {ready.Record.ClientUrl} (process {ready.Record.ProcessId})."
                );
                return ExitCode.Done;
            }
        );

    /// <summary>Tells why no server runs.</summary>
    /// <returns>The exit code.</returns>
    public static int Fail(CommandContext context, ServerRefused refused)
    {
        context.Terminal.Error(refused.Message);
        foreach (var line in refused.LogLines)
        {
            context.Terminal.MessageLine($"  {line}");
        }

        return refused.PortIsTaken ? ExitCode.AlreadyRunning : ExitCode.Failed;
    }

    /// <summary>Tells that the running server is of another version. It is used all the same.</summary>
    public static void NoteVersion(CommandContext context, ServerRecord record)
    {
        if (record.Version != ProductInfo.Version)
        {
            // The client that starts next finds the terminal as it was.
            context.Terminal.MessageLine(
                $"The running server is {ProductInfo.Name} {record.Version}, this is {ProductInfo.Version}. `{ProductInfo.Name} restart` starts the new one."
            );
        }
    }
}
