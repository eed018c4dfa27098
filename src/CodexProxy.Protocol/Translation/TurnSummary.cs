using CodexProxy.Protocol.OpenAI;

namespace CodexProxy.Protocol.Translation;

/// <summary>Collects what is worth remembering of the items of a response.</summary>
internal sealed class TurnSummary
{
    private readonly List<InputItem> _items = [];
    private readonly List<ReplayEntry> _replay = [];
    private List<ReasoningEnvelope> _pending = [];
    private string? _text;

    internal IReadOnlyList<InputItem> Items => _items;

    internal IReadOnlyList<ReplayEntry> Replay => _replay;

    internal void Add(IReadOnlyList<OutputTrack> tracks)
    {
        foreach (var track in tracks)
        {
            if (!track.IsDone)
            {
                continue;
            }

            if (track.ToInput() is { } item)
            {
                _items.Add(item);
            }

            Anchor(track);
        }

        if (_text is not null)
        {
            Close(null, ReplayEntry.HashText(_text));
        }
    }

    // A call is the better anchor: its id comes back unchanged, a text may not.
    private void Anchor(OutputTrack track)
    {
        switch (track)
        {
            case ReasoningTrack { Envelope: { } envelope }:
                _pending.Add(envelope);
                break;
            case CallTrack { ToolUseId: { } id }:
                Close(id, null);
                break;
            case MessageTrack { FirstText: { } text } when _pending.Count > 0:
                _text ??= text;
                break;
        }
    }

    private void Close(string? toolUseId, string? textHash)
    {
        if (_pending.Count > 0)
        {
            _replay.Add(new ReplayEntry(toolUseId, textHash, _pending));
            _pending = [];
        }

        _text = null;
    }
}
