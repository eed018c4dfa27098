using CodexProxy.Clients;
using FsCheck;
using FsCheck.Fluent;

namespace CodexProxy.Tests.Clients;

public sealed class LineDiffTests
{
    [Fact]
    public void Changes_are_shown_with_three_lines_around_them()
    {
        var before = string.Join('\n', Enumerable.Range(1, 20));
        var after = before
            .Replace("\n5\n", "\n5\nnew\n", StringComparison.Ordinal)
            .Replace("\n18", "", StringComparison.Ordinal);

        string.Join('\n', LineDiff.Of(before, after, before, after))
            .ShouldBe(
                """
                @@ -3,6 +3,7 @@
                 3
                 4
                 5
                +new
                 6
                 7
                 8
                @@ -15,6 +16,5 @@
                 15
                 16
                 17
                -18
                 19
                 20
                """
            );
    }

    [Fact]
    public void A_new_file_is_all_additions() =>
        LineDiff.Of("", "a\nb\n", "", "a\nb\n").ShouldBe(["@@ -0,0 +1,2 @@", "+a", "+b"]);

    [Fact]
    public void Equal_texts_have_no_difference() => LineDiff.Of("a\n", "a\n", "a\n", "a\n").ShouldBeEmpty();

    [Fact]
    public void Lines_are_compared_as_they_are_and_shown_as_they_may_be() =>
        LineDiff.Of("old\r\n", "new\r\n", "***\r\n", "***\r\n").ShouldBe(["@@ -1,1 +1,1 @@", "-***", "+***"]);

    [Fact]
    public void Additions_and_removals_lead_from_one_text_to_the_other() =>
        Prop.ForAll(
                Gen.ListOf(Gen.Elements("a", "b", "c")).ToArbitrary(),
                Gen.ListOf(Gen.Elements("a", "b", "c")).ToArbitrary(),
                (before, after) =>
                {
                    var (old, now) = (string.Join('\n', before), string.Join('\n', after));
                    var lines = LineDiff.Of(old, now, old, now);
                    var difference = before.Count - lines.Count(l => l[0] == '-') + lines.Count(l => l[0] == '+');
                    difference.ShouldBe(after.Count);
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(500));
}
