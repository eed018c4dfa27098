using System.Text.Json;
using CodexProxy.Commands;
using CodexProxy.Keys;
using CodexProxy.Telemetry;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Keys;

public sealed class KeysCommandTests : IDisposable
{
    private readonly ManualTime _time = new();
    private readonly CommandRun _run = new();

    public KeysCommandTests() => _run.Surroundings = _run.Surroundings with { Time = _time };

    private string File => _run.Folder[".codex-proxy/keys.json"];

    [Fact]
    public async Task A_key_is_shown_once_and_only_its_hash_is_kept()
    {
        (await _run.RunAsync("keys", "add", "laptop")).ShouldBe(ExitCode.Done);
        var key = _run.Output.Trim();

        key.ShouldMatch("^sk-codex-proxy-[A-Za-z0-9_-]{43}$");
        _run.Messages.ShouldContain("not shown again");
        _run.Messages.ShouldContain("From now on every client must present a key");
        var kept = System.IO.File.ReadAllText(File);
        kept.ShouldNotContain(key[15..]);
        kept.ShouldContain(KeyText.DigestOf(new Secret(key)));
        if (!OperatingSystem.IsWindows())
        {
            System.IO.File.GetUnixFileMode(File).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        _run.Clear();
        await _run.RunAsync("keys", "list", "--json");
        _run.Output.ShouldContain("\"name\":\"laptop\"");
        _run.Output.ShouldNotContain(KeyText.DigestOf(new Secret(key)));
        new Redactor().Clean($"came with {key}").ShouldBe("came with ***");
    }

    [Fact]
    public async Task Terms_are_kept_and_listed()
    {
        await _run.RunAsync([
            "keys",
            "add",
            "ci",
            "--models",
            "gpt-6-luna, opus",
            "--requests-per-minute",
            "5",
            "--requests-per-day",
            "100",
        ]);
        await _run.RunAsync(
            "keys",
            "add",
            "b",
            "--tokens-per-minute",
            "7",
            "--tokens-per-day",
            "8",
            "--expires",
            "90d"
        );
        await _run.RunAsync("keys", "add", "c", "--expires", "2026-11-30");
        _run.Clear();

        (await _run.RunAsync("keys", "list")).ShouldBe(ExitCode.Done);
        _run.Output.ShouldContain("gpt-6-luna, opus");
        _run.Output.ShouldContain("5 requests/min, 100 requests/day");
        _run.Output.ShouldContain("7 tokens/min, 8 tokens/day");
        _run.Output.ShouldContain("2027-02-19");

        _run.Clear();
        _time.Advance(TimeSpan.FromDays(10));
        await _run.RunAsync("keys", "list", "--json");
        using var document = JsonDocument.Parse(_run.Output);
        var keys = document.RootElement.GetProperty("keys").EnumerateArray().ToList();
        keys[0].GetProperty("requests_per_day").GetInt64().ShouldBe(100);
        keys[0].GetProperty("expired").GetBoolean().ShouldBeFalse();
        // The day named is the last good one.
        keys[2].GetProperty("expires_at").GetDateTimeOffset().ShouldBe(new(2026, 12, 1, 0, 0, 0, TimeSpan.Zero));
        keys[2].GetProperty("expired").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task What_is_used_of_a_day_is_shown_with_its_limit()
    {
        await _run.RunAsync("keys", "add", "a", "--requests-per-day", "100", "--tokens-per-minute", "7");
        var digest = KeyDocument.Read(System.IO.File.ReadAllBytes(File))[0].Digest;
        var kept = new KeyDayFile(_run.Folder[".codex-proxy/key-usage.json"]);
        kept.Write([new KeyDay(digest, _time.GetUtcNow(), 12, 3400)]);

        (await _run.RunAsync("keys", "list")).ShouldBe(ExitCode.Done);
        _run.Output.ShouldContain("100 requests/day (12 used), 7 tokens/min\n");

        _run.Clear();
        await _run.RunAsync("keys", "list", "--json");
        using var document = JsonDocument.Parse(_run.Output);
        document.RootElement.GetProperty("keys")[0].GetProperty("requests_of_day").GetInt64().ShouldBe(12);
        // The day is over.
        _run.Clear();
        _time.Advance(TimeSpan.FromHours(24));
        await _run.RunAsync("keys", "list");
        _run.Output.ShouldContain("100 requests/day, 7 tokens/min\n");
    }

    [Fact]
    public async Task A_revoked_key_is_gone_and_its_name_free()
    {
        await _run.RunAsync("keys", "add", "laptop");

        (await _run.RunAsync("keys", "add", "LAPTOP")).ShouldBe(ExitCode.Failed);
        (await _run.RunAsync("keys", "revoke", "laptop")).ShouldBe(ExitCode.Done);
        (await _run.RunAsync("keys", "revoke", "laptop")).ShouldBe(ExitCode.Failed);
        (await _run.RunAsync("keys", "add", "laptop")).ShouldBe(ExitCode.Done);

        _run.Messages.ShouldContain("There is a key LAPTOP already");
        _run.Messages.ShouldContain("There is no key laptop");
    }

    [Fact]
    public async Task Where_Anthropics_form_is_asked_for_made_keys_have_it()
    {
        _run.Variables["CODEX_PROXY_CLIENT_AUTH"] = "anthropic-format";

        await _run.RunAsync("keys", "add", "desk");

        _run.Output.Trim().ShouldMatch("^sk-ant-api03-[A-Za-z0-9_-]{93}AA$");
    }

    [Theory]
    [InlineData("no spaces", "--models", "a")]
    [InlineData("a", "--models", ",")]
    [InlineData("a", "--models", "a b")]
    [InlineData("a", "--expires", "yesterday")]
    [InlineData("a", "--expires", "2026-11-20")]
    [InlineData("a", "--expires", "0d")]
    [InlineData("a", "--requests-per-day", "0")]
    [InlineData("a", "--tokens-per-minute", "many")]
    public async Task Wrong_terms_make_no_key(params string[] arguments)
    {
        (await _run.RunAsync(["keys", "add", .. arguments])).ShouldBe(ExitCode.WrongUsage);

        System.IO.File.Exists(File).ShouldBeFalse();
        _run.Output.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_damaged_list_is_never_replaced()
    {
        _run.Folder.Write(".codex-proxy/keys.json", "{ \"version\": 1, \"keys\": [{}] }");

        (await _run.RunAsync("keys", "add", "laptop")).ShouldBe(ExitCode.Failed);
        (await _run.RunAsync("keys", "list")).ShouldBe(ExitCode.Failed);

        _run.Messages.ShouldContain("keys.json in the state folder is damaged");
        System.IO.File.ReadAllText(File).ShouldContain("[{}]");
    }

    [Fact]
    public async Task An_open_address_starts_only_once_a_key_is_good()
    {
        _run.Variables["CODEX_PROXY_HOST"] = "0.0.0.0";
        (await _run.RunAsync("serve")).ShouldBe(ExitCode.WrongUsage);
        _run.Messages.ShouldContain("keys add NAME");

        // Making one works with the address already set.
        (await _run.RunAsync("keys", "add", "a", "--expires", "1d")).ShouldBe(ExitCode.Done);
        _time.Advance(TimeSpan.FromDays(2));
        _run.Clear();
        (await _run.RunAsync("serve")).ShouldBe(ExitCode.WrongUsage);
        _run.Messages.ShouldContain("none is good");
    }

    public void Dispose() => _run.Dispose();
}
