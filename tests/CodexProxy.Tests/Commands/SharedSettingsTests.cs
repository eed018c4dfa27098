using CodexProxy.Commands;

namespace CodexProxy.Tests.Commands;

/// <summary>Two installations that set up one settings file and leave one after the other: nothing of either stays.</summary>
public sealed class SharedSettingsTests : AccountStage
{
    private const string Mine =
        "{\n    \"model\": \"opus\",\n    \"env\": {\n        \"ANTHROPIC_API_KEY\": \"sk-mine\"\n    }\n}\n";

    private string Settings => Run.Folder[".claude/settings.json"];

    // Who sets up, in order, and who leaves, in order.
    public static TheoryData<string, string, bool> Orders
    {
        get
        {
            var orders = new TheoryData<string, string, bool>();
            foreach (var setups in (string[])["AB", "ABA", "AAB", "ABB", "ABAB", "ABC"])
            {
                foreach (var leavings in setups.Contains('C') ? ["ABC", "BAC", "CBA", "BCA"] : (string[])["AB", "BA"])
                {
                    orders.Add(setups, leavings, true);
                    orders.Add(setups, leavings, false);
                }
            }

            return orders;
        }
    }

    [Theory]
    [MemberData(nameof(Orders))]
    public async Task Whoever_leaves_first_the_file_ends_as_it_was(string setups, string leavings, bool wasThere)
    {
        if (wasThere)
        {
            Run.Folder.Write(".claude/settings.json", Mine);
        }

        var wrote = new Dictionary<char, string>();
        foreach (var who in setups)
        {
            await AtAsync(who, "setup", "--yes", "--port", $"{9000 + who}");
            wrote[who] = await File.ReadAllTextAsync(Settings);
        }

        var there = setups;
        foreach (var who in leavings)
        {
            await AtAsync(who, "uninstall", "--yes");
            there = there.Replace(who.ToString(), "");
            if (there.Length > 0)
            {
                // The one that came last of those that are still there goes on as before.
                (await File.ReadAllTextAsync(Settings)).ShouldBe(wrote[there[^1]]);
            }
        }

        if (wasThere)
        {
            (await File.ReadAllTextAsync(Settings)).ShouldBe(Mine);
        }

        Directory.GetFiles(Run.Folder[".claude"]).ShouldBe(wasThere ? [Settings] : []);
    }

    [Theory]
    [InlineData("AB")]
    [InlineData("BA")]
    public async Task A_change_of_the_person_outlasts_both(string leavings)
    {
        Run.Folder.Write(".claude/settings.json", Mine);
        await AtAsync('A', "setup", "--yes");
        await ReplaceAsync("opus", "sonnet");
        await AtAsync('B', "setup", "--yes", "--port", "9000");
        await ReplaceAsync("sonnet", "haiku");

        foreach (var who in leavings)
        {
            await AtAsync(who, "uninstall", "--yes");
        }

        var left = System.Text.Json.JsonDocument.Parse(await File.ReadAllTextAsync(Settings)).RootElement;
        left.GetProperty("model").GetString().ShouldBe("haiku");
        left.GetProperty("env").GetRawText().ShouldContain("sk-mine");
        left.EnumerateObject().Select(member => member.Name).ShouldBe(["model", "env"], ignoreOrder: true);
        left.GetProperty("env").EnumerateObject().Count().ShouldBe(1);
        Directory.GetFiles(Run.Folder[".claude"]).ShouldBe([Settings]);
    }

    [Fact]
    public async Task What_happens_to_the_others_backup_is_shown_before()
    {
        Run.Folder.Write(".claude/settings.json", Mine);
        await AtAsync('A', "setup", "--yes");
        await AtAsync('B', "setup", "--yes", "--port", "9000");
        var backups = Directory.GetFiles(Run.Folder[".claude"]).ToDictionary(path => path, File.ReadAllText);

        Run.Variables["CODEX_PROXY_HOME"] = Run.Folder["A"];
        (await Run.RunAsync("uninstall")).ShouldBe(ExitCode.WrongUsage);

        Run.Output.ShouldContain("Backups of it that are removed: 1\n");
        Run.Output.ShouldContain("Backups of other installations out of which this one's settings are taken: 1\n");
        Directory.GetFiles(Run.Folder[".claude"]).ToDictionary(path => path, File.ReadAllText).ShouldBe(backups);
    }

    private async Task AtAsync(char who, params string[] command)
    {
        Time.Advance(TimeSpan.FromMinutes(1));
        Run.Variables["CODEX_PROXY_HOME"] = Run.Folder[who.ToString()];
        (await Run.RunAsync(command)).ShouldBe(ExitCode.Done, Run.Messages);
    }

    private async Task ReplaceAsync(string old, string next) =>
        await File.WriteAllTextAsync(Settings, (await File.ReadAllTextAsync(Settings)).Replace(old, next));
}
