using System.Text.Json;

namespace CodexProxy.EndToEnd.Harness;

/// <summary>What can be said of the harness without the client.</summary>
public sealed class HarnessTests
{
    [Fact]
    public void The_lock_pins_one_version_with_checksums_and_names_no_host()
    {
        var text = File.ReadAllText(Path.Combine(SourceTree.Folder, "client", "package-lock.json"));
        text.ShouldNotContain("resolved");
        text.ShouldNotContain("://");
        using var document = JsonDocument.Parse(text);
        foreach (var package in document.RootElement.GetProperty("packages").EnumerateObject().Skip(1))
        {
            package.Value.GetProperty("version").GetString().ShouldBe("2.1.329", package.Name);
            package.Value.GetProperty("integrity").GetString().ShouldStartWith("sha512-", customMessage: package.Name);
        }
    }

    [Fact]
    public void The_lock_of_OpenAIs_clients_pins_them_with_checksums_and_names_no_host()
    {
        var text = File.ReadAllText(Path.Combine(OpenAIPrograms.Folder, "package-lock.json"));
        text.ShouldNotContain("resolved");
        text.ShouldNotContain("://");
        using var document = JsonDocument.Parse(text);
        var packages = document.RootElement.GetProperty("packages");
        packages.GetProperty("node_modules/openai").GetProperty("version").GetString().ShouldBe("6.49.0");
        packages.GetProperty("node_modules/@openai/codex").GetProperty("version").GetString().ShouldBe("0.169.0");
        foreach (var package in packages.EnumerateObject().Skip(1))
        {
            package.Value.GetProperty("integrity").GetString().ShouldStartWith("sha512-", customMessage: package.Name);
        }
    }

    [Fact]
    public void A_report_is_read_into_texts_calls_results_and_the_end()
    {
        var run = new ClientRun(
            0,
            """
            {"type":"assistant","message":{"content":[{"type":"text","text":"Look:"},{"type":"tool_use","id":"c1","name":"Bash","input":{"command":"ls"}}]}}
            {"type":"user","message":{"content":[{"type":"tool_result","tool_use_id":"c1","content":"Exit code 3","is_error":true}]}}
            {"type":"system","subtype":"compact_boundary"}
            {"type":"result","is_error":false,"result":"Done.","session_id":"s1"}
            """,
            ""
        );

        run.Texts.ShouldBe(["Look:"]);
        run.Calls.ShouldHaveSingleItem().Input.GetProperty("command").GetString().ShouldBe("ls");
        run.Results.ShouldHaveSingleItem().IsError.ShouldBeTrue();
        run.ResultText(0).ShouldBe("Exit code 3");
        run.Of("system", "compact_boundary").ShouldHaveSingleItem();
        (run.Answer, run.IsError, run.SessionId).ShouldBe(("Done.", false, "s1"));
    }

    [Fact]
    public void A_run_without_an_end_counts_as_failed() => new ClientRun(1, "", "boom").IsError.ShouldBeTrue();
}
