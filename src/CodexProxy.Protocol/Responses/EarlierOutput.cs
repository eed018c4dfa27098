using System.Text.Json;
using CodexProxy.Protocol.OpenAI;

namespace CodexProxy.Protocol.Responses;

/// <summary>What earlier responses of one continued answer brought.</summary>
internal sealed class EarlierOutput
{
    /// <summary>Their items.</summary>
    public List<JsonElement> Items { get; } = [];

    /// <summary>How far the numbers of later items are shifted.</summary>
    public int Shift { get; private set; }

    /// <summary>What they cost together; null while there is none, or none told.</summary>
    public ResponseUsage? Usage { get; private set; }

    /// <summary>Takes over a response that the model wants to go on with.</summary>
    public void Add(ResponsesAttempt attempt)
    {
        Usage = Total(attempt.Snapshot.Usage);
        Shift += Math.Max(attempt.Begun, attempt.Items.Count);
        Items.AddRange(attempt.Items);
        attempt.Forget();
    }

    /// <summary>The cost of all with the last response: its input holds what came before, its output does not.</summary>
    public ResponseUsage? Total(ResponseUsage? last) =>
        Usage is not { } earlier ? last
        : last is null ? earlier
        : last with
        {
            OutputTokens = earlier.OutputTokens + last.OutputTokens,
            ReasoningTokens = earlier.ReasoningTokens + last.ReasoningTokens,
        };
}
