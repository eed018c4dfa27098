namespace CodexProxy.Protocol.Translation;

/// <summary>The model's text on its way to the client: without a repeated prefill, and only up to a stop sequence.</summary>
internal sealed class TextFilter(TranslationContext context)
{
    private readonly PrefillTrimmer _prefill = new(context.Prefill);
    private readonly StopSequenceMatcher _stops = new(context.StopSequences);

    /// <summary>Takes a piece of a text block.</summary>
    /// <param name="text">The piece.</param>
    /// <param name="matched">The stop sequence found.</param>
    /// <returns>What may be sent by now.</returns>
    internal string Accept(string text, out string? matched) => _stops.Accept(_prefill.Accept(text), out matched);

    /// <summary>Ends the block: what was held back is decided.</summary>
    internal string End(out string? matched)
    {
        var text = Accept(_prefill.End(), out matched);
        return matched is null ? text + _stops.End(out matched) : text;
    }
}
