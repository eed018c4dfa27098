using System.Text.Json;
using System.Text.Json.Serialization;
using CodexProxy.Protocol.OpenAI;
using CodexProxy.Protocol.Tests.Translation;

namespace CodexProxy.Protocol.Tests.OpenAI;

/// <summary>A member that the fingerprint forgot would let a changed part pass for the one before.</summary>
public sealed class RequestFingerprintTests
{
    private static readonly JsonElement One = JsonDocument.Parse("""{"a":1}""").RootElement;
    private static readonly JsonElement Two = JsonDocument.Parse("""{"a":2}""").RootElement;
    private static readonly OpaqueMembers Opaque = new() { ["type"] = One };
    private static readonly OpaqueMembers OtherOpaque = new() { ["type"] = Two };

    private static readonly ContentPart[] Parts =
    [
        new InputText("a"),
        new InputText("b"),
        new OutputText("a"),
        new OutputText("b"),
        new InputImage("a", "b"),
        new InputImage("b", "b"),
        new InputImage("a", null),
        new InputFile("a", "b", "c"),
        new InputFile("b", "b", "c"),
        new InputFile("a", "a", "c"),
        new InputFile("a", "b", "a"),
        OpaquePart.Of(Opaque),
        OpaquePart.Of(OtherOpaque),
    ];

    private static readonly ResponsesTool[] Tools =
    [
        new FunctionTool("a", "b", One, true),
        new FunctionTool("b", "b", One, true),
        new FunctionTool("a", null, One, true),
        new FunctionTool("a", "b", Two, true),
        new FunctionTool("a", "b", One, false),
        new CustomTool("a", "b", new CustomToolFormat("a", "b", "c")),
        new CustomTool("b", "b", new CustomToolFormat("a", "b", "c")),
        new CustomTool("a", "a", new CustomToolFormat("a", "b", "c")),
        new CustomTool("a", "b", new CustomToolFormat("b", "b", "c")),
        new CustomTool("a", "b", new CustomToolFormat("a", "c", "c")),
        new CustomTool("a", "b", new CustomToolFormat("a", "b", "d")),
        new CustomTool("a", "b"),
        new WebSearchTool(true, new WebSearchFilters(["a", "b"]), One, "low"),
        new WebSearchTool(false, new WebSearchFilters(["a", "b"]), One, "low"),
        new WebSearchTool(true, new WebSearchFilters(["ab"]), One, "low"),
        new WebSearchTool(true, null, One, "low"),
        new WebSearchTool(true, new WebSearchFilters(["a", "b"]), Two, "low"),
        new WebSearchTool(true, new WebSearchFilters(["a", "b"]), One, "high"),
        new NamespaceTool("a", "b", []),
        new NamespaceTool("b", "b", []),
        new NamespaceTool("a", "c", []),
        new NamespaceTool("a", "b", [new CustomTool("a", "b")]),
        OpaqueTool.Of(Opaque),
        OpaqueTool.Of(OtherOpaque),
    ];

