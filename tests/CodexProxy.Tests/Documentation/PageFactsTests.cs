using System.Text.Json;
using System.Text.RegularExpressions;
using CodexProxy.Clients;
using CodexProxy.Telemetry;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Documentation;

/// <summary>Lists that pages repeat from the program are whole, and hold nothing else.</summary>
public sealed partial class PageFactsTests
{
    [Fact]
    public async Task The_metrics_of_the_page_are_those_that_Prometheus_is_told()
    {
        await using var gateway = await RunningGateway.StartAsync(options =>
            options with
            {
                Log = options.Log with { Prometheus = true },
            }
        );
        var told = MetricType().Matches(await gateway.Http.GetStringAsync("/metrics"));

        Rows("docs/observability.md", "## Metrics")
            .Select(cells => cells[1])
            .ShouldBe(told.Select(match => match.Groups[1].Value), ignoreOrder: true);
    }

    [Fact]
    public void The_variables_of_the_page_are_those_that_Claude_Code_is_given()
    {
        var given = new ClientEnvironment
        {
            BaseUrl = "http://127.0.0.1:1",
            Key = new Secret("key"),
            ContextWindow = 272_000,
        }.Variables();

        var told = Rows("docs/claude-code.md", "## What Claude Code is told")
            .Where(cells => !cells[0].Contains("NO_PROXY", StringComparison.Ordinal))
            .ToList();

        told.Select(cells => cells[0]).ShouldBe(given.Select(pair => pair.Key));
        foreach (var (cells, pair) in told.Zip(given))
        {
            // Those that differ from machine to machine are told in words.
            (cells[1] == pair.Value || cells[1].Contains(' ')).ShouldBeTrue($"{cells[0]}: {cells[1]}");
        }

        var text = Section("docs/claude-code.md", "## What Claude Code is told");
        ClientEnvironment.Rivals.ShouldAllBe(rival => text.Contains($"`{rival}`"));
    }

    [Fact]
    public async Task The_checks_of_the_page_are_those_of_doctor()
    {
        using var run = new CommandRun();
        await run.RunAsync("doctor", "--json");
        using var document = JsonDocument.Parse(run.Output);

        Rows("docs/claude-code.md", "## When something is wrong: doctor")
            .SelectMany(cells => cells[0].Split(", "))
            .ShouldBe(document.RootElement.EnumerateArray().Select(one => one.GetProperty("name").GetString()!));
    }

    private static List<string[]> Rows(string page, string heading) =>
        [
            .. Section(page, heading)
                .Split('\n')
                .Where(line => line.StartsWith("| ", StringComparison.Ordinal))
                .Skip(1)
                .Where(line => !line.StartsWith("| ---", StringComparison.Ordinal))
                .Select(line => line.Trim('|').Split('|').Select(cell => cell.Trim(' ', '`')).ToArray()),
        ];

    private static string Section(string page, string heading) =>
        File.ReadAllText(Repository.File(page)).Split($"{heading}\n")[1].Split("\n## ")[0];

    [GeneratedRegex(@"^# TYPE (\S+) ", RegexOptions.Multiline)]
    private static partial Regex MetricType();
}
