namespace CodexProxy.Telemetry;

/// <summary>
/// Which log entries are written: those of the level of the settings in force. What is logged is safe by construction: secrets are
/// types that print as <c>***</c>, and no method takes a body. <see cref="Redactor"/> stands behind that.
/// </summary>
internal static class GatewayLogging
{
    public static void AddGatewayLogging(
        this ILoggingBuilder logging,
        GatewayLogs logs,
        ILoggerProvider? other,
        Func<LogLevel> least
    )
    {
        logging.ClearProviders();
        logging.SetMinimumLevel(LogLevel.Trace);
        // Made by the container, so that it is disposed of with it.
        logging.Services.AddSingleton<ILoggerProvider>(_ => logs);
        if (other is not null)
        {
            logging.AddProvider(other);
        }

        logging.AddFilter((category, level) => IsWritten(category, level, least()));
    }

    // The framework tells of every connection and every route; its warnings are enough, unless somebody looks for
    // trouble. What keeps it from starting is told by the command, in one line.
    private static bool IsWritten(string? category, LogLevel level, LogLevel least) =>
        level >= least
        && category != "Microsoft.Extensions.Hosting.Internal.Host"
        && (
            level >= LogLevel.Warning
            || category is null
            || category.StartsWith(nameof(CodexProxy), StringComparison.Ordinal)
        );
}
