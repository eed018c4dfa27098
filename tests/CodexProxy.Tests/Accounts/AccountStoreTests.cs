using CodexProxy.Accounts;
using CodexProxy.Credentials;
using CodexProxy.Options;
using CodexProxy.Simulator;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Accounts;

/// <summary>What lies on the disk, and what other programs see of it.</summary>
public sealed class AccountStoreTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private readonly MemoryVault _vault = new();
    private CodexSimulator _simulator = null!;

    public async ValueTask InitializeAsync() => _simulator = await CodexSimulator.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _simulator.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_new_login_is_one_file_for_its_owner_only()
    {
        var entry = await AddAsync("a@example.com");

        entry.Key.Length.ShouldBe(12);
        Directory.GetFiles(_folder["home/accounts"], "*.json").ShouldBe([entry.File!]);
        entry.Login.Read().ShouldBeOfType<StoredLogin.Tokens>().Set.Credential.Email.ShouldBe("a@example.com");
        if (!OperatingSystem.IsWindows())
        {
            File.GetUnixFileMode(entry.File!).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
            File.GetUnixFileMode(_folder["home/accounts"])
                .ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [Fact]
    public async Task Signing_in_again_replaces_the_tokens_and_another_workspace_is_another_account()
    {
        var person = _simulator.Accounts.Add("a@example.com");
        var first = await AddAsync(person);
        var again = await AddAsync(person);
        var other = await AddAsync("a@example.com");

        again.Key.ShouldBe(first.Key);
        other.Key.ShouldNotBe(first.Key);
        Store().List().Count.ShouldBe(2);
    }

    [Fact]
    public async Task The_codex_login_serves_as_long_as_nobody_was_added()
    {
        await _simulator.Login.WriteAsync(_folder["codex/auth.json"]);

        Store().List().ShouldHaveSingleItem().Key.ShouldBe(AccountEntry.CodexKey);

        var own = await AddAsync("a@example.com");
        Store().List().ShouldHaveSingleItem().Key.ShouldBe(own.Key);

        var linked = await Store().LinkAsync(default);
        Store().List().Select(entry => entry.Key).ShouldBe([own.Key, linked.Key], ignoreOrder: true);
        linked.Login.LockPath.ShouldBe(_folder["codex/auth.json.lock"]);
        File.ReadAllText(linked.File!).ShouldNotContain("token");
    }

    [Fact]
    public async Task An_import_is_a_copy_without_the_other_clients_key()
    {
        await _simulator.Login.WriteAsync(_folder["codex/auth.json"]);
        var before = await File.ReadAllTextAsync(_folder["codex/auth.json"]);

        var entry = await Store().ImportAsync(CredentialStore.File, default);

        entry.Origin.ShouldBe(AccountOrigin.Import);
        (await File.ReadAllTextAsync(entry.File!)).ShouldNotContain("OPENAI_API_KEY");
        (await File.ReadAllTextAsync(_folder["codex/auth.json"])).ShouldBe(before);
    }

    [Fact]
    public async Task Without_a_codex_login_there_is_nothing_to_import_or_link()
    {
        (
            await Should.ThrowAsync<AccountException>(() => Store().ImportAsync(CredentialStore.File, default))
        ).Message.ShouldContain("codex login");
        await Should.ThrowAsync<AccountException>(() => Store().LinkAsync(default));
    }

    [Fact]
    public async Task A_plain_login_file_put_into_the_folder_becomes_an_account()
    {
        await _simulator.Login.WriteAsync(_folder["home/accounts/mine.json"]);

        var entry = Store().List().ShouldHaveSingleItem();

        entry.File.ShouldBe(_folder[$"home/accounts/{entry.Key}.json"]);
        File.Exists(_folder["home/accounts/mine.json"]).ShouldBeFalse();
        (await File.ReadAllTextAsync(entry.File!)).ShouldContain("\"version\": 1");
    }

    [Fact]
    public async Task An_account_of_a_later_version_is_shown_and_left_alone()
    {
        var entry = await AddAsync("a@example.com");
        var later = (await File.ReadAllTextAsync(entry.File!)).Replace("\"version\": 1", "\"version\": 2");
        await File.WriteAllTextAsync(entry.File!, later);

        Store().List().ShouldHaveSingleItem().Login.Read().ShouldBe(new StoredLogin.None(LoginProblem.NewerVersion));
        (await File.ReadAllTextAsync(entry.File!)).ShouldBe(later);
    }

    [Fact]
    public async Task A_damaged_account_is_shown_and_left_alone()
    {
        await AddAsync("a@example.com");
        _folder.Write("home/accounts/broken.json", "{");

        Store()
            .List()
            .Single(entry => entry.Key == "broken")
            .Login.Read()
            .ShouldBe(new StoredLogin.None(LoginProblem.Corrupt));
        File.ReadAllText(_folder["home/accounts/broken.json"]).ShouldBe("{");
    }

    [Fact]
    public async Task In_the_key_store_no_token_is_on_the_disk()
    {
        var entry = await AddAsync("a@example.com", CredentialStore.Keyring);

        entry.Login.Read().ShouldBeOfType<StoredLogin.Tokens>();
        foreach (var file in Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories))
        {
            File.ReadAllText(file).ShouldNotContain("rt_simulated");
            File.ReadAllText(file).ShouldNotContain("eyJ");
        }

        var stamp = entry.Login.Stamp();
        entry.Login.Write(entry.Login.ReadDocument().Span);
        entry.Login.Stamp().ShouldNotBe(stamp);
        Store().Remove(entry);
        _vault.Entries.ShouldBeEmpty();
        Store().List().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_key_store_that_does_not_work_is_an_error_unless_a_file_will_do()
    {
        _vault.IsBroken = true;

        (
            await Should.ThrowAsync<AccountException>(() => AddAsync("a@example.com", CredentialStore.Keyring))
        ).Message.ShouldContain("credentialStore");
        (await AddAsync("a@example.com", CredentialStore.Auto)).Login.ShouldBeOfType<AuthFile>();
    }

    [Fact]
    public async Task Two_programs_that_change_the_selection_at_once_lose_neither_change()
    {
        await Task.WhenAll(
            Enumerable
                .Range(0, 20)
                .Select(i =>
                    Store()
                        .SelectAsync(
                            selection =>
                                i % 2 == 0
                                    ? selection with
                                    {
                                        Active = "aaaa",
                                    }
                                    : selection with
                                    {
                                        Strategy = AccountStrategy.RoundRobin,
                                    },
                            default
                        )
                )
        );

        Store().ReadSelection().ShouldBe(new AccountSelection("aaaa", AccountStrategy.RoundRobin));
    }

    private AccountStore Store() =>
        new(
            new ProxyOptions { Home = _folder["home"], CodexHome = _folder["codex"] },
            path => path,
            TimeProvider.System,
            _vault
        );

    private Task<AccountEntry> AddAsync(string email, CredentialStore where = CredentialStore.File) =>
        AddAsync(_simulator.Accounts.Add(email), where);

    private Task<AccountEntry> AddAsync(
        Simulator.Accounts.SimulatedAccount person,
        CredentialStore where = CredentialStore.File
    )
    {
        var issued = _simulator.Tokens.Issue(person);
        return Store()
            .AddAsync(
                new SignInTokens(new(issued.IdToken), new(issued.AccessToken), new(issued.RefreshToken)),
                where,
                default
            );
    }
}
