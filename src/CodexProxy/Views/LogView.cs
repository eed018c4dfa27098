using System.Text.Json.Serialization;
using CodexProxy.Telemetry;

namespace CodexProxy.Views;

/// <summary>The last lines of the log.</summary>
/// <param name="Logs">Oldest first.</param>
internal sealed record LogListView(IReadOnlyList<LogView> Logs)
{
    /// <summary>Always <c>ok</c>.</summary>
    public string Status { get; } = "ok";
}

/// <summary>One line of the log.</summary>
/// <param name="Id">Increasing, over restarts too.</param>
/// <param name="Timestamp">When it was written.</param>
/// <param name="Level"><c>debug</c>, <c>info</c>, <c>warn</c> or <c>error</c>.</param>
/// <param name="Message">Its text.</param>
/// <param name="Icon">A sign for its level.</param>
/// <param name="RequestId">The request it belongs to.</param>
internal sealed record LogView(
    long Id,
    DateTimeOffset Timestamp,
    string Level,
    string Message,
    string Icon,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? RequestId
)
{
    public static LogView Of(LogLine line) =>
        new(line.Id, line.At, LogText.Word(line.Level), line.Message, Sign(line.Level), line.RequestId);

    private static string Sign(LogLevel level) =>
        level switch
        {
            LogLevel.Critical or LogLevel.Error => "❌",
            LogLevel.Warning => "⚠️",
            LogLevel.Information => "ℹ️",
            _ => "🔍",
        };
}

/// <summary>Log lines on one line each, for streams.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(LogView))]
[JsonSerializable(typeof(LogListView))]
internal sealed partial class LogJson : JsonSerializerContext;
