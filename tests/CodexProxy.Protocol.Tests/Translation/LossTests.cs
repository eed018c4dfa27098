using CodexProxy.Protocol.Failures;
using CodexProxy.Protocol.Models;
using CodexProxy.Protocol.Translation;

namespace CodexProxy.Protocol.Tests.Translation;

/// <summary>What is lost is told, and told so that it can be shown.</summary>
public sealed class LossTests
{
    private const string Hello = """{"role":"user","content":"Hello."}""";

    [Theory]
    [InlineData("temperature", "temperature")]
    [InlineData("messages[].content[].image", "messages[].content[].image")]
    [InlineData("tools[code_execution_20250825]", "tools[code_execution_20250825]")]
    [InlineData(
        "event response.image_generation_call.partial_image",
        "event response.image_generation_call.partial_image"
    )]
    [InlineData("sk-proj-1a2b3c4d5e6f7g8h9i0jklmnop", "(other)")]
    [InlineData("messages[].content[].ada@example.com", "messages[].content[].(other)")]
    [InlineData("ada.lovelace@example.com", "(other)")]
    [InlineData("my secret plan", "(other)")]
    [InlineData("event my secret", "event (other)")]
    [InlineData("include[a b]", "include[(other)]")]
    [InlineData("WithoutMember(reasoning.effort)", "WithoutMember(reasoning.effort)")]
    [InlineData("WithoutMember(my secret)", "WithoutMember((other))")]
    [InlineData("tools[日本]", "tools[(other)]")]
    public void A_path_shows_names_only(string path, string shown) => LossPath.Clean(path).ShouldBe(shown);

    [Fact]
    public void A_path_is_bounded() =>
        LossPath.Clean(string.Join('.', Enumerable.Repeat("!", 10_000))).Length.ShouldBeLessThan(200);

    [Theory]
    [InlineData(
        "\"output_config\":{\"effort\":\"max\"},\"model\":\"gpt-5.5\",",
        "output_config.effort",
        LossKind.Approximated
    )]
    [InlineData(
        "\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":9000},",
        "thinking.budget_tokens",
        LossKind.Approximated
    )]
    [InlineData("\"thinking\":{\"type\":\"disabled\"},", "thinking.type", LossKind.Approximated)]
    public void A_setting_in_another_form_is_named(string members, string path, LossKind kind) =>
        Losses(members).ShouldContain(new TranslationLoss(path, kind));

    [Fact]
    public void A_setting_that_travels_as_it_is_is_no_loss() =>
        Losses("\"output_config\":{\"effort\":\"high\"},\"thinking\":{\"type\":\"adaptive\"},")
            .ShouldBe([new TranslationLoss("max_tokens", LossKind.Emulated)]);

    public static TheoryData<FormRepairKind, string?, string> Forms =>
        new()
        {
            { FormRepairKind.WithoutReasoning, null, "input[].reasoning=Dropped" },
            { FormRepairKind.WithoutMember, "reasoning.effort", "reasoning.effort=Dropped" },
            {
                FormRepairKind.WithoutMember,
                "include",
                "include[reasoning.encrypted_content]=Dropped include[web_search_call.action.sources]=Dropped"
            },
            { FormRepairKind.WithoutSearchSources, null, "include[web_search_call.action.sources]=Dropped" },
            {
                FormRepairKind.SearchModel,
                null,
                "model=Approximated reasoning.effort=Approximated input[].reasoning=Dropped"
            },
            { FormRepairKind.DeveloperAsUser, null, "input[].role=Approximated" },
            { FormRepairKind.FilesAsText, null, "input[].content[].input_file=Approximated" },
            { FormRepairKind.LiteShape, null, "parallel_tool_calls=Approximated tools[web_search]=Dropped" },
            { FormRepairKind.DefaultInstructions, null, "" },
        };

    [Theory]
    [MemberData(nameof(Forms))]
    public void A_second_form_tells_what_it_costs(FormRepairKind kind, string? member, string losses)
    {
        var first = Requests.Body(
            Requests.WithMessages(
                """
                {"role":"user","content":[{"type":"document","title":"t","source":{"type":"base64","media_type":"application/pdf","data":"JVBERg=="}}]},
                {"role":"system","content":"a note"},
                {"role":"assistant","content":[{"type":"thinking","thinking":"","signature":"gAAAAAx"},{"type":"text","text":"so"}]},
                {"role":"user","content":"on"}
                """,
                """
                "system":"Be brief.","tools":[{"name":"Read","input_schema":{"type":"object"}},{"type":"web_search_20250305","name":"web_search"}],"output_config":{"effort":"max"},
                """
            )
        );
        var sent = RequestForms.Apply(
            first,
            new HashSet<FormRepair> { new(kind, member) },
            ModelCatalogue.Embedded,
            _ => ["text"]
        );

        string.Join(' ', FormLosses.Between(first, sent).Select(loss => $"{loss.Path}={loss.Kind}")).ShouldBe(losses);
    }

    [Fact]
    public void The_first_form_costs_nothing()
    {
        var body = Requests.Body(Requests.WithMessages(Hello));

        FormLosses.Between(body, body with { }).ShouldBeEmpty();
    }

    private static IReadOnlyList<TranslationLoss> Losses(string members)
    {
        // A model named among the members wins over the usual one.
        var json = Requests.WithMessages(Hello, members);
        var usual = "\"model\":\"claude-opus-5-5\",";
        return Requests
            .Translate(
                members.Contains("\"model\"", StringComparison.Ordinal)
                    ? json.Replace(usual, "", StringComparison.Ordinal)
                    : json
            )
            .Context.Losses;
    }
}
