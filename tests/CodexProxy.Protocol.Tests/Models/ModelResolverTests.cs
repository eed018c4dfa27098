using System.Buffers;
using System.Text.Json;
using CodexProxy.Protocol.Models;
using CodexProxy.Protocol.Tests.Translation;

namespace CodexProxy.Protocol.Tests.Models;

public sealed class ModelResolverTests
{
    private static readonly ModelCatalogue Catalogue = ModelCatalogue.Embedded;

    [Theory]
    [InlineData("claude-opus-5-5", "gpt-6.1-sol")]
    [InlineData("claude-fable-9", "gpt-6.1-sol")]
    [InlineData("claude-sonnet-5-5[1m]", "gpt-6.1-sol")]
    [InlineData("claude-3-5-haiku-20241022", "gpt-6-luna")]
    [InlineData("claude-something-new", "gpt-6.1-sol")]
    [InlineData("gpt-5.5", "gpt-5.5")]
    [InlineData("claude-codex-gpt-6-astra", "gpt-6-astra")]
    [InlineData("gpt-9-unheard", "gpt-9-unheard")]
    public void A_name_is_served_by(string requested, string upstream) =>
        ModelResolver.Resolve(requested, Catalogue, new ModelRules())!.Model.Slug.ShouldBe(upstream);

    [Theory]
    [InlineData("claude-codex-opus")]
    [InlineData("mistral-large")]
    [InlineData("")]
    public void Nothing_serves(string requested) =>
        ModelResolver.Resolve(requested, Catalogue, new ModelRules()).ShouldBeNull();

    [Theory]
    [InlineData("gpt-5.5-high", "high", false)]
    [InlineData("gpt-5.5-fast", null, true)]
    [InlineData("gpt-6.1-sol-xhigh-fast", "xhigh", true)]
    public void Suffixes_name_effort_and_tier(string requested, string? effort, bool fast)
    {
        var resolved = ModelResolver.Resolve(requested, Catalogue, new ModelRules())!;

        (resolved.Effort, resolved.Fast, resolved.Model.IsUnknown).ShouldBe((effort, fast, false));
    }

    [Fact]
    public void What_the_user_set_comes_first()
    {
        var rules = new ModelRules
        {
            Aliases = new Dictionary<string, string> { ["claude-opus-5-5"] = "gpt-5.5-low", ["mine"] = "gpt-new" },
            Main = "gpt-6-sol",
            Small = "gpt-5.6-luna",
            Thinking = "gpt-6-astra",
        };

        Slug("claude-opus-5-5", rules).ShouldBe("gpt-5.5");
        ModelResolver.Resolve("claude-opus-5-5", Catalogue, rules)!.Effort.ShouldBe("low");
        Slug("mine", rules).ShouldBe("gpt-new");
        Slug("claude-sonnet-5", rules).ShouldBe("gpt-6-sol");
        Slug("claude-haiku-5", rules).ShouldBe("gpt-5.6-luna");
        Slug("claude-sonnet-5", rules with { ThinkingRequested = true }).ShouldBe("gpt-6-astra");
        Slug("whatever", rules with { Passthrough = true }).ShouldBe("whatever");
    }

    [Fact]
    public void The_live_catalogue_reads_as_the_embedded_one()
    {
        var live = ModelCatalogue.Parse(ResponseFixtures.ReadBytes("codex-backend", "json", "models-response.json"));

        live.Models.Select(Facts).ShouldBe(Catalogue.Models.Select(Facts));
        (live.Main.Slug, live.Small.Slug).ShouldBe(("gpt-6.1-sol", "gpt-6-luna"));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("{\"models\":[]}")]
    [InlineData("nonsense")]
    public void What_is_no_catalogue_is_refused(string body) =>
        Should.Throw<JsonException>(() => ModelCatalogue.Parse(System.Text.Encoding.UTF8.GetBytes(body)));

    [Fact]
    public void A_page_begins_after_the_last_one()
    {
        var entries = ModelListing.Entries(Catalogue, new ModelRules());
        var buffer = new ArrayBufferWriter<byte>();
        ModelListing.WritePage(buffer, entries, 2, entries[0].Id, null);
        using var page = JsonDocument.Parse(buffer.WrittenMemory);

        page.RootElement.GetProperty("data")
            .EnumerateArray()
            .Select(model => model.GetProperty("id").GetString())
            .ShouldBe([entries[1].Id, entries[2].Id]);
        page.RootElement.GetProperty("has_more").GetBoolean().ShouldBeTrue();
        page.RootElement.GetProperty("last_id").GetString().ShouldBe(entries[2].Id);
        entries
            .Count(entry => entry.Id.StartsWith("claude-codex-", StringComparison.Ordinal))
            .ShouldBe(Catalogue.Listed.Count());
    }

    private static string Slug(string requested, ModelRules rules) =>
        ModelResolver.Resolve(requested, Catalogue, rules)!.Model.Slug;

    private static string Facts(CodexModel model) =>
        $"{model.Slug} {string.Join(',', model.Efforts)} {model.DefaultEffort} {model.ContextWindow} {model.Listed} {model.Priority} {model.Lite} {model.PriorityTier} {model.Images} {model.MinimalClientVersion}";
}
