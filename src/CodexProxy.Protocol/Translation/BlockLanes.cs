using CodexProxy.Protocol.OpenAI;

namespace CodexProxy.Protocol.Translation;

/// <summary>Takes block operations in the order in which they may be sent.</summary>
internal interface IBlockSink
{
    /// <summary>Whether calls may be sent while other items are still open.</summary>
    bool Interleaves { get; }

    /// <summary>Takes the next operation of a lane.</summary>
    void Apply(BlockLane lane, in BlockOperation operation);
}

/// <summary>
/// Gives every item of a response its lane. A protocol with one open block at a time has one queue for all; where calls have
/// places of their own, only texts wait for texts and reasoning for reasoning.
/// </summary>
internal sealed class BlockLanes(IBlockSink sink)
{
    private readonly BlockSequencer _all = new(sink);
    private readonly BlockSequencer _reasoning = new(sink);

    /// <summary>The lane that streams live; null when all are finished. Only of use when nothing interleaves.</summary>
    internal BlockLane? Head => _all.Head;

    internal BlockLane Add(OutputItem item)
    {
        if (!sink.Interleaves || item is OutputMessage)
        {
            return _all.Add();
        }

        return (item is OutputReasoning ? _reasoning : new BlockSequencer(sink)).Add();
    }
}
