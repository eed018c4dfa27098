using System.Text;
using System.Text.Json;
using CodexProxy.Commands;
using CodexProxy.Tests.Accounts;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Commands;

/// <summary>The other places that serve models, and their keys.</summary>
public sealed class UpstreamsCommandTests : IDisposable
{
    private const string Key = "sk-canary-of-the-router";
    private readonly CommandRun _run = new();
    private readonly MemoryVault _vault = new();

    public UpstreamsCommandTests()
    {
        _run.Surroundings = _run.Surroundings with { Vault = _vault };
        _run.Folder.Write(
            ".codex-proxy/config.json",
            """
            { "upstreams": {
                "local": { "baseUrl": "http://127.0.0.1:1/v1", "models": ["qwen3-coder"], "enabled": true },
                "router": { "baseUrl": "https://router.test/v1", "keyStore": true, "enabled": true } } }
            """
        );
    }

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task They_are_listed_with_what_they_lack()
    {
        (await _run.RunAsync("upstreams")).ShouldBe(ExitCode.Done);

        _run.Output.ShouldBe(
            """
            upstream  state       key        models                     address
            local     on          none       qwen3-coder                http://127.0.0.1:1/v1
            router    on, no key  key store  any                        https://router.test/v1
            kilo      off         none       minimax/minimax-m2.5:free  https://api.kilo.ai/api/gateway

            """
        );
        _run.Messages.ShouldBe(
            "router: the key store holds no key for it; `codex-proxy upstreams key router` takes one.\n"
        );
    }

    [Fact]
    public async Task A_key_goes_to_the_key_store_and_is_never_shown()
    {
        _run.Typed = new StringReader(Key + "\n");
        _run.IsPiped = true;

        (await _run.RunAsync("upstreams", "key", "router")).ShouldBe(ExitCode.Done);
        (await _run.RunAsync("upstreams", "--json")).ShouldBe(ExitCode.Done);

        Encoding.UTF8.GetString(_vault.Entries["upstream-router"]).ShouldBe(Key);
        var json = _run.Output[_run.Output.IndexOf('{', StringComparison.Ordinal)..];
        using var list = JsonDocument.Parse(json);
        var router = list.RootElement.GetProperty("upstreams")[1];
        router.GetProperty("key").GetString().ShouldBe("key store");
        router.GetProperty("problem").ValueKind.ShouldBe(JsonValueKind.Null);
        (_run.Output + _run.Messages).ShouldNotContain(Key);
        Directory
            .GetFiles(_run.Folder.Path, "*", SearchOption.AllDirectories)
            .ShouldAllBe(file => !File.ReadAllText(file).Contains(Key));

        (await _run.RunAsync("upstreams", "key", "router", "--remove")).ShouldBe(ExitCode.Done);
        _vault.Entries.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("router", "two words", "That is no key")]
    [InlineData("router", "", "That is no key")]
    [InlineData("nobody", Key, "There is no upstream nobody.")]
    public async Task What_cannot_be_kept_is_told(string name, string typed, string sentence)
    {
        _run.Typed = new StringReader(typed);
        _run.IsPiped = true;

        (await _run.RunAsync("upstreams", "key", name)).ShouldBe(ExitCode.Failed);

        _run.Messages.ShouldContain(sentence);
        _vault.Entries.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_locked_key_store_is_told()
    {
        _vault.IsBroken = true;
        _run.Typed = new StringReader(Key);
        _run.IsPiped = true;

        (await _run.RunAsync("upstreams", "key", "router")).ShouldBe(ExitCode.Failed);
        (await _run.RunAsync("upstreams")).ShouldBe(ExitCode.Done);

        _run.Messages.ShouldBe("error: The key store is locked.\nrouter: The key store is locked.\n");
    }
}
