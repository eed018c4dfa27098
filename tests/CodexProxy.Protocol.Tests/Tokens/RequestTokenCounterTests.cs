using CodexProxy.Protocol.Models;
using CodexProxy.Protocol.Tests.Translation;
using CodexProxy.Protocol.Tokens;

namespace CodexProxy.Protocol.Tests.Tokens;

public sealed class RequestTokenCounterTests
{
    private static readonly CodexModel Model = ModelCatalogue.Embedded.Main;

    [Fact]
    public void Texts_cost_their_tokens_and_framing()
    {
        var body = Requests.Body(Requests.WithMessages("""{"role":"user","content":"Hello, world!"}"""));

        // Prompt 3, instructions 4, message 4, and the four tokens of the text.
        new RequestTokenCounter(new TokenCounter())
            .Count(body, Model)
            .ShouldBe(3 + 4 + 4 + 4);
    }

    [Fact]
    public void Tools_calls_and_outputs_cost_more_than_nothing()
    {
        var counter = new RequestTokenCounter(new TokenCounter());
        var body = Requests.Body(
            Requests.WithMessages(
                """
                {"role":"user","content":"go"},
                {"role":"assistant","content":[{"type":"tool_use","id":"toolu_1","name":"Read","input":{"path":"/x"}}]},
                {"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_1","content":"text"}]}
                """,
                """
                "tools":[{"name":"Read","description":"Reads.","input_schema":{"type":"object","properties":{"path":{"type":"string","description":"Where."},"kind":{"enum":["a","b"]}}}},{"type":"web_search_20250305","name":"web_search"}],
                """
            )
        );

        counter.CountFixed(body).ShouldBeInRange(7 + 12 + 8 + 400, 7 + 12 + 8 + 400 + 60);
        body.Input.ShouldAllBe(item => counter.CountItem(item, Model) >= 5);
    }
}

public sealed class ImageTokensTests
{
    private const string Png1 =
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

    private static readonly CodexModel Model = ModelCatalogue.Embedded.Main;

    [Fact]
    public void A_small_image_is_one_patch() => ImageTokens.Count("data:image/png;base64," + Png1, Model).ShouldBe(1);

    [Fact]
    public void A_large_image_is_capped()
    {
        var header = Convert.FromBase64String(Png1);
        (header[18], header[19], header[22], header[23]) = (0x10, 0x00, 0x10, 0x00);

        ImageTokens.Count("data:image/png;base64," + Convert.ToBase64String(header), Model).ShouldBeInRange(2400, 2500);
    }

    [Theory]
    [InlineData("https://example.com/i.png")]
    [InlineData("data:image/png;base64,AAAA")]
    [InlineData("data:image/png;base64,not base64")]
    public void What_cannot_be_measured_costs_a_round_number(string url) =>
        ImageTokens.Count(url, Model).ShouldBe(1000);

    [Fact]
    public void Headers_of_every_kind_tell_their_size()
    {
        byte[] gif = [.. "GIF89a"u8, 7, 0, 9, 0, 0, 0];
        byte[] jpeg = [0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 1, 1, 0xFF, 0xC0, 0, 17, 8, 0, 5, 0, 6, 3, 0, 0];
        byte[] webp = [.. "RIFF"u8, 0, 0, 0, 0, .. "WEBPVP8X"u8, 10, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 4, 0, 0, 0];

        ImageTokens.Size(gif).ShouldBe((7, 9));
        ImageTokens.Size(jpeg).ShouldBe((6, 5));
        ImageTokens.Size(webp).ShouldBe((4, 5));
    }

    [Theory]
    [InlineData("%PDF-1.4 /Type /Pages /Count 2 /Type /Page /Type/Page ", 2)]
    [InlineData("%PDF-1.4 /Type /Pages /Count 12", 12)]
    [InlineData("%PDF-1.7 packed", null)]
    public void Pages_of_a_pdf_are_counted_where_the_tree_is_open(string text, int? pages) =>
        PdfPages
            .Count("data:application/pdf;base64," + Convert.ToBase64String(System.Text.Encoding.Latin1.GetBytes(text)))
            .ShouldBe(pages);
}

public sealed class UsageCalibrationTests
{
    private static readonly CodexModel Model = ModelCatalogue.Embedded.Main;
    private readonly TokenCounter _texts = new();

    [Fact]
    public void A_conversation_that_goes_on_is_counted_from_what_the_upstream_said()
    {
        var calibration = new UsageCalibration(new RequestTokenCounter(_texts));
        var first = Requests.Body(Requests.WithMessages("""{"role":"user","content":"one"}"""));
        calibration.Learn(calibration.Count(first, Model, "lane"), Model, "lane", 50_000, 700);
        var next = Requests.Body(
            Requests.WithMessages(
                """{"role":"user","content":"one"},{"role":"assistant","content":"said"},{"role":"user","content":"two"}"""
            )
        );

        // 50,000 before, 700 of output, one short message; 1 % of margin.
        calibration.Estimate(next, Model, "lane").ShouldBeInRange(50_700, 51_300);
        calibration.Estimate(next, Model, "other lane").ShouldBeLessThan(2_100);
    }

    [Fact]
    public void A_changed_history_is_counted_anew()
    {
        var calibration = new UsageCalibration(new RequestTokenCounter(_texts));
        var first = Requests.Body(Requests.WithMessages("""{"role":"user","content":"one"}"""));
        calibration.Learn(calibration.Count(first, Model, "lane"), Model, "lane", 50_000, 700);

        calibration
            .Estimate(Requests.Body(Requests.WithMessages("""{"role":"user","content":"changed"}""")), Model, "lane")
            .ShouldBeLessThan(2_100);
    }

    [Fact]
    public void What_the_own_count_misses_is_learned_within_bounds()
    {
        var calibration = new UsageCalibration(new RequestTokenCounter(_texts));
        var large = Requests.Body(
            Requests.WithMessages(
                $$"""{"role":"user","content":"{{string.Concat(Enumerable.Repeat("many words here ", 1500))}}"}"""
            )
        );
        var before = calibration.Estimate(large, Model, "a");
        for (var i = 0; i < 100; i++)
        {
            calibration.Learn(calibration.Count(large, Model, "b"), Model, "b", before * 10, 1);
        }

        ((double)calibration.Estimate(large, Model, "a") / before).ShouldBeInRange(1.25, 1.31);
    }

    [Fact]
    public void A_request_that_comes_again_is_not_counted_again()
    {
        var calibration = new UsageCalibration(new RequestTokenCounter(_texts));
        var json = Requests.WithMessages($$"""{"role":"user","content":"{{new string('x', 100_000)}}"}""");
        calibration.Estimate(Requests.Body(json), Model, "lane");
        var misses = _texts.Misses;

        calibration.Estimate(Requests.Body(json), Model, "lane");

        _texts.Misses.ShouldBe(misses);
    }

    [Fact]
    public void A_conversation_that_goes_on_is_learned_from_as_if_it_were_counted_whole()
    {
        var counter = new RequestTokenCounter(_texts);
        var calibration = new UsageCalibration(counter);
        var first = Requests.Body(Requests.WithMessages("""{"role":"user","content":"one"}"""));
        calibration.Learn(calibration.Count(first, Model, "lane"), Model, "lane", 50_000, 700);
        var next = Requests.Body(
            Requests.WithMessages(
                """{"role":"user","content":"one"},{"role":"assistant","content":"said"},{"role":"user","content":"two"}"""
            )
        );

        calibration.Count(next, Model, "lane").OwnCount.ShouldBe(counter.Count(next, Model));
    }
}
