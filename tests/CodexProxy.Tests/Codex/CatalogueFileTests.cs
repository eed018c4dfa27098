using System.Text;
using CodexProxy.Codex;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Codex;

public sealed class CatalogueFileTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void What_was_kept_is_read_again()
    {
        using var folder = new TempFolder();
        var file = New(folder);
        file.Write(new KeptCatalogue(At, "W/\"1\"", "0.169.0", Encoding.UTF8.GetBytes("""{"models":[]}""")));

        var kept = New(folder).Read().ShouldNotBeNull();

        (kept.FetchedAt, kept.ETag, kept.ClientVersion).ShouldBe((At, "W/\"1\"", "0.169.0"));
        Encoding.UTF8.GetString(kept.Body.Span).ShouldBe("""{"models":[]}""");
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{\"fetched_at\":1}")]
    public void A_file_that_cannot_be_read_is_said_and_ignored(string content)
    {
        using var folder = new TempFolder();
        var log = new CollectedLog();
        folder.Write("models.json", content);

        new CatalogueFile(folder["models.json"], log.For<CatalogueFile>()).Read().ShouldBeNull();
        log.Lines.ShouldHaveSingleItem();
    }

    [Fact]
    public void Without_a_file_there_is_nothing_and_nothing_to_say()
    {
        using var folder = new TempFolder();
        var log = new CollectedLog();

        new CatalogueFile(folder["models.json"], log.For<CatalogueFile>()).Read().ShouldBeNull();
        log.Lines.ShouldBeEmpty();
    }

    private static CatalogueFile New(TempFolder folder) =>
        new(folder["models.json"], new CollectedLog().For<CatalogueFile>());
}
