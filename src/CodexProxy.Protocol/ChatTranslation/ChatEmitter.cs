using CodexProxy.Protocol.Chat;
using CodexProxy.Protocol.OpenAI;
using CodexProxy.Protocol.Translation;

namespace CodexProxy.Protocol.ChatTranslation;

/// <summary>
/// Turns block operations into chunks. Calls have numbers, so they stream side by side; texts run together into one content,
/// reasoning into another.
/// </summary>
internal sealed class ChatEmitter(TranslationContext context, ResponseTranslatorSettings settings)
    : AnswerEmitter<ChatChunk>(context, settings)
{
    private const string BetweenReasonings = "\n\n";

    private readonly TranslationContext _context = context;
    private readonly ResponseTranslatorSettings _settings = settings;
    private readonly Dictionary<BlockLane, OpenCall> _calls = [];
    private readonly List<ChatAnnotation> _annotations = [];
    private BlockLane? _last;
    private ChatHead? _head;
    private int _callsBegun;
    private int _contentLength;
    private int _partStart;
    private bool _hasPart;
    private bool _hasReasoning;
    private bool _needsSeparator;

    /// <inheritdoc/>
    public override bool Interleaves => true;

    /// <summary>What every chunk repeats; known once the answer has begun.</summary>
    internal ChatHead Head => _head!;

    /// <summary>Sends one change of the message.</summary>
    internal void Change(ChatDelta change)
    {
        Start();
        Emit(new ChatChunk.Delta(Head, change));
    }

    /// <inheritdoc/>
    internal override void BeginAttempt()
    {
        base.BeginAttempt();
        _calls.Clear();
        if (!HasSentBlock)
        {
            _annotations.Clear();
        }
    }

    /// <inheritdoc/>
    internal override void CloseOpen()
    {
        if (Ending is null)
        {
            EndText();
        }
    }

    private protected override void Begin()
    {
        _head = new ChatHead(
            "chatcmpl-" + Identifiers.Base62Digest(Response.Id ?? _settings.RequestId)[..29],
            Response.CreatedAt ?? _settings.CreatedAt,
            _context.RequestedModel,
            _context.IncludeUsage
        );
        Emit(new ChatChunk.Delta(Head, new ChatDelta { Role = "assistant", Content = "" }));
    }

    private protected override void Take(BlockLane lane, in BlockOperation operation)
    {
        // What is counted together must have been written together.
        if (lane != _last)
        {
            EndCounted();
            _last = lane;
        }

        switch (operation.Kind)
        {
            case BlockOperationKind.Text:
                AcceptText(operation.Text!);
                break;
            case BlockOperationKind.Refusal:
                SendRefusal(operation.Text!);
                break;
            case BlockOperationKind.EndText:
                EndText();
                break;
            case BlockOperationKind.Cite:
                Cite(operation.Citation!);
                break;
            case BlockOperationKind.BeginThinking:
                _needsSeparator = _hasReasoning;
                break;
            case BlockOperationKind.Think:
                SendReasoning(operation.Text!);
                break;
            case BlockOperationKind.BeginCall:
                BeginCall(lane, operation.Call!);
                break;
            case BlockOperationKind.Input:
                SendInput(lane, operation.Text!);
                break;
            case BlockOperationKind.EndCall:
                EndCall(lane);
                break;
        }
    }

    private protected override void WriteText(string text)
    {
        HasSentBlock = _hasPart = true;
        Change(new ChatDelta { Content = text });
        _contentLength += CodePoints(text);
        FlushAnnotations();
    }

    private protected override void CutOff() => EndCounted();

    private void EndText()
    {
        ReleaseText();
        FlushAnnotations();
        _annotations.Clear();
        HasFinishedBlock |= _hasPart;
        _hasPart = false;
        _partStart = _contentLength;
        EndCounted();
    }

    private void SendRefusal(string text)
    {
        var allowed = Limited(text);
        if (allowed.Length > 0)
        {
            HasSentBlock = _hasPart = true;
            Change(new ChatDelta { Refusal = allowed });
        }

        EndIfReached();
    }

    private void SendReasoning(string text)
    {
        HasSentBlock = true;
        Change(new ChatDelta { ReasoningContent = _needsSeparator ? BetweenReasonings + text : text });
        _hasReasoning = true;
        _needsSeparator = false;
    }

    // The upstream counts within a part, the client within all content. A citation may come before text that is held back.
    private void Cite(UrlCitation citation)
    {
        var start = _partStart + Math.Max(0, citation.Start);
        var end = Math.Max(start, _partStart + citation.End);
        _annotations.Add(new ChatAnnotation(citation.Url, citation.Title ?? citation.Url, start, end));
        if (_contentLength > _partStart)
        {
            FlushAnnotations();
        }
    }

    private void FlushAnnotations()
    {
        if (_annotations.Count > 0 && _contentLength > _partStart)
        {
            Change(new ChatDelta { Annotations = [.. _annotations] });
            _annotations.Clear();
        }
    }

    private void BeginCall(BlockLane lane, CallStart call)
    {
        // The oldest form has room for one call.
        if (_context.LegacyFunctions && _callsBegun > 0)
        {
            return;
        }

        HasSentBlock = true;
        var name = call.Tool.Name;
        var open = new OpenCall(_callsBegun++, call.IsCustom);
        _calls[lane] = open;
        Change(
            _context.LegacyFunctions
                ? new ChatDelta { FunctionCall = new(name, "") }
                : new ChatDelta { ToolCalls = [new(open.Index, call.Id, new(name, ""), call.IsCustom)] }
        );
    }

    private void SendInput(BlockLane lane, string input)
    {
        if (!_calls.TryGetValue(lane, out var open))
        {
            return;
        }

        var allowed = Limited(input);
        if (allowed.Length > 0)
        {
            open.HasInput = true;
            Change(
                _context.LegacyFunctions
                    ? new ChatDelta { FunctionCall = new(null, allowed) }
                    : new ChatDelta { ToolCalls = [new(open.Index, null, new(null, allowed), open.IsCustom)] }
            );
        }

        EndIfReached();
    }

    private void EndCall(BlockLane lane)
    {
        if (!_calls.TryGetValue(lane, out var open))
        {
            return;
        }

        // Clients parse the arguments; nothing at all is no JSON.
        if (!open.HasInput && !open.IsCustom)
        {
            SendInput(lane, "{}");
            if (Ending is not null)
            {
                return;
            }
        }

        FinishedCalls++;
        HasFinishedBlock = true;
        EndCounted();
    }

    private static int CodePoints(string text)
    {
        var count = text.Length;
        for (var i = 1; i < text.Length; i++)
        {
            count -= char.IsSurrogatePair(text[i - 1], text[i]) ? 1 : 0;
        }

        return count;
    }

    private sealed class OpenCall(int index, bool isCustom)
    {
        public int Index { get; } = index;

        public bool IsCustom { get; } = isCustom;

        public bool HasInput { get; set; }
    }
}
