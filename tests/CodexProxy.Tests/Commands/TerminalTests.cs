using CodexProxy.Terminals;

namespace CodexProxy.Tests.Commands;

public sealed class TerminalTests
{
    [Theory]
    [InlineData(false, null, "xterm", true)]
    [InlineData(false, "", "xterm", true)]
    [InlineData(false, null, null, true)]
    [InlineData(true, null, "xterm", false)]
    [InlineData(false, "1", "xterm", false)]
    [InlineData(false, null, "dumb", false)]
    public void Colour_is_for_people_who_want_it(bool redirected, string? noColour, string? term, bool shown)
    {
        var variables = new Dictionary<string, string?> { ["NO_COLOR"] = noColour, ["TERM"] = term };

        Terminal.ShowsColour(redirected, variables.GetValueOrDefault).ShouldBe(shown);
    }

    [Fact]
    public void Without_colour_there_is_no_escape_and_the_words_stay_the_same()
    {
        Write(colour: false).ShouldBe(("Title\nlabel      value\n", "error: bad\nhint\n"));
        var coloured = Write(colour: true);
        coloured.Output.ShouldBe("\e[1mTitle\e[0m\n\e[2mlabel     \e[0m value\n");
        coloured.Messages.ShouldBe("\e[31merror:\e[0m bad\nhint\n");
    }

    [Fact]
    public void A_narrow_screen_cuts_no_word()
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var messages = new StringWriter { NewLine = "\n" };
        var terminal = new Terminal(output, messages, outputColour: true, messageColour: true) { Width = 42 };

        terminal.Labelled("label", $"one {terminal.Bad("two")} three four five six seven");
        terminal.Sentence("One two three four five six seven eight nine.");
        terminal.Labelled("paste", "one two three four five six seven eight", whole: true);
        terminal.Line("one two three four five six seven eight nine");
        terminal.Error("One two three four five six seven eight.");

        output
            .ToString()
            .ShouldBe(
                "\e[2mlabel     \e[0m one \e[31mtwo\e[0m three four five six\n           seven\n"
                    + "One two three four five six seven eight\nnine.\n"
                    + "\e[2mpaste     \e[0m one two three four five six seven eight\n"
                    + "one two three four five six seven eight nine\n"
            );
        messages.ToString().ShouldBe("\e[31merror:\e[0m One two three four five six seven\n       eight.\n");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(20)]
    [InlineData(80)]
    public void Where_the_width_is_unknown_or_too_small_or_enough_a_sentence_stays_whole(int width)
    {
        using var output = new StringWriter { NewLine = "\n" };
        var terminal = new Terminal(output, TextWriter.Null, false, false) { Width = width };

        terminal.Sentence("One two three four five six seven eight nine.");

        output.ToString().ShouldBe("One two three four five six seven eight nine.\n");
    }

    [Fact]
    public void A_picture_takes_half_a_line_a_row_and_is_dark_on_light_where_there_is_colour()
    {
        bool[][] rows =
        [
            [true, true, false, false],
            [true, false, true, false],
            [true, false, false, false],
        ];

        Draw(colour: true).ShouldBe("\e[30;107m█▀▄ \e[0m\n\e[30;107m▀   \e[0m\n");
        Draw(colour: false).ShouldBe(" ▄▀█\n▄███\n");

        string Draw(bool colour)
        {
            using var output = new StringWriter { NewLine = "\n" };
            new Terminal(output, TextWriter.Null, colour, messageColour: false).Picture(rows);
            return output.ToString();
        }
    }

    [Theory]
    [InlineData(null, null, false)]
    [InlineData(":0", null, true)]
    [InlineData("", "wayland-0", true)]
    public void A_browser_opens_only_where_there_are_windows(string? display, string? wayland, bool shown)
    {
        var variables = new Dictionary<string, string?> { ["DISPLAY"] = display, ["WAYLAND_DISPLAY"] = wayland };

        SystemBrowser.HasScreen(variables.GetValueOrDefault).ShouldBe(shown);
    }

    private static (string Output, string Messages) Write(bool colour)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var messages = new StringWriter { NewLine = "\n" };
        var terminal = new Terminal(output, messages, colour, colour);
        terminal.Heading("Title");
        terminal.Labelled("label", "value");
        terminal.Error("bad");
        terminal.Message("hint");
        return (output.ToString(), messages.ToString());
    }
}