    private static readonly InputItem[] Items =
    [
        .. Parts.Select(part => new MessageItem("a", [part], "b")),
        new MessageItem("b", [Parts[0]], "b"),
        new MessageItem("a", [Parts[0]]),
        new MessageItem("a", [Parts[0], Parts[1]], "b"),
        new ReasoningItem("a") { Summary = [One] },
        new ReasoningItem("b") { Summary = [One] },
        new ReasoningItem("a") { Summary = [Two] },
        new FunctionCallItem("a", "b", "c", "d"),
        new FunctionCallItem("b", "b", "c", "d"),
        new FunctionCallItem("a", "a", "c", "d"),
        new FunctionCallItem("a", "b", "d", "d"),
        new FunctionCallItem("a", "b", "c", "e"),
        new FunctionCallItem("ab", "", "c", "d"),
        new FunctionCallOutputItem("a", "b"),
        new FunctionCallOutputItem("b", "b"),
        .. Parts.Select(part => new FunctionCallOutputItem("a", new CallOutput(null, [part]))),
        new CustomToolCallItem("a", "b", "c", "d"),
        new CustomToolCallItem("b", "b", "c", "d"),
        new CustomToolCallItem("a", "a", "c", "d"),
        new CustomToolCallItem("a", "b", "d", "d"),
        new CustomToolCallItem("a", "b", "c", "e"),
        new CustomToolCallOutputItem("a", "b"),
        new CustomToolCallOutputItem("b", "b"),
        new CustomToolCallOutputItem("a", "c"),
        new WebSearchCallItem(new WebSearchAction("a", "b", "c")),
        new WebSearchCallItem(new WebSearchAction("b", "b", "c")),
        new WebSearchCallItem(new WebSearchAction("a", "a", "c")),
        new WebSearchCallItem(new WebSearchAction("a", "b", "d")),
        new AdditionalToolsItem("b", [Tools[0]]),
        .. Tools.Select(tool => new AdditionalToolsItem("a", [tool])),
        OpaqueItem.Of(Opaque),
        OpaqueItem.Of(OtherOpaque),
    ];

    [Fact]
    public void Items_that_are_written_differently_have_different_ones() => Distinct(With(Items, []).Items, Items);

    [Fact]
    public void Tools_that_are_written_differently_have_different_ones() => Distinct(With([], Tools).Tools, Tools);

    [Fact]
    public void The_same_content_has_the_same_one()
    {
        var body = Requests.WithMessages("""{"role":"user","content":"one"}""");

        var (first, second) = (Requests.Body(body), Requests.Body(body));

        second.ShouldNotBeSameAs(first);
        RequestFingerprint.Of(second).Items.ShouldBe(RequestFingerprint.Of(first).Items);
        RequestFingerprint.Of(second).Tools.ShouldBe(RequestFingerprint.Of(first).Tools);
        RequestFingerprint.Of(second).Beginning(1).ShouldBe(RequestFingerprint.Of(first).Beginning(1));
    }

    // So that the lists above are not short of what is added to the wire later.
    [Theory]
    [InlineData(typeof(InputItem))]
    [InlineData(typeof(ResponsesTool))]
    [InlineData(typeof(ContentPart))]
    public void The_lists_hold_every_kind_and_two_values_of_every_member(Type family)
    {
        object[] samples = [.. Items, .. Tools, .. Parts];
        foreach (var kind in family.Assembly.GetTypes().Where(type => type.IsSubclassOf(family)))
        {
            var written = kind.GetProperties()
                .Where(member => member.CanWrite && !member.IsDefined(typeof(JsonIgnoreAttribute), inherit: true));
            foreach (var member in written)
            {
                samples
                    .Where(sample => sample.GetType() == kind)
                    .Select(sample => JsonSerializer.Serialize(member.GetValue(sample), Reflecting))
                    .Distinct()
                    .Count()
                    .ShouldBeGreaterThan(1, $"{kind.Name}.{member.Name}");
            }
        }
    }

    private static readonly JsonSerializerOptions Reflecting = new()
    {
        TypeInfoResolver = new System.Text.Json.Serialization.Metadata.DefaultJsonTypeInfoResolver(),
    };

    private static void Distinct<T>(IReadOnlyList<long> fingerprints, IReadOnlyList<T> values)
    {
        fingerprints.Count.ShouldBe(values.Count);
        for (var i = 0; i < values.Count; i++)
        {
            for (var k = 0; k < i; k++)
            {
                fingerprints[k].ShouldNotBe(fingerprints[i], $"{values[k]} and {values[i]}");
            }
        }
    }

    private static RequestFingerprint With(IReadOnlyList<InputItem> items, IReadOnlyList<ResponsesTool> tools) =>
        RequestFingerprint.Of(
            new ResponsesRequest
            {
                Model = "m",
                Input = items,
                Tools = tools,
                Reasoning = new ReasoningSettings(),
                PromptCacheKey = "k",
            }
        );
}
