using System.Text;
using CodexProxy.Clients;

namespace CodexProxy.Tests.Clients;

/// <summary>Single edits, as a person would look at them.</summary>
public sealed class JsonTextEditorTests
{
    [Theory]
    [InlineData("{}", "{\n  \"x\": 1\n}")]
    [InlineData("", "{\n  \"x\": 1\n}\n")]
    [InlineData("{ }", "{\n  \"x\": 1\n}")]
    [InlineData("{\n}", "{\n  \"x\": 1\n}")]
    [InlineData("{\n  // none yet\n}\n", "{\n  // none yet\n  \"x\": 1\n}\n")]
    [InlineData("{\n  \"a\": 1\n}", "{\n  \"a\": 1,\n  \"x\": 1\n}")]
    [InlineData("{\n  \"a\": 1,\n}", "{\n  \"a\": 1,\n  \"x\": 1,\n}")]
    [InlineData("{\r\n\t\"a\" : 1\r\n}\r\n", "{\r\n\t\"a\" : 1,\r\n\t\"x\" : 1\r\n}\r\n")]
    [InlineData("{\"a\":1}", "{\"a\":1,\"x\":1}")]
    [InlineData("{\"a\": 1}", "{\"a\": 1, \"x\": 1}")]
    [InlineData("{ \"a\": 1 }", "{ \"a\": 1, \"x\": 1 }")]
    [InlineData("{\n  \"a\": 1 // about a\n}", "{\n  \"a\": 1, // about a\n  \"x\": 1\n}")]
    [InlineData("{\n  \"a\": 1, // about a\n}", "{\n  \"a\": 1, // about a\n  \"x\": 1,\n}")]
    [InlineData("{\"a\": 1 // about a\n}", "{\"a\": 1, // about a\n  \"x\": 1\n}")]
    [InlineData("{\n  \"a\": [\n    1 ]\n\n}", "{\n  \"a\": [\n    1 ],\n  \"x\": 1\n\n}")]
    [InlineData("\uFEFF{\"a\":1}", "\uFEFF{\"a\":1,\"x\":1}")]
    public void A_member_is_added_in_the_style_of_the_text(string before, string after) =>
        Edit(before, editor => editor.Set("1", "x").ShouldBeTrue()).ShouldBe(after);

    [Theory]
    [InlineData("{\n    \"a\": 1\n}", "{\n    \"a\": 1,\n    \"env\": {\n        \"x\": \"1\"\n    }\n}")]
    [InlineData("{\n  \"env\": {}\n}", "{\n  \"env\": {\n    \"x\": \"1\"\n  }\n}")]
    [InlineData("{\"env\":{}}", "{\"env\":{\"x\": \"1\"}}")]
    [InlineData(
        "{\n   \"env\": {\n        \"y\": \"\"}}",
        "{\n   \"env\": {\n        \"y\": \"\",\n        \"x\": \"1\"}}"
    )]
    [InlineData("{\n  \"env\": {\n      }\n}", "{\n  \"env\": {\n        \"x\": \"1\"\n      }\n}")]
    public void A_nested_member_is_added_one_step_deeper(string before, string after) =>
        Edit(before, editor => editor.SetText("1", "env", "x").ShouldBeTrue()).ShouldBe(after);

    [Theory]
    [InlineData("{\n  \"x\": 1,\n  \"b\": 2\n}", "{\n  \"b\": 2\n}")]
    [InlineData("{\n  \"a\": 1,\n  \"x\": 1,\n  \"b\": 2\n}", "{\n  \"a\": 1,\n  \"b\": 2\n}")]
    [InlineData("{\n  \"a\": 1,\n  \"x\": 1\n}", "{\n  \"a\": 1\n}")]
    [InlineData("{\n  \"a\": 1,\n  \"x\": 1,\n}", "{\n  \"a\": 1,\n}")]
    [InlineData("{\n  \"x\": 1\n}", "{}")]
    [InlineData("{\"x\":1, \"b\":2}", "{\"b\":2}")]
    [InlineData("{\"a\":1, \"x\":1, \"b\":2}", "{\"a\":1, \"b\":2}")]
    [InlineData("{\"a\":1, \"x\":1 }", "{\"a\":1 }")]
    [InlineData("{\n  \"a\": 1, // a\n  \"x\": 1, // x\n  \"b\": 2\n}", "{\n  \"a\": 1, // a\n  // x\n  \"b\": 2\n}")]
    [InlineData("{\n  // x\n  \"x\": 1, \"b\": 2\n}", "{\n  // x\n  \"b\": 2\n}")]
    [InlineData("{\n  \"a\": 1, // a\n  \"x\": 1}", "{\n  \"a\": 1 // a\n  }")]
    [InlineData("{\n  \"a\": 1 /* , */, /* , */ \"x\": {\"y\": [1, 2]}}", "{\n  \"a\": 1 /* , */ /* , */}")]
    public void A_member_goes_with_its_comma_and_nothing_else(string before, string after) =>
        Edit(before, editor => editor.Remove("x").ShouldBeTrue()).ShouldBe(after);

