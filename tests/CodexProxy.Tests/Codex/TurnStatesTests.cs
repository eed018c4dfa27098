using CodexProxy.Codex;
using CodexProxy.Protocol.OpenAI;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Codex;

public sealed class TurnStatesTests
{
    private static readonly InputItem UserText = new MessageItem("user", [new InputText("go")]);
    private static readonly InputItem Note = new MessageItem("developer", [new InputText("date changed")]);
    private static readonly InputItem Call = new FunctionCallItem("call_1", "Read", "{}");
    private static readonly InputItem Output = new FunctionCallOutputItem("call_1", "text");

    private readonly ManualTime _time = new();

    [Fact]
    public void A_turn_that_goes_on_with_results_sends_the_state_again()
    {
        var states = Kept();

        states.Find("lane", "account", Request(UserText, Call, Output)).ShouldBe("state");
        states.Find("lane", "account", Request(UserText, Call, Output, Note)).ShouldBe("state");
    }

    [Fact]
    public void New_user_text_ends_the_turn_for_good()
    {
        var states = Kept();

        states.Find("lane", "account", Request(UserText, Call, Output, UserText)).ShouldBeNull();
        states.Find("lane", "account", Request(UserText, Call, Output)).ShouldBeNull();
    }

    [Fact]
    public void Lanes_and_accounts_do_not_share_a_state()
    {
        var states = Kept();

        states.Find("other", "account", Request(Call, Output)).ShouldBeNull();
        states.Find("lane", "other", Request(Call, Output)).ShouldBeNull();
    }

    [Fact]
    public void A_state_lives_ten_minutes()
    {
        var states = Kept();
        _time.Advance(TimeSpan.FromMinutes(9.9));
        states.Find("lane", "account", Request(Call, Output)).ShouldBe("state");

        _time.Advance(TimeSpan.FromMinutes(0.1));
        states.Find("lane", "account", Request(Call, Output)).ShouldBeNull();
    }

    private TurnStates Kept()
    {
        var states = new TurnStates(_time);
        states.Keep("lane", "account", "state");
        return states;
    }

    private static ResponsesRequest Request(params InputItem[] items) =>
        new()
        {
            Model = "gpt-6.1-sol",
            Input = items,
            Reasoning = new ReasoningSettings(),
            PromptCacheKey = "lane",
        };
}
