using System.Text;
using CodexProxy.Protocol.OpenAI;

namespace CodexProxy.Protocol.Translation;

/// <summary>A message: one text block for each content part that has text.</summary>
internal sealed class MessageTrack(int order, BlockLane lane, SearchReporter searches) : OutputTrack(order, lane)
{
    private readonly List<Part> _parts = [];
    private Part? _current;

    /// <summary><c>commentary</c>, <c>final_answer</c> or unknown.</summary>
    internal string? Phase { get; private set; }

    /// <summary>Text of its refusal parts; null when it does not refuse.</summary>
    internal string? Refusal
    {
        get
        {
            StringBuilder? text = null;
            foreach (var part in _parts)
            {
                if (part.IsRefusal)
                {
                    (text ??= new()).Append(part.Streamed);
                }
            }

            return text?.ToString();
        }
    }

    /// <summary>Its texts, one for each part that has any.</summary>
    internal IEnumerable<string> Texts =>
        from part in _parts
        where part.Streamed.Length > 0
        select part.Streamed.ToString();

    internal override void Begin(OutputItem item) => Phase ??= (item as OutputMessage)?.Phase;

    internal void Append(int contentIndex, string delta, bool isRefusal)
    {
        var part = At(contentIndex);
        part.IsRefusal |= isRefusal;
        Append(part, delta);
    }

    /// <summary>Keeps a part's whole text, in case the finished item comes without it.</summary>
    internal void Keep(int contentIndex, string text, bool isRefusal)
    {
        var part = At(contentIndex);
        part.IsRefusal |= isRefusal;
        part.Final = text;
    }

    internal void Cite(int contentIndex, UrlCitation? citation)
    {
        if (citation is not null)
        {
            Cite(At(contentIndex), citation);
        }
    }

    internal override InputItem? ToInput()
    {
        List<ContentPart> content = [.. Texts.Select(text => new OutputText(text))];
        return content.Count == 0 ? null : new MessageItem("assistant", content, Phase);
    }

    private protected override void EndBlocks(OutputItem? item)
    {
        if (item is OutputMessage message)
        {
            Phase ??= message.Phase;
            for (var i = 0; i < message.Content.Count; i++)
            {
                Complete(At(i), message.Content[i]);
            }
        }

        foreach (var part in _parts)
        {
            if (part.Final is not null)
            {
                Append(part, Missing(part.Streamed, part.Final));
            }
        }

        Lane.EndText();
        searches.MessageEnded(this);
        Lane.Finish();
    }

    private void Complete(Part part, OutputPart final)
    {
        part.IsRefusal |= final.IsRefusal;
        part.Final = null;
        Append(part, Missing(part.Streamed, final.Text));
        for (var i = part.Citations; i < final.Citations.Count; i++)
        {
            Cite(part, final.Citations[i]);
        }
    }

    private void Append(Part part, string text)
    {
        if (text.Length == 0)
        {
            return;
        }

        if (part != _current)
        {
            if (_current is not null)
            {
                Lane.EndText();
            }

            _current = part;
        }

        part.Streamed.Append(text);
        if (part.IsRefusal)
        {
            Lane.Refuse(text);
        }
        else
        {
            Lane.Text(text);
        }
    }

    private void Cite(Part part, UrlCitation citation)
    {
        part.Citations++;
        searches.Cited(this, citation);
        if (part == _current)
        {
            Lane.Cite(citation, part.Streamed.ToString());
        }
    }

    private Part At(int contentIndex)
    {
        foreach (var part in _parts)
        {
            if (part.Index == contentIndex)
            {
                return part;
            }
        }

        var added = new Part(contentIndex);
        _parts.Add(added);
        return added;
    }

    private sealed class Part(int index)
    {
        public int Index { get; } = index;
        public StreamedText Streamed { get; } = new();
        public string? Final { get; set; }
        public bool IsRefusal { get; set; }
        public int Citations { get; set; }
    }
}
