using System.Text.Json;
using CodexProxy.Protocol.Json;
using CodexProxy.Protocol.OpenAI;
using CodexProxy.Protocol.Translation;

namespace CodexProxy.Protocol.Responses;

/// <summary>One upstream response on its way to the client: what is held back, and what of it is done.</summary>
internal sealed class ResponsesAttempt
{
    // What says no more than that something is about to come.
    private static readonly HashSet<string> Preludes =
    [
        "response.created",
        "response.in_progress",
        "response.queued",
        "response.metadata",
        "response.output_item.added",
        "response.content_part.added",
        "response.reasoning_summary_part.added",
        "keepalive",
    ];

    private readonly HashSet<int> _open = [];
    private readonly SortedDictionary<int, JsonElement> _done = [];
    private JsonElement _last;

    /// <summary>Events that wait until the response is sure to bring something.</summary>
    public List<EventText> Held { get; } = [];

    /// <summary>The newest <c>response</c> object.</summary>
    public JsonElement Response { get; private set; }

    /// <summary>What the newest one says, as far as it is used.</summary>
    public ResponseSnapshot Snapshot { get; private set; } = ResponseSnapshotReader.Empty;

    /// <summary>Finished items by their place in the output.</summary>
    public IReadOnlyCollection<JsonElement> Items => _done.Values;

    /// <summary>Number of items that have begun.</summary>
    public int Begun { get; private set; }

    /// <summary>Whether a finished item is one that clients act on: text or a call.</summary>
    public bool HasFinished => Items.Any(item => item.Text("type") is not "reasoning");

    /// <summary>Whether nothing is missing: every item is done, and the last is a call or the final answer.</summary>
    public bool EndsWhole =>
        _open.Count == 0
        && Items.Count > 0
        && Items.All(item => item.Text("status") != "incomplete")
        && (IsCall(_last) || (_last.Text("type") == "message" && _last.Text("phase") == "final_answer"));

    /// <summary>Whether an item has begun that neither came by itself nor with the terminal event.</summary>
    public bool LacksAnItem => _open.Count > 0 && !Output.Any();

    /// <summary>Whether the model waits for nothing: it made text and reasoning only.</summary>
    public bool HasOnlyWords => Items.Count > 0 && Items.All(item => !IsCall(item) && !Refuses(item));

    /// <summary>Why the answer ends with an event of that type, in the words of the Messages API.</summary>
    public string StopReason(string type, bool hasCall) =>
        (
            type == "response.completed"
                ? StopReasons.Completed(Items.Any(Refuses) ? "" : null, hasCall)
                : StopReasons.Incomplete(Snapshot.IncompleteReason)
        ).Reason;

    /// <summary>Whether an event of that type says no more than that something is about to come.</summary>
    public static bool IsPrelude(string type) => Preludes.Contains(type);

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
            // A second one for the same place is the same item.
            _done.TryAdd(text.OutputIndex, item);
            _last = item;
        }
    }

    /// <summary>Items of a terminal event count where none came by itself.</summary>
    public void Fill()
    {
        if (_done.Count > 0)
        {
            return;
        }

        foreach (var item in Output)
        {
            _done[_done.Count] = item;
            _last = item;
        }
    }

    /// <summary>Forgets the finished items: they count as earlier ones from here on.</summary>
    public void Forget() => _done.Clear();

    private IEnumerable<JsonElement> Output =>
        Response.Member("output") is { ValueKind: JsonValueKind.Array } output ? output.EnumerateArray() : [];

    // Searches and pictures are calls of the backend to itself.
    private static bool IsCall(JsonElement item) =>
        item.Text("type") is { } type
        && type.EndsWith("_call", StringComparison.Ordinal)
        && type is not ("web_search_call" or "image_generation_call");

    private static bool Refuses(JsonElement item) =>
        item.Member("content") is { ValueKind: JsonValueKind.Array } parts
        && parts.EnumerateArray().Any(part => part.Text("type") == "refusal");
}
