using System.Text.Json;
using CodexProxy.Credentials;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Credentials;

/// <summary>Programs of their own that share one login file, one of which may be killed.</summary>
public sealed class SeveralProcessesTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string AuthPath => _folder["auth.json"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Ten_programs_that_refresh_at_once_make_one_exchange()
    {
        await using var issuer = await IssuerServer.StartAsync();
        StoreEnded();
        var children = await Task.WhenAll(
            Enumerable.Range(0, 10).Select(_ => RefreshProcess.StartAsync(AuthPath, issuer.Address))
        );
        try
        {
            foreach (var child in children)
            {
                child.Go();
            }

            var results = await Task.WhenAll(children.Select(child => child.ResultAsync()));

            results.Distinct().ShouldBe([StoredToken().Fingerprint]);
            issuer.Exchanges.ShouldBe(1);
        }
        finally
        {
            Array.ForEach(children, child => child.Dispose());
        }
    }

    [Fact]
    public async Task A_program_killed_while_it_waits_for_the_answer_leaves_the_file_whole_and_the_lock_free()
    {
        await using var issuer = await IssuerServer.StartAsync();
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var killed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        issuer.BeforeAnswer = async () =>
        {
            asked.TrySetResult();
            await killed.Task;
        };
        StoreEnded();
        var before = File.ReadAllText(AuthPath);

        using (var first = await RefreshProcess.StartAsync(AuthPath, issuer.Address))
        {
            first.Go();
            await asked.Task.WaitAsync(TimeSpan.FromSeconds(30));
            await first.KillAsync();
        }

        File.ReadAllText(AuthPath).ShouldBe(before);
        issuer.BeforeAnswer = () => Task.CompletedTask;
        using var second = await RefreshProcess.StartAsync(AuthPath, issuer.Address);
        second.Go();
        (await second.ResultAsync()).ShouldNotBe("");
        JsonDocument.Parse(File.ReadAllText(AuthPath)).Dispose();
        killed.SetResult();
    }

    [Fact]
    public async Task Programs_killed_at_any_moment_never_leave_a_broken_file_nor_lose_stored_tokens()
    {
        await using var issuer = await IssuerServer.StartAsync();
        for (var round = 0; round < 6; round++)
        {
            var serial = StoreEnded(100 * (round + 1));
            using var child = await RefreshProcess.StartAsync(AuthPath, issuer.Address);
            var answered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            issuer.BeforeAnswer = () =>
            {
                answered.TrySetResult();
                return Task.CompletedTask;
            };
            child.Go();
            await answered.Task.WaitAsync(TimeSpan.FromSeconds(30));
            // The kill races with the answer, the write and the rename: each round hits another step.
            await Task.Delay(TimeSpan.FromMilliseconds(round * 4), TimeProvider.System);
            await child.KillAsync();

            var stored = File.ReadAllText(AuthPath);
            JsonDocument.Parse(stored).Dispose();
            (stored.Contains($"\"rt_{serial}\"") || stored.Contains($"\"rt_{serial + 1}\"")).ShouldBeTrue();
        }
    }

    [Theory]
    [InlineData("kept")]
    [InlineData("writing")]
    [InlineData("written")]
    public async Task A_program_killed_after_it_has_the_answer_loses_no_login_and_costs_no_second_exchange(string step)
    {
        await using var issuer = await IssuerServer.StartAsync();
        StoreEnded();
        using (var killed = await RefreshProcess.StartAsync(AuthPath, issuer.Address, step))
        {
            killed.Go();
            await killed.ResultAsync();
        }

        using var next = await RefreshProcess.StartAsync(AuthPath, issuer.Address);
        next.Go();

        (await next.ResultAsync()).ShouldBe(StoredToken().Fingerprint);
        File.ReadAllText(AuthPath).ShouldContain("rt_2");
        issuer.Exchanges.ShouldBe(1);
    }

    private int StoreEnded(int serial = 1)
    {
        var ended = TimeProvider.System.GetUtcNow().AddMinutes(-1);
        _folder.Write(
            "auth.json",
            Tokens.File(Tokens.Access(ended, $"{serial}"), $"rt_{serial}", "2026-01-01T00:00:00Z")
        );
        return serial;
    }

    private AccessToken StoredToken() =>
        new AuthFile(AuthPath, "auth.json").Read().ShouldBeOfType<StoredLogin.Tokens>().Set.Credential.AccessToken;
}
