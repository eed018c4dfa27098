using CodexProxy.Protocol.Anthropic;
using CodexProxy.Protocol.OpenAI;

namespace CodexProxy.Protocol.Translation;

/// <summary>
/// Keeps one content block open at a time, however the upstream interleaves its items. Items are sent in the order they
/// first appear: the first unfinished one streams live, the others wait in their lanes.
/// </summary>
internal sealed class BlockSequencer(IBlockSink sink)
{
    private readonly Queue<BlockLane> _lanes = new();

    /// <summary>The lane that streams live; null when all are finished.</summary>
    internal BlockLane? Head => _lanes.TryPeek(out var head) ? head : null;

    internal BlockLane Add()
    {
        var lane = new BlockLane(this);
        _lanes.Enqueue(lane);
        return lane;
    }

    internal void Send(BlockLane lane, in BlockOperation operation)
    {
        if (Head == lane)
        {
            sink.Apply(lane, operation);
        }
        else
        {
            lane.Hold(operation);
        }
    }

    /// <summary>Lets the lanes behind a finished head follow.</summary>
    internal void Advance()
    {
        while (_lanes.TryPeek(out var head) && head.IsFinished)
        {
            _lanes.Dequeue();
            Head?.Release(sink);
        }
    }
}

/// <summary>Block operations of one output item, in order.</summary>
internal sealed class BlockLane(BlockSequencer sequencer)
{
    private List<BlockOperation>? _held;

    internal bool IsFinished { get; private set; }

    internal void Text(string text) => Send(new(BlockOperationKind.Text, text));

    internal void Refuse(string text) => Send(new(BlockOperationKind.Refusal, text));

    internal void EndText() => Send(new(BlockOperationKind.EndText));

    /// <summary>Cites a page.</summary>
    /// <param name="citation">The citation; its indices count code points of the text.</param>
    /// <param name="text">The part's text so far.</param>
    internal void Cite(UrlCitation citation, string text) =>
        Send(new(BlockOperationKind.Cite, text, Citation: citation));

    internal void BeginThinking() => Send(new(BlockOperationKind.BeginThinking));

    internal void Think(string text) => Send(new(BlockOperationKind.Think, text));

    internal void EndThinking(string? signature) => Send(new(BlockOperationKind.EndThinking, signature));

    internal void BeginCall(CallStart call) => Send(new(BlockOperationKind.BeginCall, Call: call));

    internal void Input(string json) => Send(new(BlockOperationKind.Input, json));

    internal void EndCall() => Send(new(BlockOperationKind.EndCall));

    /// <summary>A block that is sent whole.</summary>
    internal void Whole(MessageBlock block, string? input = null) =>
        Send(new(BlockOperationKind.Whole, input, Block: block));

    /// <summary>The item is done: no further operation comes.</summary>
    internal void Finish()
    {
        IsFinished = true;
        sequencer.Advance();
    }

    internal void Hold(in BlockOperation operation) => (_held ??= []).Add(operation);

    internal void Release(IBlockSink sink)
    {
        foreach (var operation in _held ?? [])
        {
            sink.Apply(this, operation);
        }

        _held = null;
    }

    private void Send(in BlockOperation operation) => sequencer.Send(this, operation);
}

/// <summary>One step in the life of a content block.</summary>
internal readonly record struct BlockOperation(
    BlockOperationKind Kind,
    string? Text = null,
    MessageBlock? Block = null,
    UrlCitation? Citation = null,
    CallStart? Call = null
);

/// <summary>A call as it begins.</summary>
/// <param name="Id">The id the client knows.</param>
/// <param name="Tool">The tool as the client knows it.</param>
/// <param name="IsCustom">Whether its input is free text, for a client whose protocol has such calls.</param>
internal sealed record CallStart(string Id, ToolIdentity Tool, bool IsCustom);

internal enum BlockOperationKind
{
    Text,
    Refusal,
    EndText,
    Cite,
    BeginThinking,
    Think,
    EndThinking,
    BeginCall,
    Input,
    EndCall,
    Whole,
}
