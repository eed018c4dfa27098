using CodexProxy.Protocol.Anthropic;
using static CodexProxy.Protocol.Tests.Translation.ResponseWire;

namespace CodexProxy.Protocol.Tests.Translation;

/// <summary>How hosted searches are reported.</summary>
public sealed class ResponseSearchTests
{
    private const string WithSources =
        """{"type":"search","query":"q","sources":[{"type":"url","url":"https://a.example/x","title":"A"},{"type":"url","url":"https://sub.bad.example/y"}]}""";

    private const string WithoutSources = """{"type":"search","queries":["q1","q2"]}""";

    [Fact]
    public void Only_the_last_search_without_sources_waits_for_citations()
    {
        var run = new ResponseRun().Accept(
            SearchDone(0, WithoutSources),
            SearchDone(1, WithoutSources),
            TextDelta(2, "Text"),
            Cite(2, "https://a.example/x", 0, 4),
            Cite(2, "https://a.example/x", 0, 2)
        );
        run.Lines[2..]
            .ShouldBe([
                "0 server_tool_use srvtoolu_0 web_search",
                "0 +{\"query\":\"q1; q2\"}",
                "0 stop",
                "1 search_result ",
                "1 stop",
                "2 server_tool_use srvtoolu_1 web_search",
                "2 +{\"query\":\"q1; q2\"}",
                "2 stop",
            ]);

        run.Accept(MessageDone(2, "Text"));
        run.Lines[10..]
            .ShouldBe([
                "3 search_result https://a.example/x",
                "3 stop",
                "4 text",
                "4 +Text",
                "4 cite https://a.example/x [Text]",
                "4 cite https://a.example/x [Te]",
                "4 stop",
            ]);
    }

    [Fact]
    public void A_waiting_search_without_citations_gets_an_empty_result()
    {
        var run = new ResponseRun().Accept([SearchDone(0, WithoutSources), .. Message(1, "Text"), Completed]);

        run.Lines.ShouldContain("1 search_result ");
        run.Message.Usage.WebSearchRequests.ShouldBe(1);
    }

    [Fact]
    public void A_waiting_search_does_not_hold_up_a_call()
    {
        var run = new ResponseRun().Accept([SearchDone(0, WithoutSources), .. Call(1, "{}")]);

        run.Lines[^3..].ShouldBe(["2 tool_use toolu_1 Read", "2 +{}", "2 stop"]);
    }

    [Fact]
    public void A_search_that_waits_when_the_response_ends_is_still_reported()
    {
        var run = new ResponseRun().Accept(SearchDone(0, WithoutSources), Completed);

        run.Lines[^5..].ShouldBe(["0 stop", "1 search_result ", "1 stop", "end end_turn", "message_stop"]);
    }

    [Fact]
    public void Blocked_domains_and_their_subdomains_are_left_out()
    {
        var context = ResponseFixtures.Context() with { BlockedDomains = ["bad.example"] };
        var run = new ResponseRun(context).Accept(SearchDone(0, WithSources));

        run.Lines.ShouldContain("1 search_result https://a.example/x");
    }

    [Theory]
    [InlineData("a.example/x", true)]
    [InlineData("a.example/", true)]
    [InlineData("A.EXAMPLE", true)]
    [InlineData("a.example/xy", false)]
    [InlineData("example", true)]
    [InlineData("xample", false)]
    public void A_blocked_domain_may_name_a_path(string domain, bool isBlocked)
    {
        var context = ResponseFixtures.Context() with { BlockedDomains = [domain, "bad.example"] };
        var run = new ResponseRun(context).Accept(SearchDone(0, WithSources));

        run.Lines.Contains("1 search_result https://a.example/x").ShouldBe(!isBlocked);
    }

    [Fact]
    public void A_failed_search_is_an_error_and_does_not_count()
    {
        var run = new ResponseRun().Accept(SearchDone(0, WithSources, "failed"), Completed);

        run.Lines.ShouldContain("1 search_error unavailable");
        run.Message.Usage.WebSearchRequests.ShouldBe(0);
    }

    [Fact]
    public void Searches_beyond_max_uses_are_reported_as_such()
    {
        var context = ResponseFixtures.Context() with { WebSearchMaxUses = 1 };
        var run = new ResponseRun(context).Accept(SearchDone(0, WithSources), SearchDone(1, WithSources), Completed);

        run.Lines.ShouldContain("3 search_error max_uses_exceeded");
        run.Message.Usage.WebSearchRequests.ShouldBe(1);
    }

    [Fact]
    public void Opened_pages_are_reported_only_to_clients_that_sent_web_fetch()
    {
        const string open = """{"type":"open_page","url":"https://a.example/x"}""";
        new ResponseRun().Accept(SearchDone(0, open)).Output.ShouldBeEmpty();

        var context = ResponseFixtures.Context() with { WebFetchRequested = true };
        var run = new ResponseRun(context).Accept(SearchDone(0, open), SearchDone(1, open, "failed"), Completed);
        run.Lines[2..^2]
            .ShouldBe([
                "0 server_tool_use srvtoolu_0 web_fetch",
                "0 +{\"url\":\"https://a.example/x\"}",
                "0 stop",
                "1 fetch_result https://a.example/x",
                "1 stop",
                "2 server_tool_use srvtoolu_1 web_fetch",
                "2 +{\"url\":\"https://a.example/x\"}",
                "2 stop",
                "3 fetch_error unavailable",
                "3 stop",
            ]);
        run.Message.Usage.WebFetchRequests.ShouldBe(1);
    }

    [Fact]
    public void Citation_indices_count_code_points_and_the_cited_text_is_bounded()
    {
        var run = new ResponseRun().Accept(
            TextDelta(0, "😀😀 sun" + new string('x', 200)),
            Cite(0, "https://a.example/", 1, 6),
            Cite(0, "https://a.example/", 0, 999)
        );

        var cited = run.Output.OfType<StreamEvent.CitationsDelta>().Select(e => e.Citation.CitedText).ToArray();
        cited[0].ShouldBe("😀 sun");
        cited[1].Length.ShouldBe(150);
    }

    [Fact]
    public void Citations_known_only_from_the_finished_message_are_sent_once()
    {
        const string done =
            """{"type":"response.output_item.done","output_index":0,"item":{"id":"msg_0","type":"message","content":[{"type":"output_text","text":"Hi you","annotations":[{"type":"url_citation","url":"https://a.example/","start_index":0,"end_index":2},{"type":"url_citation","url":"https://b.example/","start_index":3,"end_index":6}]}]}}""";
        var run = new ResponseRun().Accept(TextDelta(0, "Hi you"), Cite(0, "https://a.example/", 0, 2), done);

        run.Lines[4..].ShouldBe(["0 cite https://a.example/ [Hi]", "0 cite https://b.example/ [you]", "0 stop"]);
    }
}
