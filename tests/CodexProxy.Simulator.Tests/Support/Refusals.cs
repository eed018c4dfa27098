namespace CodexProxy.Simulator.Tests.Support;

/// <summary>What every refusal of a request has in common.</summary>
internal static class Refusals
{
    public static async Task ShouldBeGivenAsync(string name, string body, string words)
    {
        await using var caller = await Caller.StartAsync();

        var (status, answer) = await caller.AskAsync(body);

        status.ShouldBe(400, name);
        answer.ShouldContain(words, Case.Sensitive, name);
        caller.Simulator.Requests.Refused.ShouldHaveSingleItem();
    }
}
