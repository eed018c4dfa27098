using System.Text;
using System.Text.Json;
using CodexProxy.Clients;
using FsCheck;
using FsCheck.Fluent;

namespace CodexProxy.Tests.Clients;

/// <summary>What holds for every text: of any layout, with comments anywhere, and with any names.</summary>
public sealed class JsonTextEditorLaws
{
    private static readonly JsonDocumentOptions Lenient = new()
    {
        CommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
    };

    private static readonly Gen<string> Names = Gen.Elements("a", "b", "c", "é", "quoted \\\"", "env", "x");

    private static readonly Gen<string> Values = Gen.Elements(
        "1",
        "-2.50e3",
        "null",
        "\"a, b\"",
        "\"// no comment }\"",
        "[ 1,\n 2 ]",
        "{\"env\": {\"x\": 1}}",
        "{ }",
        "\"\\\"\\u00e9\""
    );

    private static readonly Gen<string> Trivia = Gen.Elements(
        "",
        "",
        " ",
        "\n  ",
        "\r\n\t",
        " /* , } */ ",
        " // \" , }  \n    ",
        "\n\n  // x\n  "
    );

    // The empty object has one spelling, because removing the last member leaves that one.
    private static readonly Gen<string> Objects =
        from names in Gen.ListOf(Names)
        from members in Gen.CollectToList(names.Distinct(), Member)
        from trailing in Gen.Elements("", ",")
        from end in Trivia
        select members.Count == 0 ? "{}" : $"{{{string.Join(',', members)}{trailing}{end}}}";

    private static readonly Arbitrary<string> Texts = (
        from mark in Gen.Elements("", "", "\uFEFF")
        from before in Trivia
        from root in Objects
        from after in Trivia
        select mark + before + root + after
    ).ToArbitrary();

    private static readonly Arbitrary<string> Targets = Gen.Elements("x", "a", "env", "new").ToArbitrary();

    [Fact]
    public void After_setting_a_member_it_has_the_value_and_all_others_have_their_bytes() =>
        Prop.ForAll(
                Texts,
                Targets,
                (text, name) =>
                {
                    var editor = Open(text);
                    var before = Others(text, name);
                    editor.Set("[7]", name);
                    var after = Text(editor);
                    Others(after, name).ShouldBe(before);
                    Open(after).Find(name).ShouldBe("[7]");
                    Remarks(after).ShouldBe(Remarks(text));
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    [Fact]
    public void After_removing_a_member_it_is_gone_and_all_others_have_their_bytes() =>
        Prop.ForAll(
                Texts,
                Targets,
                (text, name) =>
                {
                    var editor = Open(text);
                    var before = Others(text, name);
                    editor.Remove(name);
                    var after = Text(editor);
                    Others(after, name).ShouldBe(before);
                    Open(after).Find(name).ShouldBeNull();
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    [Fact]
    public void Adding_and_removing_gives_back_the_text() =>
        Prop.ForAll(
                Texts,
                text =>
                {
                    var editor = Open(text);
                    editor.SetText("value", "new");
                    editor.Remove("new");
                    Text(editor).ShouldBe(text);
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    [Fact]
    public void Replacing_and_putting_back_gives_back_the_text() =>
        Prop.ForAll(
                Texts,
                Targets,
                (text, name) =>
                {
                    var editor = Open(text);
                    if (editor.Find(name) is { } old)
                    {
                        editor.Set("{\"other\": 1}", name);
                        editor.Set(old, name);
                    }

                    Text(editor).ShouldBe(text);
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    [Fact]
    public void Whatever_the_bytes_they_are_edited_or_refused() =>
        Prop.ForAll(
                Gen.ListOf(Gen.Elements("{", "}", "[", "\"", "a", ":", ",", "//", "\n", "/*", "*/", "1", " ", "\\"))
                    .ToArbitrary(),
                pieces =>
                {
                    try
                    {
                        var editor = Open(string.Concat(pieces));
                        editor.Set("1", "a");
                        JsonDocument.Parse(editor.ToBytes(), Lenient).Dispose();
                    }
                    catch (JsonTextException)
                    {
                        // Refused.
                    }
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    private static Gen<string> Member(string name) =>
        from before in Trivia
        from colon in Gen.Elements(":", ": ", " : ", " :\n")
        from value in Values
        from after in Gen.Elements("", "", " ", " /* c */", " // c\n")
        select $"{before}\"{name}\"{colon}{value}{after}";

    private static JsonTextEditor Open(string text) => new(Encoding.UTF8.GetBytes(text));

    private static string Text(JsonTextEditor editor) => Encoding.UTF8.GetString(editor.ToBytes());

    private static List<string> Others(string text, string name)
    {
        using var document = JsonDocument.Parse(text.TrimStart('\uFEFF'), Lenient);
        return
        [
            .. document
                .RootElement.EnumerateObject()
                .Where(member => member.Name != name)
                .Select(member => member.ToString()),
        ];
    }

    // Every comment of the generator's, counted by its beginning; a value looks like one but never changes in number.
    private static int Remarks(string text) =>
        text.Split("/* c */").Length + text.Split("// c").Length + text.Split("/* , } */").Length;
}
