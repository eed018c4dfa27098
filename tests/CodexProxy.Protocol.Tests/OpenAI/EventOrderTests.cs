using CodexProxy.Protocol.OpenAI;

namespace CodexProxy.Protocol.Tests.OpenAI;

/// <summary>Events of one stream by their numbers.</summary>
public sealed class EventOrderTests
{
    [Fact]
    public void What_comes_again_and_what_comes_late_is_told_apart()
    {
        var order = new EventOrder();

        order.Take(1).ShouldBe(EventPlace.Next);
        order.Take(null).ShouldBe(EventPlace.Next);
        order.Take(2).ShouldBe(EventPlace.Next);
        order.Take(2).ShouldBe(EventPlace.Again);
        order.Take(1).ShouldBe(EventPlace.Again);
        order.IsAfterGap.ShouldBeFalse();
        order.Take(5).ShouldBe(EventPlace.Next);
        order.IsAfterGap.ShouldBeTrue();
        order.Take(4).ShouldBe(EventPlace.Late);
        order.Take(0).ShouldBe(EventPlace.Late);
    }

    [Fact]
    public void A_leap_in_the_numbers_costs_little_and_is_no_fault()
    {
        var order = new EventOrder();

        order.Take(0).ShouldBe(EventPlace.Next);
        order.Take(int.MaxValue).ShouldBe(EventPlace.Next);
    }
}
