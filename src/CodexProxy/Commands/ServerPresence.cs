using CodexProxy.Endpoints;
using CodexProxy.Launcher;
using CodexProxy.Options;

namespace CodexProxy.Commands;

/// <summary>Lets the other commands find a server for as long as it serves.</summary>
internal sealed class ServerPresence : IDisposable
{
    private readonly ServerRecordFile? _file;
    private readonly ServerRecord? _record;

    private ServerPresence(ServerRecordFile? file = null, ServerRecord? record = null) =>
        (_file, _record) = (file, record);

    /// <summary>Writes the record, unless another server of the same folder answers already: clients use that one.</summary>
    /// <param name="address">The bound address.</param>
    /// <param name="token">What changes of this run need.</param>
    /// <param name="isDetached">Whether it logs to the server's log.</param>
    /// <param name="options">The settings in force.</param>
    /// <param name="inputs">The flags it was started with.</param>
    /// <param name="context">Clock, and where hints go.</param>
    /// <param name="cancellationToken">Ends the looking for another server.</param>
    public static async Task<ServerPresence> AnnounceAsync(
        Uri address,
        ManagementToken token,
        bool isDetached,
        ProxyOptions options,
        OptionInputs inputs,
        CommandContext context,
        CancellationToken cancellationToken
    )
    {
        var running = new RunningServer(options.Home, context.Time);
        try
        {
            if (await running.FindAsync(cancellationToken) is { } other)
            {
                context.Terminal.Message(
                    $"Another {ProductInfo.Name} of this state folder serves at {other.ClientUrl}; `{ProductInfo.Name} claude` uses that one."
                );
                return new ServerPresence();
            }

            var record = ServerRecord.OfThisProcess(address, token.Value, context.Time.GetUtcNow()) with
            {
                Certificate = ServerCertificate.FingerprintOf(options.Server),
                LogFile = isDetached || options.Log.File ? new LogHistory(options.Home).Current(options.Log) : null,
                Flags = FromAnywhere(inputs),
            };
            running.Records.Write(record);
            return new ServerPresence(running.Records, record);
        }
        catch (OperationCanceledException)
        {
            // It is told to stop already; nobody needs to find it.
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            context.Terminal.Message(
                $"server.json cannot be written, so `{ProductInfo.Name} claude` and `stop` will not find this server: {exception.Message}"
            );
        }

        return new ServerPresence();
    }

    // A restart may come from another folder.
    private static Dictionary<string, string> FromAnywhere(OptionInputs inputs)
    {
        var flags = new Dictionary<string, string>(inputs.Flags);
        if (flags.TryGetValue(SettingFlags.ConfigName, out var config))
        {
            flags[SettingFlags.ConfigName] = inputs.Absolute(config);
        }

        return flags;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            if (_record is not null)
            {
                _file?.RemoveIfOwn(_record);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A record without its process counts as none.
        }
    }
}
