using System.Text.Json;
using CodexProxy.Protocol.OpenAI;
using CodexProxy.Records;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Records;

/// <summary>What the cache did is told from hashes alone.</summary>
public sealed class CacheBookTests
{
    private static readonly ResponsesRequest First = new()
    {
        Model = "gpt-6.1-sol",
        Instructions = "Be brief.",
        Input = [User("Hello."), Assistant("Hi."), User("Go on.")],
        Tools = [Tool("Read"), Tool("Bash"), Tool("Edit")],
        Reasoning = new ReasoningSettings("high"),
        PromptCacheKey = "s-1",
    };

    private readonly ManualTime _time = new();
    private readonly RequestPrinter _printer = new();
    private readonly CacheBook _book;

    public CacheBookTests() => _book = new CacheBook(_time);

    [Fact]
    public void A_conversation_that_grows_has_changed_nothing()
    {
        Add(First, cached: 0).Outcome.ShouldBe(CacheOutcome.First);
        _time.Advance(TimeSpan.FromSeconds(30));

        var verdict = Add(
            First with
            {
                Input = [.. First.Input, Assistant("Yes."), User("And?")],
            },
            cached: 9_984,
            input: 10_400
        );

        verdict.Outcome.ShouldBe(CacheOutcome.Hit);
        verdict.Changes.ShouldBeEmpty();
        verdict.Resent.ShouldBe(10_000);
        verdict.Idle.ShouldBe(TimeSpan.FromSeconds(30));
    }

    public static TheoryData<string> Members =>
        [
            "model",
            "instructions",
            "tool 2 changed",
            "tool 4 added",
            "tool 3 removed",
            "item 2 changed (message assistant)",
            "items 3 to 3 removed",
            "effort",
            "reasoning summary",
            "tool choice",
            "parallel tool calls",
            "text settings",
            "include",
            "service tier",
            "form",
            "account",
        ];

    [Theory]
    [MemberData(nameof(Members))]
    public void A_miss_names_the_member_that_changed(string member)
    {
        Add(First, cached: 0);

        var verdict = member switch
        {
            "form" => Add(First, cached: 0, forms: ["LiteShape"]),
            "account" => Add(First, cached: 0, account: "other"),
            _ => Add(Changed(member), cached: 0),
        };

        verdict.Outcome.ShouldBe(CacheOutcome.Miss);
        verdict.Changes.ShouldBe([member]);
        verdict.Reason.ShouldBe(member);
    }

    [Fact]
    public void New_instructions_are_known_although_they_open_a_new_lane()
    {
        Add(First, cached: 0);

        var verdict = Add(First with { Instructions = "Be long.", PromptCacheKey = "s-2" }, cached: 0);

        verdict.Changes.ShouldBe(["instructions"]);
        verdict.Lane.ShouldBe(1);
        Add(First with { Input = [User("A title, please.")], PromptCacheKey = "s-3" }, cached: 0)
            .ShouldSatisfyAllConditions(
                other => other.Outcome.ShouldBe(CacheOutcome.First),
                other => other.Lane.ShouldBe(2)
            );
    }

    [Fact]
    public void A_miss_without_a_change_tells_how_long_the_lane_was_idle()
    {
        Add(First, cached: 0);
        _time.Advance(TimeSpan.FromMinutes(12));
        Add(First, cached: 0).Reason.ShouldBe("nothing changed; the lane was idle for 12 minutes");
        _time.Advance(TimeSpan.FromSeconds(5));
        Add(First, cached: 0).Reason.ShouldBe("nothing changed; the upstream did not find it");
    }

    [Theory]
    [InlineData(1000, 0, "Short")]
    [InlineData(10_000, 9_744, "Hit")]
    [InlineData(10_000, 9_499, "Miss")]
    [InlineData(100_000, 95_000, "Hit")]
    [InlineData(100_000, 94_999, "Miss")]
    public void A_hit_is_what_the_blocks_of_the_cache_allow(long input, long cached, string outcome)
    {
        Add(First, cached: 0, input: input);

        Add(First, cached, input).Outcome.ToString().ShouldBe(outcome);
    }

