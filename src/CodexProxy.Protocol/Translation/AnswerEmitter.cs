using CodexProxy.Protocol.Anthropic;
using CodexProxy.Protocol.OpenAI;

namespace CodexProxy.Protocol.Translation;

/// <summary>
/// Turns block operations into the events of one client protocol. What all protocols share is here: the answer begins before
/// its first content, and the gateway enforces what the backend cannot (stop sequences, <c>max_tokens</c>, the prefill).
/// </summary>
internal abstract class AnswerEmitter<TEvent>(TranslationContext context, ResponseTranslatorSettings settings)
    : IBlockSink
{
    private readonly OutputLimit _limit = new(context.MaxTokens, settings.CountTokens);
    private TextFilter _filter = new(context);
    private List<TEvent> _output = [];

    /// <inheritdoc/>
    public abstract bool Interleaves { get; }

    /// <summary>Whether the answer has begun.</summary>
    internal bool Started { get; private set; }

    /// <summary>Whether content of the answer is out.</summary>
    internal bool HasSentBlock { get; private protected set; }

    /// <summary>Whether a text or call is out from start to end: clients keep those.</summary>
    internal bool HasFinishedBlock { get; private protected set; }

    /// <summary>Calls that are out from start to end.</summary>
    internal int FinishedCalls { get; private protected set; }

    /// <summary>Set when the answer has ended here, by a stop sequence or the limit.</summary>
    internal Stop? Ending { get; private set; }

    /// <summary>What the response said of itself so far.</summary>
    internal ResponseSnapshot Response { get; set; } = ResponseSnapshotReader.Empty;

    /// <summary>Tokens of the text and arguments that are out.</summary>
    internal int OutputTokens => _limit.Count();

    /// <inheritdoc/>
    public void Apply(BlockLane lane, in BlockOperation operation)
    {
        if (Ending is null)
        {
            Take(lane, operation);
        }
    }

    /// <summary>Names the list that takes the events from here on.</summary>
    internal void Target(List<TEvent> output) => _output = output;

    internal void Emit(TEvent e) => _output.Add(e);

    /// <summary>Forgets text of an abandoned attempt that was held back and never sent.</summary>
    internal virtual void BeginAttempt()
    {
        Response = ResponseSnapshotReader.Empty;
        if (!HasSentBlock)
        {
            _filter = new(context);
        }
    }

    internal void Start()
    {
        if (!Started)
        {
            Started = true;
            Begin();
        }
    }

    /// <summary>Closes what is open, after sending text that was only held back.</summary>
    internal abstract void CloseOpen();

    /// <summary>Sends what the answer begins with.</summary>
    private protected abstract void Begin();

    private protected abstract void Take(BlockLane lane, in BlockOperation operation);

    /// <summary>Sends text that has passed the filter and the limit; never empty.</summary>
    private protected abstract void WriteText(string text);

    /// <summary>Closes what is open because the answer ends here.</summary>
    private protected abstract void CutOff();

    /// <summary>Takes a piece of text.</summary>
    private protected void AcceptText(string text) => SendText(_filter.Accept(text, out var matched), matched);

    /// <summary>Ends a text: what was held back is decided.</summary>
    private protected void ReleaseText() => SendText(_filter.End(out var matched), matched);

    /// <summary>As much of a piece as the limit allows.</summary>
    private protected string Limited(string text) => text.Length == 0 ? text : _limit.Accept(text);

    /// <summary>Ends the answer if the limit has been reached.</summary>
    private protected void EndIfReached()
    {
        if (_limit.IsReached)
        {
            End(new Stop(StopReason.MaxTokens));
        }
    }

    /// <summary>Tokens never span what is sent before and after this.</summary>
    private protected void EndCounted() => _limit.EndBlock();

    private void SendText(string text, string? matched)
    {
        var allowed = Limited(text);
        if (allowed.Length > 0)
        {
            WriteText(allowed);
        }

        if (matched is not null && allowed.Length == text.Length)
        {
            End(new Stop(StopReason.StopSequence, matched));
        }
        else
        {
            EndIfReached();
        }
    }

    private void End(Stop ending)
    {
        Ending = ending;
        CutOff();
    }
}
