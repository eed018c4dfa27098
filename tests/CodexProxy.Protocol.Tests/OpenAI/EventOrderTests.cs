using CodexProxy.Protocol.OpenAI;

namespace CodexProxy.Protocol.Tests.OpenAI;

/// <summary>Events of one stream by their numbers.</summary>
public sealed class EventOrderTests
{
    private readonly EventOrder _order = new();

    [Fact]
    public void What_comes_again_and_what_comes_late_is_told_apart()
    {
        Take(1, "a").ShouldBe(EventPlace.Next);
        Take(null, "without a number").ShouldBe(EventPlace.Next);
        Take(2, "b").ShouldBe(EventPlace.Next);
        Take(2, "b").ShouldBe(EventPlace.Again);
        Take(1, "a").ShouldBe(EventPlace.Again);
        _order.IsAfterGap.ShouldBeFalse();
        Take(5, "e").ShouldBe(EventPlace.Next);
        _order.IsAfterGap.ShouldBeTrue();
        Take(4, "d").ShouldBe(EventPlace.Late);
        Take(0, "_").ShouldBe(EventPlace.Late);
    }

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(0, 1, 0)]
    public void Numbers_that_two_events_share_mean_nothing_and_nothing_is_left_out(int one, int two, int three)
    {
        Take(one, "a").ShouldBe(EventPlace.Next);
        Take(two, "b").ShouldBe(EventPlace.Next);
        Take(three, "c").ShouldBe(EventPlace.Next);
        Take(9, "d").ShouldBe(EventPlace.Next);
        Take(3, "e").ShouldBe(EventPlace.Next);
        Take(3, "e").ShouldBe(EventPlace.Next);
        _order.IsAfterGap.ShouldBeFalse();
    }

    [Fact]
    public void A_leap_in_the_numbers_is_no_fault()
    {
        Take(0, "a").ShouldBe(EventPlace.Next);
        Take(int.MaxValue, "b").ShouldBe(EventPlace.Next);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(5)]
    public void The_first_event_is_in_its_place_whatever_its_number(int first)
    {
        Take(first, "a").ShouldBe(EventPlace.Next);
        _order.IsAfterGap.ShouldBeFalse();
        Take(first + 1, "b").ShouldBe(EventPlace.Next);
        _order.IsAfterGap.ShouldBeFalse();
    }

    private EventPlace Take(int? number, string data) => _order.Take(number, System.Text.Encoding.UTF8.GetBytes(data));
}
