using CodexProxy.Protocol.OpenAI;

namespace CodexProxy.Protocol.Translation;

/// <summary>A reasoning item: one thinking block, whatever its number of summary parts, with the signature last.</summary>
internal sealed class ReasoningTrack : OutputTrack
{
    private const string BetweenParts = "\n\n";

    private readonly TranslationContext _context;
    private readonly string? _account;
    private readonly StreamedText _streamed = new();
    private string? _encryptedContent;
    private int _summaryIndex;
    private bool _hasSummary;
    private bool _isOpen;

    internal ReasoningTrack(int order, BlockLane lane, TranslationContext context, string? account)
        : base(order, lane)
    {
        _context = context;
        _account = account;
        if (!context.ThinkingRequested)
        {
            lane.Finish();
        }
    }

    /// <summary>The sealed reasoning, once the item is done.</summary>
    internal ReasoningEnvelope? Envelope =>
        _encryptedContent is null
            ? null
            : new ReasoningEnvelope(_encryptedContent, _context.Model.Slug, ItemId, _account);

    private bool ShowsText => _context is { ThinkingRequested: true, ThinkingTextOmitted: false };

    internal void BeginPart(int summaryIndex)
    {
        _hasSummary = true;
        if (summaryIndex > _summaryIndex)
        {
            _summaryIndex = summaryIndex;
            if (_streamed.Length > 0)
            {
                Think(BetweenParts);
            }
        }
    }

    internal void Append(int summaryIndex, string delta)
    {
        BeginPart(summaryIndex);
        Think(delta);
    }

    /// <summary>Raw reasoning counts only for items without a summary.</summary>
    internal void AppendRaw(string delta)
    {
        if (!_hasSummary)
        {
            Think(delta);
        }
    }

    internal override InputItem? ToInput() => _encryptedContent is null ? null : new ReasoningItem(_encryptedContent);

    private protected override void EndBlocks(OutputItem? item)
    {
        if (item is OutputReasoning reasoning)
        {
            _encryptedContent = string.IsNullOrEmpty(reasoning.EncryptedContent) ? null : reasoning.EncryptedContent;
            if (reasoning.Summary.Count > 0 && (_hasSummary || _streamed.Length == 0))
            {
                Think(Missing(_streamed, string.Join(BetweenParts, reasoning.Summary)));
            }
        }

        if (!_context.ThinkingRequested)
        {
            return;
        }

        if (_isOpen || _encryptedContent is not null)
        {
            Open();
            Lane.EndThinking(Envelope?.Seal());
        }

        Lane.Finish();
    }

    private void Think(string text)
    {
        if (text.Length == 0)
        {
            return;
        }

        _streamed.Append(text);
        if (ShowsText)
        {
            Open();
            Lane.Think(text);
        }
    }

    private void Open()
    {
        if (!_isOpen)
        {
            _isOpen = true;
            Lane.BeginThinking();
        }
    }
}
