using CodexProxy.Options;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Options;

public sealed class OptionsSourceTests : OptionsFixture
{
    private readonly CollectedLog _log = new();

    [Fact]
    public void A_changed_file_takes_effect()
    {
        using var source = Source("""{ "models": { "big": "one" } }""");

        Config("""{ "models": { "big": "two" } }""");
        source.Reload();

        source.Current.Models.Big.ShouldBe("two");
        _log.Lines.ShouldBe(["Information: The settings were read again."]);
    }

    [Fact]
    public void A_bad_file_keeps_the_old_settings_and_says_why()
    {
        using var source = Source("""{ "models": { "big": "one" } }""");

        Config("""{ "models": { "bog": "two" }, "port": -1 }""");
        source.Reload();

        source.Current.Models.Big.ShouldBe("one");
        _log.Lines.Count.ShouldBe(2);
        _log.Lines.First().ShouldContain("models.bog: there is no such setting. The nearest known one is models.big.");
    }

    [Fact]
    public void A_setting_that_needs_a_restart_keeps_its_value_and_the_rest_changes()
    {
        using var source = Source("""{ "port": 1, "models": { "big": "one" } }""");

        Config("""{ "port": 2, "models": { "big": "two" } }""");
        source.Reload();

        source.Current.Server.Port.ShouldBe(1);
        source.Current.Models.Big.ShouldBe("two");
        _log.Lines.ShouldContain("Warning: The new value of port takes effect at the next start.");
    }

    [Fact]
    public void Keys_cannot_be_taken_away_while_an_open_address_stays_bound()
    {
        using var source = Source("""{ "host": "0.0.0.0", "clientKeys": ["k"] }""");

        Config("""{ "host": "127.0.0.1" }""");
        source.Reload();

        source.Current.Server.ClientKeys.Count.ShouldBe(1);
    }

    [Fact]
    public void What_the_environment_decides_stays_decided()
    {
        Variables["CODEX_BIG_MODEL"] = "env";
        using var source = Source("""{ "models": { "big": "one" } }""");

        Config("""{ "models": { "big": "two" } }""");
        source.Reload();

        source.Current.Models.Big.ShouldBe("env");
    }

    [Fact]
    public void Several_touches_are_one_reading_after_a_quiet_moment()
    {
        var time = new ManualTime();
        using var source = Source("""{ "models": { "big": "one" } }""");
        // Before the watching begins, so that only the touches below count.
        Config("""{ "models": { "big": "two" } }""");
        source.Watch(time);

        source.OnTouched();
        time.Advance(TimeSpan.FromMilliseconds(200));
        source.OnTouched();
        time.Advance(TimeSpan.FromMilliseconds(200));
        source.Current.Models.Big.ShouldBe("one");
        time.Advance(TimeSpan.FromMilliseconds(60));

        source.Current.Models.Big.ShouldBe("two");
    }

    [Fact]
    public async Task A_saved_file_is_noticed()
    {
        using var source = Source("""{ "models": { "big": "one" } }""");
        var replaced = new TaskCompletionSource<ProxyOptions>(TaskCreationOptions.RunContinuationsAsynchronously);
        source.Replaced += options => replaced.TrySetResult(options);
        source.Watch(TimeProvider.System);

        // As editors save: a new file put in the old one's place.
        var next = Folder.Write(".codex-proxy/config.json~", """{ "models": { "big": "two" } }""");
        File.Move(next, ConfigPath, overwrite: true);

        var options = await replaced.Task.WaitAsync(TimeSpan.FromSeconds(20));
        options.Models.Big.ShouldBe("two");
        source.Current.ShouldBeSameAs(options);
    }

    private OptionsSource Source(string json)
    {
        Config(json);
        return new OptionsSource(Load(), Inputs, _log);
    }
}
