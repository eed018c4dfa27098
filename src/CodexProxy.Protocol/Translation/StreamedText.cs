namespace CodexProxy.Protocol.Translation;

/// <summary>
/// What has been received of a text, kept as the pieces it came in, so that remembering costs no copy. Compared with the
/// final text when the item is done.
/// </summary>
internal sealed class StreamedText
{
    private readonly List<string> _pieces = [];

    /// <summary>Characters received.</summary>
    internal int Length { get; private set; }

    internal void Append(string piece)
    {
        _pieces.Add(piece);
        Length += piece.Length;
    }

    /// <summary>What the final text has beyond the pieces; null when they are not its beginning.</summary>
    internal string? MissingFrom(string final)
    {
        var at = 0;
        foreach (var piece in _pieces)
        {
            if (!final.AsSpan(at).StartsWith(piece, StringComparison.Ordinal))
            {
                return null;
            }

            at += piece.Length;
        }

        return at == 0 ? final : final[at..];
    }

    /// <summary>All pieces as one text.</summary>
    public override string ToString() => string.Concat(_pieces);
}
