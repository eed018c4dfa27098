namespace CodexProxy.Simulator.Scripting;

/// <summary>Cuts text into deltas.</summary>
internal static class Chunks
{
    public const int DefaultLength = 24;

    /// <summary>Pieces of at most <paramref name="length"/> characters that never split a surrogate pair.</summary>
    public static IReadOnlyList<string> Of(string text, int length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        var chunks = new List<string>((text.Length / length) + 1);
        for (var start = 0; start < text.Length; )
        {
            var end = Math.Min(start + length, text.Length);
            if (end < text.Length && char.IsHighSurrogate(text[end - 1]))
            {
                end = end - start > 1 ? end - 1 : end + 1;
            }

            chunks.Add(text[start..end]);
            start = end;
        }

        return chunks;
    }
}
