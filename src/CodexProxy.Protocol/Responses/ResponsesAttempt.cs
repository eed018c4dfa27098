using System.Text.Json;
using CodexProxy.Protocol.Json;
using CodexProxy.Protocol.OpenAI;
using CodexProxy.Protocol.Translation;

namespace CodexProxy.Protocol.Responses;

/// <summary>One upstream response on its way to the client: what is held back, and what of it is done.</summary>
internal sealed class ResponsesAttempt
{
    private readonly HashSet<int> _open = [];

    /// <summary>Events that wait until the response is sure to bring something.</summary>
    public List<EventText> Held { get; } = [];

    /// <summary>The newest <c>response</c> object.</summary>
    public JsonElement Response { get; private set; }

    /// <summary>What the newest one says, as far as it is used.</summary>
    public ResponseSnapshot Snapshot { get; private set; } = ResponseSnapshotReader.Empty;

    /// <summary>Finished items in the order they were finished.</summary>
    public List<JsonElement> Items { get; } = [];

    /// <summary>Number of items that have begun.</summary>
    public int Begun { get; private set; }

    /// <summary>Whether a finished item is one that clients act on: text or a call.</summary>
    public bool HasFinished => Items.Any(item => item.Text("type") is not "reasoning");

    /// <summary>Whether nothing is missing: every item is done, and the last is a call or the final answer.</summary>
    public bool EndsWhole =>
        _open.Count == 0
        && Items.Count > 0
        && (IsCall(Items[^1]) || (Items[^1].Text("type") == "message" && Items[^1].Text("phase") == "final_answer"));

    /// <summary>Whether the model waits for nothing: it made text and reasoning only.</summary>
    public bool HasOnlyWords => Items.Count > 0 && Items.All(item => !IsCall(item) && !Refuses(item));

    /// <summary>Why the answer ends with an event of that type, in the words of the Messages API.</summary>
    public string StopReason(string type, bool hasCall) =>
        (
            type == "response.completed"
                ? StopReasons.Completed(Items.Any(Refuses) ? "" : null, hasCall)
                : StopReasons.Incomplete(Snapshot.IncompleteReason)
        ).Reason;

    /// <summary>Takes over what an event says of the response itself.</summary>
    public void Know(in EventText text, ResponseSnapshot snapshot)
    {
        Response = text.Parse().Member("response") ?? Response;
        Snapshot = snapshot;
    }

    /// <summary>An item has begun.</summary>
    public void Begin(in EventText text)
    {
        _open.Add(text.OutputIndex);
        Begun = Math.Max(Begun, text.OutputIndex + 1);
    }

    /// <summary>An item is done.</summary>
    public void End(in EventText text)
    {
        _open.Remove(text.OutputIndex);
        Begun = Math.Max(Begun, text.OutputIndex + 1);
        if (text.Parse().Member("item") is { } item)
        {
            Items.Add(item);
        }
    }

    /// <summary>Items of a terminal event count where none came by itself.</summary>
    public void Fill()
    {
        if (Items.Count == 0 && Response.Member("output") is { ValueKind: JsonValueKind.Array } output)
        {
            Items.AddRange(output.EnumerateArray());
        }
    }

    // Searches and pictures are calls of the backend to itself.
    private static bool IsCall(JsonElement item) =>
        item.Text("type") is { } type
        && type.EndsWith("_call", StringComparison.Ordinal)
        && type is not ("web_search_call" or "image_generation_call");

    private static bool Refuses(JsonElement item) =>
        item.Member("content") is { ValueKind: JsonValueKind.Array } parts
        && parts.EnumerateArray().Any(part => part.Text("type") == "refusal");
}
