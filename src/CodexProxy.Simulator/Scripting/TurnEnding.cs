using System.Text.Json;

namespace CodexProxy.Simulator.Scripting;

/// <summary>How the stream of a turn says goodbye.</summary>
internal abstract record TurnEnding
{
    /// <summary><c>response.completed</c>; <paramref name="EndTurn"/> is written when given.</summary>
    public sealed record Completed(bool? EndTurn = null) : TurnEnding;

    /// <summary><c>response.incomplete</c>.</summary>
    public sealed record Incomplete(string Reason) : TurnEnding;

    /// <summary><c>response.failed</c>; <paramref name="More"/> writes further members of the error.</summary>
    public sealed record Failed(string? Code, string Message, Action<Utf8JsonWriter>? More = null) : TurnEnding;

    /// <summary>An <c>error</c> event that looks like an HTTP answer.</summary>
    public sealed record HttpError(HttpReply Reply) : TurnEnding;

    /// <summary>An <c>error</c> event with code and message at its top.</summary>
    public sealed record FlatError(string Code, string Message) : TurnEnding;

    /// <summary>No terminal event.</summary>
    public sealed record Nothing : TurnEnding;
}
