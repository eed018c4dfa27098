using CodexProxy.Protocol.Models;
using FsCheck;
using FsCheck.Fluent;

namespace CodexProxy.Protocol.Tests.Models;

public sealed class UnknownModelTests
{
    [Theory]
    [InlineData("gpt6-sol", "gpt-6-sol")]
    [InlineData("GPT-5.5", "gpt-5.5")]
    [InlineData("lunna", "luna")]
    public void A_slip_finds_what_was_meant(string typed, string meant)
    {
        var rules = new ModelRules { Aliases = new Dictionary<string, string> { ["luna"] = "gpt-6-luna" } };

        var closest = UnknownModel.Closest(typed, ModelCatalogue.Embedded, rules);

        closest[0].ShouldBe(meant);
        closest.Count.ShouldBe(3);
    }

    [Fact]
    public void The_message_has_the_name_the_reason_and_names_to_try()
    {
        UnknownModel
            .Message("gpt-7", ["gpt-6", "gpt-5"], "not supported")
            .ShouldBe("model: gpt-7 (not supported; the closest: gpt-6, gpt-5)");
        UnknownModel.Message("gpt-7", [], null).ShouldBe("model: gpt-7");
        UnknownModel.Message(new string('x', 5000), [], null).Length.ShouldBeLessThan(300);
    }

    [Fact]
    public void The_distance_is_a_distance()
    {
        var names = ArbMap.Default.ArbFor<string>().Generator.Where(name => name is not null);
        Prop.ForAll(
                names.Three().ToArbitrary(),
                three =>
                {
                    var (a, b, c) = three;
                    NameDistance.Between(a, a).ShouldBe(0);
                    NameDistance.Between(a, b).ShouldBe(NameDistance.Between(b, a));
                    NameDistance
                        .Between(a, c)
                        .ShouldBeLessThanOrEqualTo(NameDistance.Between(a, b) + NameDistance.Between(b, c));
                }
            )
            .QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_name_of_megabytes_costs_no_more_than_a_long_one() =>
        NameDistance.Between(new string('a', 5_000_000), "gpt").ShouldBe(100);
}
