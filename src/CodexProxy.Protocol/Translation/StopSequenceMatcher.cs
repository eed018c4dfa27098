namespace CodexProxy.Protocol.Translation;

/// <summary>
/// Finds the client's stop sequences in a text block that arrives in pieces. Text that may still become a sequence is held
/// back; how the text was split never changes the outcome. Of several sequences the one that starts first wins, then the
/// longest.
/// </summary>
internal sealed class StopSequenceMatcher(IReadOnlyList<string> sequences)
{
    private string _held = "";

    /// <summary>Takes a piece of text.</summary>
    /// <param name="text">The piece.</param>
    /// <param name="matched">The sequence found, exactly as the client gave it.</param>
    /// <returns>Text that may be sent: everything undecided or from the match on is left out.</returns>
    internal string Accept(string text, out string? matched)
    {
        matched = null;
        if (sequences.Count == 0)
        {
            return text;
        }

        var buffer = _held.Length == 0 ? text : _held + text;
        var (start, sequence) = FindWhole(buffer);
        var pending = FindBegun(buffer);
        if (sequence is not null && pending > start)
        {
            matched = sequence;
            _held = "";
            return buffer[..start];
        }

        _held = buffer[pending..];
        return pending == buffer.Length ? buffer : buffer[..pending];
    }

    /// <summary>Ends the block: what was held back is released, or matches after all.</summary>
    internal string End(out string? matched)
    {
        var buffer = _held;
        _held = "";
        (var start, matched) = FindWhole(buffer);
        return matched is null ? buffer : buffer[..start];
    }

    private (int Start, string? Sequence) FindWhole(string buffer)
    {
        (int Start, string? Sequence) best = (int.MaxValue, null);
        foreach (var sequence in sequences)
        {
            var start = buffer.IndexOf(sequence, StringComparison.Ordinal);
            if (start >= 0 && (start < best.Start || (start == best.Start && sequence.Length > best.Sequence!.Length)))
            {
                best = (start, sequence);
            }
        }

        return best;
    }

    // Where the longest tail begins that some sequence could continue; the buffer's length when there is none.
    private int FindBegun(string buffer)
    {
        var first = buffer.Length;
        foreach (var sequence in sequences)
        {
            for (var start = Math.Max(0, buffer.Length - sequence.Length + 1); start < first; start++)
            {
                if (sequence.AsSpan().StartsWith(buffer.AsSpan(start), StringComparison.Ordinal))
                {
                    first = start;
                    break;
                }
            }
        }

        return first;
    }
}
