using Microsoft.Extensions.Logging.Console;

namespace CodexProxy.Telemetry;

/// <summary>
/// How log lines are written: one line each, to the standard error stream, at the level of the settings in force.
/// What is logged is safe by construction: secrets are types that print as <c>***</c>, and no method takes a body.
/// </summary>
internal static class GatewayLogging
{
    public static void AddGatewayLogging(this ILoggingBuilder logging, ILoggerProvider? provider, Func<LogLevel> least)
    {
        logging.ClearProviders();
        logging.SetMinimumLevel(LogLevel.Trace);
        if (provider is not null)
        {
            logging.AddProvider(provider);
        }
        else
        {
            logging.AddConsole(console =>
            {
                console.FormatterName = LineFormatter.FormatterName;
                console.LogToStandardErrorThreshold = LogLevel.Trace;
            });
            logging.Services.AddSingleton<ConsoleFormatter, LineFormatter>();
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
