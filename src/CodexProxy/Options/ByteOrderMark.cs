namespace CodexProxy.Options;

/// <summary>Editors on some systems put a byte order mark before JSON; parsers refuse it.</summary>
internal static class ByteOrderMark
{
    private static ReadOnlySpan<byte> Utf8 => [0xEF, 0xBB, 0xBF];

    /// <summary>The text without the mark.</summary>
    public static ReadOnlyMemory<byte> WithoutByteOrderMark(this Memory<byte> text) =>
        text.Span.StartsWith(Utf8) ? text[Utf8.Length..] : text;
}
