using System.Text;

namespace CodexProxy.Protocol.Translation;

/// <summary>
/// Counts visible output and enforces <c>max_tokens</c>, which the backend has no parameter for. A token is at least one
/// byte, so nothing is counted until the bytes sent since the last count could reach the limit.
/// </summary>
internal sealed class OutputLimit(int? maxTokens, Func<string, int> countTokens)
{
    private readonly List<List<string>> _closed = [];
    private List<string> _block = [];
    private int _closedTokens;
    private long _bytesBeforeCount = maxTokens ?? long.MaxValue;

    /// <summary>Whether the limit has been reached.</summary>
    internal bool IsReached { get; private set; }

    /// <summary>Takes text or arguments about to be sent; returns as much as the limit allows.</summary>
    internal string Accept(string text)
    {
        _block.Add(text);
        _bytesBeforeCount -= maxTokens is null ? 0 : Encoding.UTF8.GetByteCount(text);
        if (_bytesBeforeCount > 0)
        {
            return text;
        }

        var room = maxTokens!.Value - CountClosed();
        var counted = CountBlock();
        if (counted < room)
        {
            _bytesBeforeCount = room - counted;
            return text;
        }

        IsReached = true;
        if (counted == room)
        {
            return text;
        }

        _block.RemoveAt(_block.Count - 1);
        var allowed = Cut(text, room);
        _block.Add(allowed);
        return allowed;
    }

    /// <summary>Ends a block: tokens never span two blocks. Counted only if a count is ever asked for.</summary>
    internal void EndBlock()
    {
        if (_block.Count > 0)
        {
            _closed.Add(_block);
            _block = [];
        }
    }

    /// <summary>Tokens of everything sent so far.</summary>
    internal int Count() => CountClosed() + CountBlock();

    private int CountBlock() => _block.Count == 0 ? 0 : countTokens(string.Concat(_block));

    private int CountClosed()
    {
        foreach (var block in _closed)
        {
            _closedTokens += countTokens(string.Concat(block));
        }

        _closed.Clear();
        return _closedTokens;
    }

    // The longest beginning of the text that keeps the block within its room, never splitting a surrogate pair.
    private string Cut(string text, int room)
    {
        var sent = string.Concat(_block);
        int fits = 0,
            tooLong = text.Length;
        while (tooLong - fits > 1)
        {
            var middle = (fits + tooLong) / 2;
            if (countTokens(string.Concat(sent, text.AsSpan(0, middle))) <= room)
            {
                fits = middle;
            }
            else
            {
                tooLong = middle;
            }
        }

        return text[..(fits > 0 && char.IsHighSurrogate(text[fits - 1]) ? fits - 1 : fits)];
    }
}
