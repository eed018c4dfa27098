using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests;

/// <summary>The page as it lies in the program.</summary>
public sealed partial class DashboardPageTests
{
    private const string Index = "dashboard/index.html";
    private static readonly string[] Names =
    [
        .. typeof(global::CodexProxy.Commands.ServeCommand)
            .Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith("dashboard/", StringComparison.Ordinal)),
    ];

    [Fact]
    public void It_asks_for_nothing_but_its_own_embedded_files_and_holds_no_inline_script_or_style()
    {
        SkipWithoutPage();
        var html = Encoding.UTF8.GetString(Read(Index));

        var asked = Address().Matches(html).Select(match => match.Groups[1].Value).ToList();
        asked.Count.ShouldBeGreaterThan(2);
        asked.ShouldAllBe(address => Names.Contains("dashboard" + address));
        html.ShouldNotContain("<style");
        html.ShouldNotContain("style=");
        html.ShouldNotContain("onload=");
        InlineScript().IsMatch(html).ShouldBeFalse();
    }

    [Fact]
    public void Its_compressed_forms_hold_the_same()
    {
        SkipWithoutPage();
        var packed = Names
            .Where(name =>
                name.EndsWith(".br", StringComparison.Ordinal) || name.EndsWith(".gz", StringComparison.Ordinal)
            )
            .ToList();
        packed.ShouldContain(Index + ".br");
        packed.ShouldContain(Index + ".gz");

        foreach (var name in packed)
        {
            using var source = new MemoryStream(Read(name));
            using Stream unpacked = name.EndsWith(".br", StringComparison.Ordinal)
                ? new BrotliStream(source, CompressionMode.Decompress)
                : new GZipStream(source, CompressionMode.Decompress);
            using var plain = new MemoryStream();
            unpacked.CopyTo(plain);
            plain.ToArray().ShouldBe(Read(name[..^3]), name);
        }
    }

    [Fact]
    public void Nothing_of_the_mock_is_in_it()
    {
        SkipWithoutPage();
        foreach (var name in Names.Where(name => name.EndsWith(".js", StringComparison.Ordinal)))
        {
            var text = Encoding.UTF8.GetString(Read(name));
            text.ShouldNotContain("__mock");
            text.ShouldNotContain("mia@example.com");
            text.ShouldNotContain("eval(");
            text.ShouldNotContain("new Function(");
        }
    }

    [Fact]
    public void Its_lock_file_names_no_registry()
    {
        var lockFile = File.ReadAllText(Repository.File("dashboard/package-lock.json"));

        lockFile.ShouldContain("\"integrity\"");
        lockFile.ShouldNotContain("\"resolved\"");
        lockFile.ShouldNotContain("registry");
    }

    private static void SkipWithoutPage() =>
        Assert.SkipUnless(Names.Contains(Index), "The program was built without the dashboard: Node is not installed.");

    private static byte[] Read(string name)
    {
        using var stream = typeof(global::CodexProxy.Commands.ServeCommand).Assembly.GetManifestResourceStream(name);
        using var copy = new MemoryStream();
        stream.ShouldNotBeNull(name);
        stream.CopyTo(copy);
        return copy.ToArray();
    }

    [GeneratedRegex("(?:src|href)=\"([^\"]*)\"")]
    private static partial Regex Address();

    [GeneratedRegex("<script(?![^>]*\\ssrc=)")]
    private static partial Regex InlineScript();
}
