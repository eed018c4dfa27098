using System.Text.Json;

namespace CodexProxy.Simulator.Streaming;

/// <summary>The padding of delta events, which hides their lengths from people who watch the line.</summary>
internal static class Obfuscation
{
    private const string Padding = "pZ3uQ7vKd1Lx9Rm5";

    /// <summary>Pads to the next sixteen characters, at least one.</summary>
    public static void Write(Utf8JsonWriter writer, string delta) =>
        writer.WriteString("obfuscation"u8, Padding.AsSpan(delta.Length % Padding.Length));
}
