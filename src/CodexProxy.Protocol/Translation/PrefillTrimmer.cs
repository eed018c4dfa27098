namespace CodexProxy.Protocol.Translation;

/// <summary>
/// Drops the repetition of a prefill at the start of the output. The backend cannot continue a message of the assistant,
/// so the model at times begins by repeating the whole prefill or its last line.
/// </summary>
internal sealed class PrefillTrimmer
{
    private readonly string _whole;
    private readonly string _lastLine;
    private string _held = "";

    internal PrefillTrimmer(string? prefill)
    {
        _whole = prefill ?? "";
        _lastLine = _whole[(_whole.LastIndexOf('\n') + 1)..];
        IsDecided = _whole.Length == 0;
    }

    /// <summary>Whether text passes unchanged from here on.</summary>
    internal bool IsDecided { get; private set; }

    /// <summary>Takes a piece of the first text block; returns what is no repetition.</summary>
    internal string Accept(string text)
    {
        if (IsDecided)
        {
            return text;
        }

        _held += text;
        var undecided =
            !_held.StartsWith(_whole, StringComparison.Ordinal)
            && (Begins(_whole) || (Begins(_lastLine) && _held.Length < _lastLine.Length));
        return undecided ? "" : End();
    }

    /// <summary>Ends the first text block: what is held back is decided now.</summary>
    internal string End()
    {
        if (IsDecided || _held.Length == 0)
        {
            return "";
        }

        IsDecided = true;
        var repeated =
            _held.StartsWith(_whole, StringComparison.Ordinal) ? _whole.Length
            : _held.StartsWith(_lastLine, StringComparison.Ordinal) ? _lastLine.Length
            : 0;
        return _held[repeated..];
    }

    private bool Begins(string candidate) => candidate.StartsWith(_held, StringComparison.Ordinal);
}
