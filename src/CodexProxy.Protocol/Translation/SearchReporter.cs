using System.Buffers.Text;
using System.Text;
using System.Text.Encodings.Web;
using CodexProxy.Protocol.Anthropic;
using CodexProxy.Protocol.OpenAI;

namespace CodexProxy.Protocol.Translation;

/// <summary>
/// Reports hosted searches as pairs of <c>server_tool_use</c> and result blocks. When the upstream names no sources, the
/// result of the last search waits for the message that follows and lists the pages it cites.
/// </summary>
internal sealed class SearchReporter(TranslationContext context)
{
    private const int MaxCitedCharacters = 150;

    private readonly List<UrlCitation> _cited = [];
    private SearchTrack? _waiting;
    private string _waitingId = "";

    /// <summary>Searches reported with a result.</summary>
    internal int Searches { get; private set; }

    /// <summary>Page openings reported.</summary>
    internal int Fetches { get; private set; }

    /// <summary>Reports a finished item. Its lane is finished at once, unless the result has to wait.</summary>
    internal void Report(SearchTrack track, OutputSearch item)
    {
        var id = Identifiers.ToServerToolUseId(item.Id ?? $"ws_{track.Order}");
        switch (item.Action?.Type)
        {
            case "search" or null or "":
                ReportSearch(track, item, id);
                break;
            case "open_page" or "find_in_page":
                ReportFetch(track, item, id);
                break;
            default:
                track.Lane.Finish();
                break;
        }
    }

    /// <summary>Notes a citation for the search that waits.</summary>
    internal void Cited(MessageTrack message, UrlCitation citation)
    {
        if (_waiting is not null && message.Order > _waiting.Order)
        {
            _cited.Add(citation);
        }
    }

    /// <summary>The message that a search may wait for has ended.</summary>
    internal void MessageEnded(MessageTrack message)
    {
        if (_waiting is not null && message.Order > _waiting.Order)
        {
            Resolve();
        }
    }

    /// <summary>Ends the waiting, with the pages cited so far.</summary>
    internal void Resolve()
    {
        if (_waiting is null)
        {
            return;
        }

        List<WebSearchResult> results = [];
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (var citation in _cited)
        {
            if (seen.Add(citation.Url))
            {
                AddUnlessBlocked(results, citation.Url, citation.Title);
            }
        }

        var (track, id) = (_waiting, _waitingId);
        _waiting = null;
        _cited.Clear();
        track.Lane.Whole(new MessageBlock.WebSearchToolResult(id, results));
        track.Lane.Finish();
    }

    /// <summary>A citation of the text block that holds <paramref name="text"/>; its indices count code points.</summary>
    internal static Citation ToCitation(UrlCitation citation, string text)
    {
        var start = Offset(text, citation.Start);
        var end = Math.Max(start, Offset(text, citation.End));
        var length = Math.Min(end - start, MaxCitedCharacters);
        if (length > 0 && start + length < text.Length && char.IsHighSurrogate(text[start + length - 1]))
        {
            length--;
        }

        var index = "cxi1_" + Base64Url.EncodeToString(Encoding.UTF8.GetBytes(citation.Url));
        return new Citation(text.Substring(start, length), citation.Url, citation.Title, index);
    }

    private void ReportSearch(SearchTrack track, OutputSearch item, string id)
    {
        Resolve();
        var input = $$"""{"query":{{Quote(item.Action?.Query ?? "")}}}""";
        track.Lane.Whole(new MessageBlock.ServerToolUse(id, "web_search"), input);
        if (item.Failed)
        {
            Refuse(track, id, "unavailable");
        }
        else if (Searches >= context.WebSearchMaxUses)
        {
            Refuse(track, id, "max_uses_exceeded");
        }
        else if (item.Action?.Sources is { } sources)
        {
            Searches++;
            List<WebSearchResult> results = [];
            foreach (var source in sources)
            {
                AddUnlessBlocked(results, source.Url, source.Title);
            }

            track.Lane.Whole(new MessageBlock.WebSearchToolResult(id, results));
            track.Lane.Finish();
        }
        else
        {
            Searches++;
            (_waiting, _waitingId) = (track, id);
        }
    }

    private static void Refuse(SearchTrack track, string id, string errorCode)
    {
        track.Lane.Whole(new MessageBlock.WebSearchToolResult(id, [], errorCode));
        track.Lane.Finish();
    }

    private void ReportFetch(SearchTrack track, OutputSearch item, string id)
    {
        if (context.WebFetchRequested && item.Action?.Url is { } url)
        {
            track.Lane.Whole(new MessageBlock.ServerToolUse(id, "web_fetch"), $$"""{"url":{{Quote(url)}}}""");
            track.Lane.Whole(new MessageBlock.WebFetchToolResult(id, url, item.Failed ? "unavailable" : null));
            Fetches += item.Failed ? 0 : 1;
        }

        track.Lane.Finish();
    }

    private void AddUnlessBlocked(List<WebSearchResult> results, string url, string? title)
    {
        if (!BlockedDomain.Any(context.BlockedDomains, url))
        {
            var payload = Base64Url.EncodeToString(Encoding.UTF8.GetBytes($$"""{"u":{{Quote(url)}}}"""));
            results.Add(new WebSearchResult(url, title ?? WithoutScheme(url), "cxw1_" + payload));
        }
    }

    private static string WithoutScheme(string url)
    {
        var at = url.IndexOf("://", StringComparison.Ordinal);
        return at < 0 ? url : url[(at + 3)..];
    }

    private static string Quote(string text) => $"\"{JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(text)}\"";

    private static int Offset(string text, int codePoints)
    {
        var offset = 0;
        for (; codePoints > 0 && offset < text.Length; codePoints--)
        {
            offset += char.IsSurrogatePair(text, offset) ? 2 : 1;
        }

        return offset;
    }
}

/// <summary>A hosted search: reported when it is done.</summary>
internal sealed class SearchTrack(int order, BlockLane lane, SearchReporter searches) : OutputTrack(order, lane)
{
    private SearchAction? _action;

    internal override InputItem? ToInput() =>
        _action switch
        {
            { Type: "search" } => new WebSearchCallItem(new WebSearchAction("search", _action.Query ?? "")),
            { Type: "open_page", Url: not null } => new WebSearchCallItem(
                new WebSearchAction("open_page", Url: _action.Url)
            ),
            _ => null,
        };

    private protected override void EndBlocks(OutputItem? item)
    {
        if (item is OutputSearch search)
        {
            _action = search.Action;
            searches.Report(this, search);
        }
        else
        {
            // The response ended before the search did: there is nothing to report.
            Lane.Finish();
        }
    }
}
