using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using CodexProxy.Simulator;
using CodexProxy.Simulator.Requests;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.BadInput;

/// <summary>
/// Requests that something is wrong with, by the thousand: each is refused in the words of its protocol, with the name of the
/// field, or served where that is meant. None fails inside, none hangs, none is cut off.
/// </summary>
public sealed class BadInputTests(ITestOutputHelper output)
{
    private const int BodyLimit = 1024 * 1024;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    public static TheoryData<string> Names => [.. Faces.Keys];

    private static Dictionary<string, ProtocolFace> Faces { get; } =
        new[]
        {
            ProtocolFace.Messages,
            ProtocolFace.CountTokens,
            ProtocolFace.Chat,
            ProtocolFace.Responses,
        }.ToDictionary(face => face.Name);

    [Theory]
    [MemberData(nameof(Names))]
    public async Task What_is_wrong_is_refused_with_the_name_of_the_field_and_nothing_else_suffers(string name)
    {
        var face = Faces[name];

        var verdicts = await JudgeAsync(face);

        verdicts.Count.ShouldBeGreaterThanOrEqualTo(300);
        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{name}: {verdicts.Count} bad requests, {verdicts.Count(verdict => !verdict.IsServed)} refused, {verdicts.Count(verdict => verdict.IsServed)} tolerated"
            )
        );
        foreach (var slow in verdicts.OrderByDescending(verdict => verdict.Took).Take(3))
        {
            var begin = Encoding.UTF8.GetString(slow.Request.Body.AsSpan(0, Math.Min(150, slow.Request.Body.Length)));
            output.WriteLine($"  took {slow.Took.TotalMilliseconds:F0} ms: {slow.Request}, {begin}");
        }

        var problems = verdicts
            .Where(verdict => verdict.Problem is not null)
            .Select(verdict => verdict.Problem)
            .ToList();
        problems.ShouldBeEmpty($"{problems.Count} of {verdicts.Count}:\n{string.Join('\n', problems)}");
    }

    [Fact]
    public async Task The_page_of_results_is_written_when_it_is_asked_for()
    {
        if (Environment.GetEnvironmentVariable("CODEX_PROXY_WRITE_TABLES") is null)
        {
            return;
        }

        var results = new List<(ProtocolFace, IReadOnlyCollection<Verdict>)>();
        foreach (var face in Faces.Values)
        {
            results.Add((face, await JudgeAsync(face)));
            // A page of results that are not as they should be would be a false promise.
            results[^1].Item2.ShouldAllBe(verdict => verdict.Problem == null);
        }

        await File.WriteAllTextAsync(Repository.File("docs/bad-input.md"), ResultTable.Write(results));
    }

    private static async Task<IReadOnlyCollection<Verdict>> JudgeAsync(ProtocolFace face)
    {
        await using var stage = await Stage.StartAsync(
            new SimulatorOptions { CheckSeals = false },
            configure: options => options with { Server = options.Server with { BodyLimit = BodyLimit } }
        );
        var before = await ServeAsync(stage, face);
        var verdicts = new ConcurrentQueue<Verdict>();
        await Parallel.ForEachAsync(
            face.BadRequests(),
            new ParallelOptions { MaxDegreeOfParallelism = 4 },
            async (request, _) => verdicts.Enqueue(await JudgeAsync(stage, face, request))
        );
        var faults = stage.Gateway.Log.Lines.Where(line => line.StartsWith("Error", StringComparison.Ordinal)).ToList();
        faults.ShouldBeEmpty(string.Join('\n', faults.Take(20)));
        (await ServeAsync(stage, face)).ShouldBe(before, "A bad request has changed what is made of a good one.");
        return verdicts;
    }

    private static async Task<Verdict> JudgeAsync(Stage stage, ProtocolFace face, BadRequest request)
    {
        using var limit = new CancellationTokenSource(Deadline);
        var began = TimeProvider.System.GetTimestamp();
        try
        {
            using var response = await stage.Gateway.Http.SendAsync(request.ToMessage(face.Name), limit.Token);
            var body = await response.Content.ReadAsStringAsync(limit.Token);
            return Verdict.Of(face, request, (int)response.StatusCode, body) with
            {
                Took = TimeProvider.System.GetElapsedTime(began),
            };
        }
        catch (Exception exception) when (exception is OperationCanceledException or HttpRequestException)
        {
            return new Verdict(request, 0, $"{request} → {exception.Message}");
        }
    }

    // What the upstream is asked for each good request.
    private static async Task<List<string>> ServeAsync(Stage stage, ProtocolFace face)
    {
        var asked = new List<string>();
        foreach (var good in face.Good)
        {
            using var response = await stage.Gateway.Http.SendAsync(
                new BadRequest("good", "", Encoding.UTF8.GetBytes(good)).ToMessage(face.Name)
            );
            ((int)response.StatusCode).ShouldBe(200, await response.Content.ReadAsStringAsync());
            asked.AddRange(
                stage
                    .Simulator.Requests.Of(SimulatedEndpoint.Responses)
                    .TakeLast(1)
                    .Select(request => request.Body.GetRawText())
            );
        }

        return asked;
    }
}
