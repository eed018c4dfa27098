using CodexProxy.Protocol.OpenAI;

namespace CodexProxy.Protocol.Translation;

/// <summary>Collects what is worth remembering of the items of a response.</summary>
/// <param name="joinsTexts">Whether the client's history holds the texts around a hosted search as one.</param>
internal sealed class TurnSummary(bool joinsTexts = false)
{
    private readonly List<InputItem> _items = [];
    private readonly List<ReplayEntry> _replay = [];
    private readonly List<string> _texts = [];
    private List<ReasoningEnvelope> _reasoning = [];
    private string? _textAnchor;

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

        EndTexts();
        if (_textAnchor is not null)
        {
            Keep(_textAnchor);
        }
    }

    // A call is the better anchor: its id comes back unchanged, a text may not. Texts count in the groups that they will
    // form in the client's history, where nothing but calls and searches stands between them.
    private void Anchor(OutputTrack track)
    {
        switch (track)
        {
            case ReasoningTrack { Envelope: { } envelope }:
                _reasoning.Add(envelope);
                break;
            case CallTrack { ToolUseId: { } id }:
                Keep(ReplayCache.CallAnchor(id));
                break;
            case SearchTrack when !joinsTexts:
                EndTexts();
                break;
            case MessageTrack message:
                _texts.AddRange(message.Texts);
                break;
        }
    }

    private void EndTexts()
    {
        if (_texts.Count > 0 && _reasoning.Count > 0)
        {
            _textAnchor ??= ReplayCache.TextAnchor(_texts);
        }

        _texts.Clear();
    }

    private void Keep(string anchor)
    {
        if (_reasoning.Count > 0)
        {
            _replay.Add(new ReplayEntry(anchor, _reasoning));
            _reasoning = [];
        }

        _textAnchor = null;
        _texts.Clear();
    }
}
