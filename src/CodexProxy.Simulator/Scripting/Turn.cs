using System.Text.Json;

namespace CodexProxy.Simulator.Scripting;

/// <summary>First words of a turn; <see cref="TurnPlan"/> has the rest: <c>Turn.Reasoning("Hm.").Text("Hi.")</c>.</summary>
public static class Turn
{
    /// <summary>A turn that answers nothing at all.</summary>
    public static TurnPlan Nothing => TurnPlan.Empty;

    /// <inheritdoc cref="TurnPlan.Reasoning"/>
    public static TurnPlan Reasoning(params string[] summaryParts) => TurnPlan.Empty.Reasoning(summaryParts);

    /// <inheritdoc cref="TurnPlan.Text"/>
    public static TurnPlan Text(string text, int chunkLength = Chunks.DefaultLength) =>
        TurnPlan.Empty.Text(text, chunkLength);

    /// <inheritdoc cref="TurnPlan.TextDeltas"/>
    public static TurnPlan TextDeltas(params string[] deltas) => TurnPlan.Empty.TextDeltas(deltas);

    /// <inheritdoc cref="TurnPlan.PartialText"/>
    public static TurnPlan PartialText(params string[] deltas) => TurnPlan.Empty.PartialText(deltas);

    /// <inheritdoc cref="TurnPlan.Commentary"/>
    public static TurnPlan Commentary(params string[] deltas) => TurnPlan.Empty.Commentary(deltas);

    /// <inheritdoc cref="TurnPlan.Refusal"/>
    public static TurnPlan Refusal(params string[] deltas) => TurnPlan.Empty.Refusal(deltas);

    /// <inheritdoc cref="TurnPlan.Call(string, string, int)"/>
    public static TurnPlan Call(string name, string argumentsJson, int chunkLength = Chunks.DefaultLength) =>
        TurnPlan.Empty.Call(name, argumentsJson, chunkLength);

    /// <inheritdoc cref="TurnPlan.Call(string, ValueTuple{string, string}[])"/>
    public static TurnPlan Call(string name, params (string Name, string Value)[] arguments) =>
        TurnPlan.Empty.Call(name, arguments);

    /// <inheritdoc cref="TurnPlan.Call(string, Action{Utf8JsonWriter})"/>
    public static TurnPlan Call(string name, Action<Utf8JsonWriter> writeArguments) =>
        TurnPlan.Empty.Call(name, writeArguments);

    /// <inheritdoc cref="TurnPlan.Calls"/>
    public static TurnPlan Calls(params PlannedCall[] calls) => TurnPlan.Empty.Calls(calls);

    /// <inheritdoc cref="TurnPlan.Interleaved"/>
    public static TurnPlan Interleaved(params PlannedCall[] calls) => TurnPlan.Empty.Interleaved(calls);

    /// <inheritdoc cref="TurnPlan.CustomCall"/>
    public static TurnPlan CustomCall(string name, params string[] deltas) => TurnPlan.Empty.CustomCall(name, deltas);

    /// <inheritdoc cref="TurnPlan.WebSearch"/>
    public static TurnPlan WebSearch(string query, params Source[] sources) => TurnPlan.Empty.WebSearch(query, sources);

    /// <inheritdoc cref="TurnPlan.Compaction"/>
    public static TurnPlan Compaction() => TurnPlan.Empty.Compaction();

    /// <inheritdoc cref="TurnPlan.Hold"/>
    public static TurnPlan Hold(Gate gate) => TurnPlan.Empty.Hold(gate);

    /// <inheritdoc cref="TurnPlan.Silence"/>
    public static TurnPlan Silence(TimeSpan length) => TurnPlan.Empty.Silence(length);

    /// <inheritdoc cref="TurnPlan.Fails"/>
    public static TurnPlan Fails(
        string? code,
        string message = "Simulated failure.",
        Action<Utf8JsonWriter>? more = null
    ) => TurnPlan.Empty.Fails(code, message, more);

    /// <inheritdoc cref="TurnPlan.OverloadInside200"/>
    public static TurnPlan OverloadInside200() => TurnPlan.Empty.OverloadInside200();

    /// <inheritdoc cref="TurnPlan.ErrorEvent(HttpReply)"/>
    public static TurnPlan ErrorEvent(HttpReply reply) => TurnPlan.Empty.ErrorEvent(reply);

    /// <inheritdoc cref="TurnPlan.ErrorEvent(string, string)"/>
    public static TurnPlan ErrorEvent(string code, string message = "Simulated stream error.") =>
        TurnPlan.Empty.ErrorEvent(code, message);

    /// <inheritdoc cref="TurnPlan.ResetConnection"/>
    public static TurnPlan ResetConnection() => TurnPlan.Empty.ResetConnection();

    /// <summary>Answers with a status instead of a stream.</summary>
    public static TurnPlan HttpError(HttpReply reply) => TurnPlan.Empty.Answers(reply);

    /// <summary>Answers with a status and an error object instead of a stream.</summary>
    public static TurnPlan HttpError(int status, string code, string message = "Simulated failure.") =>
        HttpError(HttpReply.Error(status, message, code, type: code));

    /// <summary>Plays a recorded stream byte for byte, and nothing else.</summary>
    public static TurnPlan RawSse(ReadOnlyMemory<byte> stream) => TurnPlan.Empty.Verbatim(stream);

    /// <summary>Plays the recorded stream in a file byte for byte.</summary>
    public static TurnPlan RawSse(string path) => RawSse(File.ReadAllBytes(path));
}