    [Fact]
    public void A_story_sums_up_a_session_and_sub_agents_have_lanes_of_their_own()
    {
        Add(First, cached: 0);
        Add(First, cached: 9_984);
        Add(First with { PromptCacheKey = "agent" }, cached: 0, agent: "a-1");
        Add(First, cached: 0, session: null);

        var story = _book.Sessions.Single(session => session.Session == "s");
        story.Requests.ShouldBe(3);
        story.Resent.ShouldBe(10_000);
        story.Cached.ShouldBe(9_984);
        story.Misses.ShouldBe(0);
        story.Entries.Select(entry => entry.Verdict.Lane).ShouldBe([1, 1, 2]);
        _book.Sessions.ShouldContain(session => session.Session == CacheBook.Anonymous);
    }

    [Fact]
    public void Memory_is_bounded()
    {
        for (var i = 0; i < 1000; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            Add(First with { PromptCacheKey = $"key-{i}" }, cached: 0, session: $"session-{i}");
        }

        _time.Advance(TimeSpan.FromSeconds(1));
        for (var i = 0; i < 1000; i++)
        {
            Add(First, cached: 0, session: "long");
        }

        _book.Sessions.Count.ShouldBe(CacheBook.MaxSessions);
        _book.Sessions[0].Session.ShouldBe("long");
        _book.Sessions[0].Requests.ShouldBe(1000);
        _book.Sessions[0].Entries.Count.ShouldBe(CacheBook.MaxEntries);
        _book.LastPrint("key-0").ShouldBeNull();
        _book.LastPrint("key-999").ShouldNotBeNull();
    }

    [Fact]
    public void A_print_of_a_huge_request_is_bounded()
    {
        var huge = First with { Input = [.. Enumerable.Range(0, 20_000).Select(i => User($"Item {i}"))] };

        var print = _printer.Of(huge, [], null, null);

        print.ItemCount.ShouldBe(20_000);
        print.Items.Length.ShouldBe(RequestPrinter.MaxItems);
        print.Items.Sum(item => item.Shape?.Length ?? 0).ShouldBeLessThan(300 * 1024);
    }

    [Fact]
    public void Two_runs_have_different_hashes_of_the_same_body() =>
        new RequestPrinter().Of(First, [], null, null).Hashes.ShouldNotBe(_printer.Of(First, [], null, null).Hashes);

    private static ResponsesRequest Changed(string member) =>
        member switch
        {
            "model" => First with { Model = "gpt-5.5" },
            "instructions" => First with { Instructions = "Be long." },
            "tool 2 changed" => First with { Tools = [First.Tools![0], Tool("Write"), First.Tools[2]] },
            "tool 4 added" => First with { Tools = [.. First.Tools!, Tool("Write")] },
            "tool 3 removed" => First with { Tools = [.. First.Tools!.Take(2)] },
            "item 2 changed (message assistant)" => First with
            {
                Input = [First.Input[0], Assistant("Other."), First.Input[2]],
            },
            "items 3 to 3 removed" => First with { Input = [.. First.Input.Take(2)] },
            "effort" => First with { Reasoning = new ReasoningSettings("low") },
            "reasoning summary" => First with { Reasoning = new ReasoningSettings("high", "auto") },
            "tool choice" => First with { ToolChoice = ResponsesToolChoice.Required },
            "parallel tool calls" => First with { ParallelToolCalls = false },
            "text settings" => First with { Text = new TextSettings(null, "low") },
            "include" => First with { Include = null },
            _ => First with { ServiceTier = "priority" },
        };

    private CacheVerdict Add(
        ResponsesRequest body,
        long cached,
        long input = 10_000,
        string? session = "s",
        string? agent = null,
        string account = "account",
        string[]? forms = null
    ) =>
        _book.Add(
            body.PromptCacheKey,
            session,
            agent,
            "req_1",
            _printer.Of(body, forms ?? [], account, _book.LastPrint(body.PromptCacheKey)),
            new TokenCounts(input, cached, 0, 10, 0)
        );

    private static MessageItem User(string text) => new("user", [new InputText(text)]);

    private static MessageItem Assistant(string text) => new("assistant", [new OutputText(text)], "final_answer");

    private static FunctionTool Tool(string name)
    {
        using var schema = JsonDocument.Parse("""{"type":"object","properties":{}}""");
        return new FunctionTool(name, "Does it.", schema.RootElement.Clone(), Strict: false);
    }
}
