using CodexProxy.Protocol.OpenAI;

namespace CodexProxy.Protocol.Translation;

/// <summary>What is known of one output item while it streams, and the lane its blocks go to.</summary>
/// <param name="order">Place among the items, by first appearance.</param>
/// <param name="lane">Where its block operations go.</param>
internal abstract class OutputTrack(int order, BlockLane lane)
{
    /// <summary>Place among the items, by first appearance.</summary>
    internal int Order { get; } = order;

    /// <summary>Where its block operations go.</summary>
    internal BlockLane Lane { get; } = lane;

    /// <summary><c>output_index</c>, once known.</summary>
    internal int? Index { get; private set; }

    /// <summary>Item id, once known.</summary>
    internal string? ItemId { get; private set; }

    /// <summary>Call id, once known.</summary>
    internal string? CallId { get; private set; }

    /// <summary>Whether the item is finished; what still comes for it is ignored.</summary>
    internal bool IsDone { get; private set; }

    /// <summary>Whether its final form said that something of it is missing.</summary>
    internal bool IsIncomplete { get; private set; }

    /// <summary>Whether its final form contradicted what had been streamed.</summary>
    internal bool IsContradicted { get; private protected set; }

    internal void Learn(in ItemKey key)
    {
        Index ??= key.Index;
        ItemId ??= key.ItemId;
        CallId ??= key.CallId;
    }

    /// <summary>Takes the snapshot of <c>output_item.added</c>.</summary>
    internal virtual void Begin(OutputItem item) { }

    /// <summary>Ends the item.</summary>
    /// <param name="item">Its final form; null when the response ended without one.</param>
    internal void End(OutputItem? item)
    {
        IsDone = true;
        IsIncomplete = item is { IsIncomplete: true };
        EndBlocks(item);
    }

    /// <summary>The finished item as the next request will carry it; null when nothing of it will be there.</summary>
    internal virtual InputItem? ToInput() => null;

    private protected abstract void EndBlocks(OutputItem? item);

    /// <summary>The end of a text whose beginning has been streamed; empty, and noted, when the two do not fit.</summary>
    private protected string Missing(StreamedText streamed, string final)
    {
        var missing = streamed.MissingFrom(final);
        IsContradicted |= missing is null;
        return missing ?? "";
    }
}

/// <summary>An item of a kind without use: it never holds the others up.</summary>
internal sealed class UnknownTrack : OutputTrack
{
    internal UnknownTrack(int order, BlockLane lane)
        : base(order, lane) => lane.Finish();

    private protected override void EndBlocks(OutputItem? item) { }
}
