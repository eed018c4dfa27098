using CodexProxy.Protocol.Anthropic;

namespace CodexProxy.Protocol.Translation;

/// <summary>Turns block operations into the events of a message: numbers the blocks and keeps one open at a time.</summary>
internal sealed class BlockEmitter(TranslationContext context, ResponseTranslatorSettings settings)
    : AnswerEmitter<StreamEvent>(context, settings)
{
    private readonly TranslationContext _context = context;
    private readonly ResponseTranslatorSettings _settings = settings;
    private readonly List<Citation> _citations = [];
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

    /// <inheritdoc/>
    public override bool Interleaves => false;

    /// <summary>Whether a thinking block is open that only breaks a silence.</summary>
    internal bool HasUnclaimedThinking => _open == OpenBlock.UnclaimedThinking;

    /// <inheritdoc/>
    internal override void BeginAttempt()
    {
        base.BeginAttempt();
        if (!HasSentBlock)
        {
            _citations.Clear();
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

    /// <inheritdoc/>
    internal override void CloseOpen()
    {
        if (_open == OpenBlock.Text)
        {
            EndText();
        }

        CutOff();
    }

    private protected override void Begin()
    {
        var id = Identifiers.ToMessageId(Response.Id ?? _settings.RequestId);
        var usage = UsageTranslator.Estimate(_settings.InputTokensEstimate);
        Emit(new StreamEvent.MessageStart(id, _context.RequestedModel, usage));
        Emit(StreamEvent.Ping.Instance);
    }

    private protected override void Take(BlockLane lane, in BlockOperation operation)
    {
        switch (operation.Kind)
        {
            case BlockOperationKind.Text or BlockOperationKind.Refusal:
                AcceptText(operation.Text!);
                break;
            case BlockOperationKind.EndText:
                EndText();
                break;
            case BlockOperationKind.Cite:
                _citations.Add(SearchReporter.ToCitation(operation.Citation!, operation.Text!));
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
                var call = operation.Call!;
                Open(OpenBlock.Call, new MessageBlock.ToolUse(call.Id, call.Tool.Name, call.Tool.Toolset));
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

    private protected override void WriteText(string text)
    {
        if (_open != OpenBlock.Text)
        {
            Open(OpenBlock.Text, new MessageBlock.Text());
        }

        Emit(new StreamEvent.TextDelta(_next - 1, text));
        FlushCitations();
    }

    private protected override void CutOff()
    {
        if (_open != OpenBlock.None)
        {
            Close();
        }
    }

    private void EndText()
    {
        ReleaseText();
        _citations.Clear();
        if (_open == OpenBlock.Text)
        {
            Close();
        }
    }

    private void SendInput(string json)
    {
        var allowed = Limited(json);
        if (allowed.Length > 0)
        {
            Emit(new StreamEvent.InputJsonDelta(_next - 1, allowed));
        }

        EndIfReached();
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
        EndCounted();
    }
}
