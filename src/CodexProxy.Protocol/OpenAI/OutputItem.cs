namespace CodexProxy.Protocol.OpenAI;

/// <summary>One item of a response's output.</summary>
/// <param name="Id">Item id, if the upstream gave one.</param>
public abstract record OutputItem(string? Id)
{
    /// <summary>Whether it says of itself that something of it is missing: its status is <c>incomplete</c>.</summary>
    public bool IsIncomplete { get; init; }
}

/// <summary>Text for the user.</summary>
/// <param name="Id">Item id.</param>
/// <param name="Phase"><c>commentary</c>, <c>final_answer</c> or absent.</param>
/// <param name="Content">Parts in order; empty while the item has just begun.</param>
public sealed record OutputMessage(string? Id, string? Phase, IReadOnlyList<OutputPart> Content) : OutputItem(Id);

/// <summary>Reasoning of the model.</summary>
/// <param name="Id">Item id.</param>
/// <param name="EncryptedContent">Sealed reasoning; only the value of the finished item can be replayed.</param>
/// <param name="Summary">Texts of the summary parts.</param>
public sealed record OutputReasoning(string? Id, string? EncryptedContent, IReadOnlyList<string> Summary)
    : OutputItem(Id);

/// <summary>A call of one of the client's tools.</summary>
/// <param name="Id">Item id.</param>
/// <param name="CallId">Id that the call's output refers to.</param>
/// <param name="Name">Tool name; may come late.</param>
/// <param name="Input">JSON arguments, or free text when <paramref name="IsCustom"/>.</param>
/// <param name="IsCustom">Whether it is a <c>custom_tool_call</c>, whose input is no JSON.</param>
public sealed record OutputCall(string? Id, string? CallId, string? Name, string? Input, bool IsCustom)
    : OutputItem(Id);

/// <summary>A search that the upstream ran itself.</summary>
/// <param name="Id">Item id.</param>
/// <param name="Failed">Whether its status is <c>failed</c>.</param>
/// <param name="Action">What was done; known when the item is done.</param>
public sealed record OutputSearch(string? Id, bool Failed, SearchAction? Action) : OutputItem(Id);

/// <summary>An item of a kind the gateway has no use for.</summary>
public sealed record OutputUnknown(string? Id, string Type) : OutputItem(Id);

/// <summary>One part of an <see cref="OutputMessage"/>.</summary>
/// <param name="Text">Text, or the refusal.</param>
/// <param name="IsRefusal">Whether the model refuses in this part.</param>
/// <param name="Citations">Web pages cited, in order.</param>
public sealed record OutputPart(string Text, bool IsRefusal, IReadOnlyList<UrlCitation> Citations);

/// <summary>A web page cited in a text.</summary>
/// <param name="Url">The page.</param>
/// <param name="Title">Its title.</param>
/// <param name="Start">First code point of the cited span.</param>
/// <param name="End">Code point after the span.</param>
public sealed record UrlCitation(string Url, string? Title, int Start, int End);

/// <summary>What a hosted search did.</summary>
/// <param name="Type"><c>search</c>, <c>open_page</c>, <c>find_in_page</c> or a later one.</param>
/// <param name="Query">What was searched for; several queries are joined by <c>; </c>.</param>
/// <param name="Url">Page that was opened.</param>
/// <param name="Sources">Pages found; null when the upstream names none.</param>
public sealed record SearchAction(string Type, string? Query, string? Url, IReadOnlyList<SearchSource>? Sources);

/// <summary>A page a search found.</summary>
/// <param name="Url">The page.</param>
/// <param name="Title">Its title, if given.</param>
public sealed record SearchSource(string Url, string? Title);
