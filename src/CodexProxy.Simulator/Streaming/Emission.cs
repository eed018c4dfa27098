using System.Text.Json;

namespace CodexProxy.Simulator.Streaming;

/// <summary>One thing that happens on the line.</summary>
internal abstract record Emission
{
    /// <summary>An event; <paramref name="Write"/> writes the members after type and number.</summary>
    public sealed record Event(string Type, Action<Utf8JsonWriter>? Write, bool IsNumbered = true) : Emission;

    /// <summary>Bytes as they are.</summary>
    public sealed record Raw(ReadOnlyMemory<byte> Bytes) : Emission;

    /// <summary>A wait.</summary>
    public sealed record Pause(Func<CancellationToken, Task> WaitAsync) : Emission;
}
