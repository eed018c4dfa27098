using CodexProxy.Demo;
using CodexProxy.Terminals;

namespace CodexProxy.Tests.Demo;

public sealed class DemoScreenTests : IDisposable
{
    private readonly StringWriter _output = new();
    private readonly DemoScreen _screen;

    public DemoScreenTests() => _screen = new DemoScreen(new Terminal(_output, TextWriter.Null, false, false));

    public void Dispose()
    {
        _output.Dispose();
    }

    [Fact]
    public void An_event_stands_beside_its_translation()
    {
        _screen.UpstreamEvent(new DemoCell("up", "a"));
        _screen.ClientEvent(new DemoCell("down", "b"));

        Lines().ShouldBe([Row("down                 b", " ◀── ", "up                             a")]);
    }

    [Fact]
    public void An_event_without_translation_stands_alone()
    {
        _screen.UpstreamEvent(new DemoCell("first"));
        _screen.UpstreamEvent(new DemoCell("second"));
        _screen.Finish();

        Lines().ShouldBe([Row("", "  │  ", "first"), Row("", "  │  ", "second")]);
    }

    [Fact]
    public void Further_translations_of_one_event_follow_below_it()
    {
        _screen.UpstreamEvent(new DemoCell("up"));
        _screen.ClientEvent(new DemoCell("one"));
        _screen.ClientEvent(new DemoCell("two"));

        Lines().ShouldBe([Row("one", " ◀── ", "up"), Row("two", "  │  ", "").TrimEnd()]);
    }

    [Fact]
    public void A_request_stands_beside_the_one_made_of_it()
    {
        _screen.ClientRequest([new DemoCell("POST /a"), new DemoCell("  model", "x")]);
        _screen.UpstreamRequest([new DemoCell("POST /b"), new DemoCell("  model", "y"), new DemoCell("  more", "z")]);

        Lines()[..3]
            .ShouldBe([
                Row("POST /a", " ──▶ ", "POST /b"),
                Row("  model     x", "  │  ", "  model         y"),
                Row("", "  │  ", "  more          z"),
            ]);
    }

    [Fact]
    public void A_request_that_never_went_upstream_is_shown_all_the_same()
    {
        _screen.ClientRequest([new DemoCell("POST /a")]);
        _screen.Finish();

        Lines().ShouldBe([Row("POST /a", "  │", "")]);
    }

    [Fact]
    public void Long_content_is_cut_to_the_column()
    {
        _screen.UpstreamEvent(new DemoCell("up", new string('u', 200)));
        _screen.ClientEvent(new DemoCell("down", new string('d', 200)));

        var line = Lines().ShouldHaveSingleItem();
        line.Length.ShouldBeLessThan(100);
        line.ShouldContain("d… ◀── up");
        line.ShouldEndWith("u…");
    }

    [Fact]
    public void A_narrow_screen_gets_narrow_columns()
    {
        var screen = new DemoScreen(new Terminal(_output, TextWriter.Null, false, false) { Width = 80 });

        screen.Head("CLIENT", "UPSTREAM");
        screen.UpstreamEvent(new DemoCell("up", new string('u', 200)));
        screen.ClientEvent(new DemoCell("down", new string('d', 200)));

        Lines()[1..].ShouldAllBe(line => line.Length == 80);
    }

    private static string Row(string left, string arrow, string right) =>
        $"{left.PadRight(DemoScreen.LeftWidth)}{arrow}{right}".TrimEnd();

    private string[] Lines() => _output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
