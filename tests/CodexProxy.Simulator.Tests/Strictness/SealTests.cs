using System.Text.Json;
using CodexProxy.Simulator.Scripting;
using CodexProxy.Simulator.Tests.Support;

namespace CodexProxy.Simulator.Tests.Strictness;

public sealed class SealTests
{
    private static string Replay(string sealedContent) =>
        Bodies.Input(
            $$"""
            [{{Bodies.User("hi")}},
             {"type":"reasoning","summary":[],"encrypted_content":"{{sealedContent}}"},
             {"type":"message","role":"assistant","content":[{"type":"output_text","text":"x"}]},
             {{Bodies.User("go on")}}]
            """
        );

    private static async Task<(string Early, string Final)> ThinkAsync(Caller caller)
    {
        caller.Simulator.Next(Turn.Reasoning().Text("x"));
        var items = (await caller.StreamAsync(Bodies.Plain))
            .Where(happening => happening.TryGetProperty("item", out var item) && Type(item) == "reasoning")
            .Select(happening => happening.GetProperty("item").GetProperty("encrypted_content").GetString()!)
            .ToArray();
        return (items[0], items[1]);
    }

    private static string? Type(JsonElement item) => item.GetProperty("type").GetString();

    [Fact]
    public async Task Takes_back_only_the_final_seal()
    {
        await using var caller = await Caller.StartAsync();
        var (early, final) = await ThinkAsync(caller);

        early.ShouldNotBe(final);
        (await caller.AskAsync(Replay(final))).Status.ShouldBe(200);
        var (status, body) = await caller.AskAsync(Replay(early));
        status.ShouldBe(400);
        body.ShouldContain("invalid_encrypted_content");
        body.ShouldContain("could not be verified");
    }

    [Fact]
    public async Task Refuses_what_was_sealed_for_another_account()
    {
        await using var caller = await Caller.StartAsync();
        var (_, final) = await ThinkAsync(caller);
        caller.Tokens = caller.Simulator.Tokens.Issue(caller.Simulator.Accounts.Add());

        (await caller.AskAsync(Replay(final))).Body.ShouldContain("invalid_encrypted_content");
    }

    [Fact]
    public async Task Takes_back_seals_of_an_earlier_run_with_the_same_seed()
    {
        string final;
        await using (var before = await Caller.StartAsync())
        {
            (_, final) = await ThinkAsync(before);
        }

        await using var after = await Caller.StartAsync();

        (await after.AskAsync(Replay(final))).Status.ShouldBe(200);
    }

    private static bool HasSeal(JsonElement happening) =>
        happening.GetProperty("item").TryGetProperty("encrypted_content", out _);

    [Fact]
    public async Task Seals_nothing_for_a_request_that_does_not_ask_for_it()
    {
        await using var caller = await Caller.StartAsync(new SimulatorOptions { RequireInclude = false });

        var events = await caller.StreamAsync(Bodies.With(("include", null)));

        events
            .Where(happening => happening.TryGetProperty("item", out var item) && Type(item) == "reasoning")
            .ShouldAllBe(happening => !HasSeal(happening));
    }
}