    [Fact]
    public void A_value_is_replaced_where_it_stands() =>
        Edit("{\"a\": 1, /* old */ \"x\" : {\"deep\": [1]} // why\n}", editor => editor.Set("true", "x").ShouldBeTrue())
            .ShouldBe("{\"a\": 1, /* old */ \"x\" : true // why\n}");

    [Fact]
    public void What_is_as_wanted_is_left_alone_however_it_is_written()
    {
        const string Text = """{"env": {"x": "\u0061b"}, "y": true}""";

        Edit(
                Text,
                editor =>
                {
                    editor.SetText("ab", "env", "x").ShouldBeFalse();
                    editor.Set("true", "y").ShouldBeFalse();
                    editor.Remove("env", "z").ShouldBeFalse();
                    editor.Remove("no", "z").ShouldBeFalse();
                }
            )
            .ShouldBe(Text);
    }

    [Fact]
    public void Values_and_names_are_found()
    {
        var editor = Open("""{"env": {"a": "\u00e9", "n": 1}, "s": [1, 2]}""");

        editor.FindText("env", "a").ShouldBe("é");
        editor.FindText("env", "n").ShouldBeNull();
        editor.Find("s").ShouldBe("[1, 2]");
        editor.Find("env", "none").ShouldBeNull();
        editor.NamesOf("env").ShouldBe(["a", "n"]);
        editor.NamesOf("none").ShouldBeEmpty();
    }

    [Theory]
    [InlineData("{\n  \"a\": 1\n  \"b\": 2\n}", 3, 3, "this is not valid JSON")]
    [InlineData("{\n  \"a\": 1", 2, 9, "this is not valid JSON")]
    [InlineData("{} x", 1, 4, "this is not valid JSON")]
    [InlineData("\n[]", 2, 1, "the text is not a JSON object")]
    [InlineData("{\n \"a\": 1,\n \"a\": 2}", 3, 2, "the text has the member \"a\" twice")]
    [InlineData("{\"\\ud800\": 1}", 1, 2, "this name is no text")]
    public void A_text_that_cannot_be_edited_is_refused_with_its_place(
        string text,
        int line,
        int column,
        string problem
    )
    {
        var refusal = Should.Throw<JsonTextException>(() => Open(text));

        (refusal.Line, refusal.Column, refusal.Problem).ShouldBe((line, column, problem));
    }

    [Theory]
    [InlineData("{\n  \"env\": [1]\n}", 2, 10, "\"env\" is not a JSON object")]
    [InlineData("{\n  \"env\": {\"x\": 1, \"x\": 2}\n}", 2, 19, "\"env\" has the member \"x\" twice")]
    public void A_parent_that_cannot_be_edited_is_refused_with_its_place(
        string text,
        int line,
        int column,
        string problem
    )
    {
        var editor = Open(text);

        var refusal = Should.Throw<JsonTextException>(() => editor.SetText("v", "env", "x"));

        (refusal.Line, refusal.Column, refusal.Problem).ShouldBe((line, column, problem));
        Encoding.UTF8.GetString(editor.ToBytes()).ShouldBe(text);
    }

    [Fact]
    public void Bytes_that_are_no_text_are_refused() =>
        Should.Throw<JsonTextException>(() => new JsonTextEditor([(byte)'{', 0xFF, (byte)'}']));

    private static JsonTextEditor Open(string text) => new(Encoding.UTF8.GetBytes(text));

    private static string Edit(string text, Action<JsonTextEditor> edit)
    {
        var editor = Open(text);
        edit(editor);
        var after = editor.ToBytes();
        _ = new JsonTextEditor(after);
        return Encoding.UTF8.GetString(after);
    }
}
