using CodexProxy.Protocol.Anthropic;

namespace CodexProxy.Protocol.Translation;

/// <summary>
/// Turns block operations into stream events: numbers the blocks, begins the message before the first of them, and
/// enforces what the backend cannot (stop sequences, <c>max_tokens</c>, the prefill).
/// </summary>
internal sealed class BlockEmitter(TranslationContext context, ResponseTranslatorSettings settings)
{
    private TextFilter _filter = new(context);
    private readonly OutputLimit _limit = new(context.MaxTokens, settings.CountTokens);
    private readonly List<Citation> _citations = [];
    private List<StreamEvent> _output = [];
    private OpenBlock _open;
    private int _next;

    private enum OpenBlock
    {
        None,
        Text,
        Thinking,

        // Opened to break a silence; the next reasoning item continues it.
        UnclaimedThinking,
        Call,
    }

    /// <summary>Whether <c>message_start</c> is out.</summary>
    internal bool Started { get; private set; }

    /// <summary>Whether a block with content of its own is out.</summary>
    internal bool HasSentBlock { get; private set; }

    /// <summary>Whether a text or tool block is out from start to end: clients keep those.</summary>
    internal bool HasFinishedBlock { get; private set; }

    /// <summary>Whether a thinking block is open that only breaks a silence.</summary>
    internal bool HasUnclaimedThinking => _open == OpenBlock.UnclaimedThinking;

    /// <summary>Calls that are out from start to end.</summary>
    internal int FinishedCalls { get; private set; }

    /// <summary>Set when the answer has ended here, by a stop sequence or the limit.</summary>
    internal Stop? Ending { get; private set; }

    /// <summary>Upstream response id, once known.</summary>
    internal string? ResponseId { get; set; }

    /// <summary>Tokens of the text and arguments that are out.</summary>
    internal int OutputTokens => _limit.Count();

    /// <summary>Names the list that takes the events from here on.</summary>
    internal void Target(List<StreamEvent> output) => _output = output;

    internal void Emit(StreamEvent e) => _output.Add(e);

    /// <summary>Forgets text of an abandoned attempt that was held back and never sent.</summary>
    internal void BeginAttempt()
    {
        ResponseId = null;
        if (!HasSentBlock)
        {
            _filter = new(context);
            _citations.Clear();
        }
    }

    internal void Start()
    {
        if (!Started)
        {
            Started = true;
            var id = Identifiers.ToMessageId(ResponseId ?? settings.RequestId);
            var usage = UsageTranslator.Estimate(settings.InputTokensEstimate);
            Emit(new StreamEvent.MessageStart(id, context.RequestedModel, usage));
            Emit(StreamEvent.Ping.Instance);
        }
    }

    /// <summary>Sends a thinking delta that says nothing, in a block opened for it if need be.</summary>
    /// <returns>False when another block is open.</returns>
    internal bool KeepThinkingAlive()
    {
        if (_open is OpenBlock.Text or OpenBlock.Call)
        {
            return false;
        }

        if (_open == OpenBlock.None)
        {
            Open(OpenBlock.UnclaimedThinking, new MessageBlock.Thinking());
        }

        Emit(new StreamEvent.ThinkingDelta(_next - 1, ""));
        return true;
    }

    internal void Apply(in BlockOperation operation)
    {
        if (Ending is not null)
        {
            return;
        }

        switch (operation.Kind)
        {
            case BlockOperationKind.Text:
                SendText(_filter.Accept(operation.Text!, out var matched), matched);
                break;
            case BlockOperationKind.EndText:
                EndText();
                break;
            case BlockOperationKind.Cite:
                _citations.Add(operation.Citation!);
                FlushCitations();
                break;
            case BlockOperationKind.BeginThinking:
                BeginThinking();
                break;
            case BlockOperationKind.Think:
                Emit(new StreamEvent.ThinkingDelta(_next - 1, operation.Text!));
                break;
            case BlockOperationKind.EndThinking:
                EndThinking(operation.Text);
                break;
            case BlockOperationKind.BeginCall:
                Open(OpenBlock.Call, operation.Block!);
                break;
            case BlockOperationKind.Input:
                SendInput(operation.Text!);
                break;
            case BlockOperationKind.EndCall:
                FinishedCalls++;
                Close();
                break;
            case BlockOperationKind.Whole:
                SendWhole(operation.Block!, operation.Text);
                break;
        }
    }

    /// <summary>Closes what is open, after sending text that was only held back.</summary>
    internal void CloseOpen()
    {
        if (_open == OpenBlock.Text)
        {
            EndText();
        }

        if (_open != OpenBlock.None)
        {
            Close();
        }
    }

    private void EndText()
    {
        SendText(_filter.End(out var matched), matched);
        _citations.Clear();
        if (_open == OpenBlock.Text)
        {
            Close();
        }
    }

    private void SendText(string text, string? matched)
    {
        var allowed = text.Length == 0 ? text : _limit.Accept(text);
        if (allowed.Length > 0)
        {
            if (_open != OpenBlock.Text)
            {
                Open(OpenBlock.Text, new MessageBlock.Text());
            }

            Emit(new StreamEvent.TextDelta(_next - 1, allowed));
            FlushCitations();
        }

        if (matched is not null && allowed.Length == text.Length)
        {
            End(new Stop(StopReason.StopSequence, matched));
        }
        else if (_limit.IsReached)
        {
            End(new Stop(StopReason.MaxTokens));
        }
    }

    private void SendInput(string json)
    {
        var allowed = json.Length == 0 ? json : _limit.Accept(json);
        if (allowed.Length > 0)
        {
            Emit(new StreamEvent.InputJsonDelta(_next - 1, allowed));
        }

        if (_limit.IsReached)
        {
            End(new Stop(StopReason.MaxTokens));
        }
    }

    // A citation may come while the text it belongs to is still held back.
    private void FlushCitations()
    {
        if (_open != OpenBlock.Text)
        {
            return;
        }

        foreach (var citation in _citations)
        {
            Emit(new StreamEvent.CitationsDelta(_next - 1, citation));
        }

        _citations.Clear();
    }

    private void BeginThinking()
    {
        HasSentBlock = true;
        if (_open == OpenBlock.UnclaimedThinking)
        {
            _open = OpenBlock.Thinking;
        }
        else
        {
            Open(OpenBlock.Thinking, new MessageBlock.Thinking());
        }
    }

    private void EndThinking(string? signature)
    {
        if (signature is not null)
        {
            Emit(new StreamEvent.SignatureDelta(_next - 1, signature));
        }

        Close();
    }

    private void SendWhole(MessageBlock block, string? input)
    {
        Open(OpenBlock.Call, block);
        if (input is not null)
        {
            Emit(new StreamEvent.InputJsonDelta(_next - 1, input));
        }

        Emit(new StreamEvent.BlockStop(_next - 1));
        _open = OpenBlock.None;
    }

    private void Open(OpenBlock kind, MessageBlock block)
    {
        Start();
        if (_open != OpenBlock.None)
        {
            Close();
        }

        HasSentBlock |= kind != OpenBlock.UnclaimedThinking;
        Emit(new StreamEvent.BlockStart(_next++, block));
        _open = kind;
    }

    private void Close()
    {
        Emit(new StreamEvent.BlockStop(_next - 1));
        HasFinishedBlock |= _open is OpenBlock.Text or OpenBlock.Call;
        _open = OpenBlock.None;
        _limit.EndBlock();
    }

    private void End(Stop ending)
    {
        Ending = ending;
        if (_open != OpenBlock.None)
        {
            Close();
        }
    }
}
