using CodexProxy.Protocol.Quota;

namespace CodexProxy.Protocol.Tests.Quota;

public sealed class QuotaForecastTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Half_used_after_an_hour_of_five_lasts_one_hour_more()
    {
        var forecast = QuotaForecast.Of(new QuotaWindow(50, 300, Now.AddHours(4)), Now).ShouldNotBeNull();

        forecast.PercentPerHour.ShouldBe(50);
        forecast.EmptyAt.ShouldBe(Now.AddHours(1));
    }

    [Fact]
    public void A_window_that_starts_anew_before_it_is_empty_lasts()
    {
        QuotaForecast.Of(new QuotaWindow(20, 300, Now.AddHours(2)), Now).ShouldNotBeNull().EmptyAt.ShouldBeNull();
    }

    [Fact]
    public void A_window_that_is_used_up_is_empty_now()
    {
        QuotaForecast.Of(new QuotaWindow(100, 300, Now.AddHours(2)), Now).ShouldNotBeNull().EmptyAt.ShouldBe(Now);
    }

    [Theory]
    [InlineData(0.0, 300, 120)]
    [InlineData(5.0, 300, 298)]
    [InlineData(5.0, null, 120)]
    [InlineData(5.0, 300, -1)]
    public void Too_little_known_or_gone_makes_no_forecast(double used, int? minutes, int resetsInMinutes)
    {
        QuotaForecast.Of(new QuotaWindow(used, minutes, Now.AddMinutes(resetsInMinutes)), Now).ShouldBeNull();
    }

    [Theory]
    [InlineData(0.000_001)]
    [InlineData(double.Epsilon)]
    public void A_trace_of_use_lasts(double used)
    {
        QuotaForecast.Of(new QuotaWindow(used, 10_080, Now.AddHours(1)), Now).ShouldNotBeNull().EmptyAt.ShouldBeNull();
    }
}
