using CodexProxy.Diagnosis;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Diagnosis;

public sealed class ExaminationTests
{
    [Fact]
    public async Task All_run_at_once_and_are_told_in_order()
    {
        var later = new TaskCompletionSource<Finding>();

        var findings = await Examination.RunAsync(
            [
                new("first", _ => later.Task),
                new(
                    "second",
                    _ =>
                    {
                        later.SetResult(Finding.Ok("b"));
                        return Task.FromResult(Finding.Ok("a"));
                    }
                ),
                new("third", _ => throw new IOException("no disk")),
            ],
            new ManualTime(),
            CancellationToken.None
        );

        findings
            .Select(found => (found.Name, found.Finding.Message))
            .ShouldBe([("first", "b"), ("second", "a"), ("third", "This could not be looked at: no disk")]);
    }

    [Fact]
    public async Task A_check_that_hangs_is_given_up_after_ten_seconds()
    {
        var time = new ManualTime();
        var never = new TaskCompletionSource<Finding>();
        var running = Examination.RunAsync([new("slow", _ => never.Task)], time, CancellationToken.None);

        time.Advance(TimeSpan.FromSeconds(9.9));
        running.IsCompleted.ShouldBeFalse();
        time.Advance(TimeSpan.FromSeconds(0.1));

        (await running)[0].Finding.ShouldBe(Finding.Problem("This took longer than 10 s and was given up."));
    }

    [Fact]
    public async Task Real_programs_are_run_fed_and_found_missing()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no /bin/sh.");

        (await Programs.RunAsync("/bin/sh", ["-c", "cat; exit 3"], "fed", CancellationToken.None)).ShouldBe(
            new ProgramEnd(3, "fed")
        );
        (await Programs.RunAsync("/no/such/program", [], "", CancellationToken.None)).ShouldBeNull();
    }
}
