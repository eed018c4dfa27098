using CodexProxy.Protocol.Errors;
using CodexProxy.Protocol.Failures;
using CodexProxy.Protocol.Models;
using static CodexProxy.Protocol.Tests.ChatUpstream.ChatUpstreamFixture;

namespace CodexProxy.Protocol.Tests.ChatUpstream;

/// <summary>Which names lead to an alternate upstream, and how its failures are told.</summary>
public sealed class ChatUpstreamNamesTests
{
    [Theory]
    [InlineData("other/a/b:free", "other/a/b:free")]
    [InlineData("other", "other/big")]
    [InlineData("claude-codex-other/x", "other/x")]
    [InlineData("few/m", "few/m")]
    [InlineData("few/n", null)]
    [InlineData("few", null)]
    [InlineData("off/m", null)]
    [InlineData("other/", null)]
    [InlineData("others/x", null)]
    public void A_name_leads_there_only_with_the_upstreams_own_name(string name, string? slug)
    {
        var model = ModelResolver.Resolve(name, ModelCatalogue.Embedded, Rules)?.Model;

        model?.Slug.ShouldBe(slug);
        (model?.Upstream is not null).ShouldBe(slug is not null);
    }

    [Fact]
    public void Passing_names_through_does_not_pass_those_of_upstreams()
    {
        var rules = Rules with { Passthrough = true };

        ModelResolver.Resolve("off/m", ModelCatalogue.Embedded, rules).ShouldBeNull();
        ModelResolver.Resolve("other/m", ModelCatalogue.Embedded, rules)!.Model.Upstream.ShouldBe("other");
    }

    [Theory]
    [InlineData("claude-haiku-4-5")]
    [InlineData("claude-opus-4-5[1m]")]
    [InlineData("claude-sonnet-4-5")]
    [InlineData("claude-other/x")]
    public void A_name_of_claude_never_leads_there_by_itself(string name)
    {
        (ModelResolver.Resolve(name, ModelCatalogue.Embedded, Rules)?.Model.Upstream).ShouldBeNull();
    }

    [Fact]
    public void A_family_or_an_alias_leads_there_when_the_user_says_so()
    {
        var rules = Rules with
        {
            Small = "other",
            Aliases = new Dictionary<string, string> { ["cheap"] = "other/x", ["gone"] = "off/m" },
        };

        ModelResolver.Resolve("claude-haiku-4-5", ModelCatalogue.Embedded, rules)!.Model.Slug.ShouldBe("other/big");
        ModelResolver.Resolve("cheap", ModelCatalogue.Embedded, rules)!.Model.NameThere.ShouldBe("x");
        ModelResolver.Resolve("gone", ModelCatalogue.Embedded, rules).ShouldBeNull();
        UnknownModel.Reason("gone", rules).ShouldBe("the upstream off is switched off");
    }

    [Fact]
    public void The_list_names_the_models_of_upstreams_that_are_on()
    {
        ModelListing
            .Entries(ModelCatalogue.Embedded, Rules)
            .Where(entry => entry.Model.Upstream is not null)
            .Select(entry => entry.Id)
            .ShouldBe(["other/big", "claude-codex-other/big", "few/m", "claude-codex-few/m"]);
    }

    [Theory]
    [InlineData(FailureKind.Unauthorized, 401, "authentication_error")]
    [InlineData(FailureKind.Billing, 402, "billing_error")]
    [InlineData(FailureKind.RateLimited, 429, "rate_limit_error")]
    [InlineData(FailureKind.Unreachable, 504, "timeout_error")]
    [InlineData(FailureKind.Cut, 500, "api_error")]
    [InlineData(FailureKind.ServerError, 500, "api_error")]
    [InlineData(FailureKind.BadRequest, 400, "invalid_request_error")]
    public void A_failure_names_the_upstream_and_never_the_plan(FailureKind kind, int status, string type)
    {
        var error = Explain(new UpstreamFailure { Kind = kind, Message = "Their words." });

        (error.Status, error.Type).ShouldBe((status, type));
        error.Message.ShouldContain("upstream other");
        error.Message.ShouldNotContain("ChatGPT");
    }

    [Fact]
    public void Words_that_clients_act_on_are_not_passed_on()
    {
        Explain(new UpstreamFailure { Kind = FailureKind.BadRequest, Message = "tool_use ids must be unique" })
            .Message.ShouldBe("The upstream other rejected the request: code none, param none");
    }

    private static ClientError Explain(UpstreamFailure failure) =>
        FailureTranslator.Translate(
            failure,
            new FailureFacts
            {
                RequestedModel = "other/big",
                ClaimedVersion = "1.0.0",
                InputTokensEstimate = 1,
                ContextWindow = 2,
                Now = DateTimeOffset.UnixEpoch,
                Upstream = "other",
            }
        );
}
