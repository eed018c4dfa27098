using CodexProxy.Protocol.OpenAI;
using CodexProxy.Relay;

namespace CodexProxy.Tests.Relay;

/// <summary>The folder's name is found where Claude Code writes it, and nothing else is taken for it.</summary>
public sealed class ProjectNameTests
{
    [Theory]
    [InlineData("# Environment\n - Primary working directory: /home/kim/work/shop\n - Platform: linux", "shop")]
    [InlineData("x\n<env>\nWorking directory: /srv/a b/\nIs directory a git repo: Yes\n</env>", "a b")]
    [InlineData("<env>\r\nWorking directory: C:\\Users\\kim\\source\\shop\r\n</env>", "shop")]
    [InlineData(" - Primary working directory: \\\\server\\share\\shop", "shop")]
    [InlineData(" - Primary working directory: /home/kim", "~")]
    [InlineData(" - Primary working directory: /Users/kim/", "~")]
    [InlineData(" - Primary working directory: C:\\Users\\kim", "~")]
    [InlineData(" - Primary working directory: /root", "~")]
    [InlineData(" - Primary working directory: /", null)]
    [InlineData(" - Primary working directory: C:\\", null)]
    [InlineData(" - Primary working directory: relative/folder", null)]
    [InlineData(" - Primary working directory: ", null)]
    [InlineData("Working directory: /not/in/the/section", null)]
    [InlineData("Nothing of the kind.", null)]
    public void It_is_the_last_part_of_the_path(string system, string? name)
    {
        ProjectName.Find(Body(system)).ShouldBe(name);
        ProjectName.Find(Body("", new MessageItem("developer", [new InputText(system)]))).ShouldBe(name);
        ProjectName
            .Find(
                Body("", new MessageItem("user", [new InputText($"<system-reminder>\n{system}\n</system-reminder>")]))
            )
            .ShouldBe(name);
    }

    [Fact]
    public void What_a_person_wrote_is_not_looked_into()
    {
        const string words = "It says: Primary working directory: /srv/private";

        ProjectName.Find(Body("", new MessageItem("user", [new InputText(words)]))).ShouldBeNull();
        ProjectName.Find(Body("", new MessageItem("assistant", [new InputText(words)]))).ShouldBeNull();
    }

    [Fact]
    public void A_name_without_end_is_none()
    {
        ProjectName.Find(Body($" - Primary working directory: /srv/{new string('x', 200)}")).ShouldBeNull();
    }

    [Fact]
    public void A_session_keeps_the_project_it_named()
    {
        var projects = new SessionProjects();

        projects.Resolve("s", null).ShouldBeNull();
        projects.Resolve("s", "shop").ShouldBe("shop");
        projects.Resolve("s", null).ShouldBe("shop");
        projects.Resolve("s", "other").ShouldBe("other");
        projects.Resolve("t", null).ShouldBeNull();
        projects.Resolve(null, "shop").ShouldBe("shop");
        projects.Resolve(null, null).ShouldBeNull();
    }

    private static ResponsesRequest Body(string instructions, params InputItem[] input) =>
        new()
        {
            Model = "m",
            Instructions = instructions,
            Input = input,
            Reasoning = new ReasoningSettings(null, null),
            Include = [],
            PromptCacheKey = "k",
        };
}
