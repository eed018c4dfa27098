namespace CodexProxy.Telemetry;

/// <summary>Writes a fault that nobody caught to the log before the process ends. Disposing of it ends that.</summary>
internal sealed class CrashReport : IDisposable
{
    private readonly UnhandledExceptionEventHandler _handler;

    private CrashReport(GatewayLogs logs)
    {
        _handler = (_, fault) =>
        {
            if (fault.ExceptionObject is Exception exception)
            {
                logs.Crashed(exception);
            }
        };
        AppDomain.CurrentDomain.UnhandledException += _handler;
    }

    /// <summary>Begins to watch this process.</summary>
    public static CrashReport Of(GatewayLogs logs) => new(logs);

    /// <inheritdoc/>
    public void Dispose() => AppDomain.CurrentDomain.UnhandledException -= _handler;
}
