using System.Text.Json;

namespace CodexProxy.Protocol.ChatUpstream;

/// <summary>One item of the answer while it comes.</summary>
/// <param name="index">Its place in the output.</param>
/// <param name="id">Its id, made here: Chat messages have none.</param>
internal abstract class ChatOutput(int index, string id)
{
    public int Index { get; } = index;

    public string Id { get; } = id;

    /// <summary><c>in_progress</c>, <c>completed</c> or <c>incomplete</c>.</summary>
    public string Status { get; private set; } = "in_progress";

    /// <summary>Whether nothing is added any more.</summary>
    protected bool IsDone => Status != "in_progress";

    /// <summary>Announces the item.</summary>
    public void Open(ChatEvents events) => events.Item("response.output_item.added", this);

    /// <summary>Ends the item, once.</summary>
    public void Close(ChatEvents events, string status)
    {
        if (!IsDone)
        {
            Status = status;
            CloseParts(events);
            events.Item("response.output_item.done", this);
        }
    }

    /// <summary>Writes the item as far as it has come.</summary>
    public abstract void Write(Utf8JsonWriter writer);

    protected abstract void CloseParts(ChatEvents events);
}
