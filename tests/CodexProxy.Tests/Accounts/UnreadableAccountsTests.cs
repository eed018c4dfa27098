using CodexProxy.Commands;
using CodexProxy.Tests.Commands;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Accounts;

/// <summary>A state folder that another user's program has written, for one.</summary>
public sealed class UnreadableAccountsTests : AccountStage
{
    [Fact]
    public async Task Who_is_active_is_not_guessed_and_the_person_is_told()
    {
        await SignInAsync("person@example.com");
        MakeUnreadable();

        (await Run.RunAsync("status")).ShouldBe(ExitCode.NotSignedIn);
        Run.Output.ShouldContain("The accounts in ~/.codex-proxy cannot be read");
        Run.Clear();
        (await Run.RunAsync("accounts", "list")).ShouldBe(ExitCode.Failed);
        Run.Messages.ShouldContain("cannot be read");

        Directory.Delete(Run.Folder[".codex-proxy/accounts.json"]);
        (await Run.RunAsync("status")).ShouldBe(ExitCode.Done);
    }

    [Fact]
    public async Task The_server_answers_and_sees_when_it_can_be_read_again()
    {
        await SignInAsync("person@example.com");
        MakeUnreadable();
        await using var gateway = await RunningGateway.StartAsync(configure: options =>
            options with
            {
                Home = Run.Folder[".codex-proxy"],
            }
        );

        (await gateway.Http.GetStringAsync("/health")).ShouldContain("\"signed_in\":false");
        using var answer = await gateway.Http.PostAsync(
            "/v1/messages",
            new StringContent(
                """{"model":"claude-opus-5-5","max_tokens":1,"messages":[{"role":"user","content":"a"}]}"""
            )
        );
        ((int)answer.StatusCode).ShouldBe(401);
        (await answer.Content.ReadAsStringAsync()).ShouldContain("cannot be read");

        Directory.Delete(Run.Folder[".codex-proxy/accounts.json"]);
        (await gateway.Http.GetStringAsync("/health")).ShouldContain("\"signed_in\":true");
    }

    [Fact]
    public async Task A_damaged_choice_is_not_guessed_and_is_set_aside_by_the_next_choice()
    {
        await SignInAsync("person@example.com");
        await SignInAsync("other@example.com");
        await Run.RunAsync("accounts", "switch", "other@example.com");
        Run.Folder.Write(".codex-proxy/accounts.json", "{\"active\":");

        (await Run.RunAsync("status")).ShouldBe(ExitCode.NotSignedIn);
        Run.Output.ShouldContain("accounts.json is damaged");
        Run.Clear();
        (await Run.RunAsync("accounts", "list")).ShouldBe(ExitCode.Done);
        Run.Output.ShouldContain("other@example.com");
        Run.Messages.ShouldContain("is damaged");

        (await Run.RunAsync("accounts", "switch", "person@example.com")).ShouldBe(ExitCode.Done);
        (await Run.RunAsync("status")).ShouldBe(ExitCode.Done);
        File.Exists(Run.Folder[".codex-proxy/accounts.json.damaged"]).ShouldBeTrue();
    }

    // Permissions would not stop a test that runs as root.
    private void MakeUnreadable() => Directory.CreateDirectory(Run.Folder[".codex-proxy/accounts.json"]);
}
