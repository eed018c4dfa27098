using System.Text.Json;

namespace CodexProxy.Protocol.Json;

/// <summary>The one way JSON is written to either wire: compact, non-ASCII left as it is.</summary>
public static class Wire
{
    /// <summary>Writer options for both wires. Only what must be escaped is, so that text keeps the bytes the model wrote.</summary>
    public static JsonWriterOptions WriterOptions { get; } =
        new() { Encoder = MinimalEncoder.Instance, SkipValidation = true };

    /// <summary>Deepest nesting read from either side. Tool schemas of real clients stay below 30.</summary>
    public const int MaxDepth = 128;
}
