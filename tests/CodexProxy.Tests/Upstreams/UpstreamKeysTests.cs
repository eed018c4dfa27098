using System.Text;
using CodexProxy.Codex;
using CodexProxy.Options;
using CodexProxy.Telemetry;
using CodexProxy.Tests.Accounts;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Upstreams;

/// <summary>Where the key of an alternate upstream comes from.</summary>
public sealed class UpstreamKeysTests
{
    private static readonly AlternateUpstream Stored = new("router") { KeyIsStored = true };

    private readonly MemoryVault _vault = new();
    private readonly ManualTime _time = new();
    private readonly UpstreamKeys _keys;

    public UpstreamKeysTests() => _keys = new UpstreamKeys(_vault, _time);

    [Fact]
    public void A_key_of_the_settings_wins_over_the_key_store()
    {
        _keys.Store("router", new Secret("stored"));

        _keys.Find(Stored with { Key = new Secret("written") }, out var problem)!.Reveal().ShouldBe("written");

        problem.ShouldBeNull();
    }

    [Fact]
    public void A_stored_key_is_read_once_a_minute_and_changes_at_once_when_it_is_stored_here()
    {
        _vault.Entries["upstream-router"] = "first"u8.ToArray();
        _keys.Find(Stored, out _)!.Reveal().ShouldBe("first");
        _vault.Entries["upstream-router"] = "second"u8.ToArray();

        _keys.Find(Stored, out _)!.Reveal().ShouldBe("first");
        _time.Advance(TimeSpan.FromMinutes(1));
        _keys.Find(Stored, out _)!.Reveal().ShouldBe("second");
        _keys.Store("router", new Secret("third"));
        _keys.Find(Stored, out _)!.Reveal().ShouldBe("third");
        _keys.Remove("router");

        _keys.Find(Stored, out var problem).ShouldBeNull();
        problem.ShouldNotBeNull().ShouldContain("upstreams key router");
        _vault.Entries.ShouldBeEmpty();
    }

    [Fact]
    public void A_key_that_is_put_in_later_is_found_at_once()
    {
        _keys.Find(Stored, out _).ShouldBeNull();
        _vault.Entries["upstream-router"] = Encoding.UTF8.GetBytes("late");

        _keys.Find(Stored, out var problem)!.Reveal().ShouldBe("late");
        problem.ShouldBeNull();
    }

    [Fact]
    public void A_locked_key_store_and_an_empty_variable_are_problems_and_no_need_is_none()
    {
        _vault.IsBroken = true;

        _keys.Find(Stored, out var locked).ShouldBeNull();
        _keys.Find(new AlternateUpstream("local") { KeyVariable = "LOCAL_KEY" }, out var unset).ShouldBeNull();
        _keys.Find(new AlternateUpstream("open"), out var none).ShouldBeNull();

        locked.ShouldBe("The key store is locked.");
        unset.ShouldBe("the environment variable LOCAL_KEY is not set.");
        none.ShouldBeNull();
    }
}
