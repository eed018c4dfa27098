namespace CodexProxy.Protocol.Anthropic;

/// <summary>
/// One content block of an answer. In <c>content_block_start</c> its text is empty; in a whole message it is complete.
/// </summary>
public abstract record MessageBlock
{
    private MessageBlock() { }

    /// <summary><c>text</c>.</summary>
    /// <param name="Value">The text.</param>
    /// <param name="Citations">Citations in order; null when there are none.</param>
    public sealed record Text(string Value = "", IReadOnlyList<Citation>? Citations = null) : MessageBlock;

    /// <summary><c>thinking</c>.</summary>
    /// <param name="Value">Summary of the reasoning; may stay empty.</param>
    /// <param name="Signature">Sealed reasoning, opaque to the client.</param>
    public sealed record Thinking(string Value = "", string Signature = "") : MessageBlock;

    /// <summary><c>tool_use</c>: a call the client runs.</summary>
    /// <param name="Id">Unique in the conversation.</param>
    /// <param name="Name">Name as the client knows it.</param>
    /// <param name="Toolset"><c>toolset_name</c>; absent when null.</param>
    /// <param name="Input">Input as JSON text.</param>
    public sealed record ToolUse(string Id, string Name, string? Toolset = null, string Input = "{}") : MessageBlock;

    /// <summary><c>server_tool_use</c>: a call the upstream has already run.</summary>
    /// <param name="Id"><c>srvtoolu_…</c>.</param>
    /// <param name="Name"><c>web_search</c> or <c>web_fetch</c>.</param>
    /// <param name="Input">Input as JSON text.</param>
    public sealed record ServerToolUse(string Id, string Name, string Input = "{}") : MessageBlock;

    /// <summary><c>web_search_tool_result</c>.</summary>
    /// <param name="ToolUseId">Id of the <see cref="ServerToolUse"/>.</param>
    /// <param name="Results">Pages found.</param>
    /// <param name="ErrorCode">Set instead of results when the search failed.</param>
    public sealed record WebSearchToolResult(
        string ToolUseId,
        IReadOnlyList<WebSearchResult> Results,
        string? ErrorCode = null
    ) : MessageBlock;

    /// <summary><c>web_fetch_tool_result</c>: a page the upstream opened; its text never leaves the upstream.</summary>
    /// <param name="ToolUseId">Id of the <see cref="ServerToolUse"/>.</param>
    /// <param name="Url">The page.</param>
    /// <param name="ErrorCode">Set when the page could not be opened.</param>
    public sealed record WebFetchToolResult(string ToolUseId, string Url, string? ErrorCode = null) : MessageBlock;
}

/// <summary>A page found by a search.</summary>
/// <param name="Url">The page.</param>
/// <param name="Title">Its title.</param>
/// <param name="EncryptedContent">Opaque to the client, which sends it back.</param>
public sealed record WebSearchResult(string Url, string Title, string EncryptedContent);

/// <summary>A cited web page.</summary>
/// <param name="CitedText">The span of the answer that rests on it, at most 150 characters.</param>
/// <param name="Url">The page.</param>
/// <param name="Title">Its title.</param>
/// <param name="EncryptedIndex">Opaque to the client, which sends it back.</param>
public sealed record Citation(string CitedText, string Url, string? Title, string EncryptedIndex);
