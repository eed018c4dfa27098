using System.Net;
using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json;
using CodexProxy.Protocol.Failures;
using CodexProxy.Records;
using CodexProxy.Relay;

namespace CodexProxy.Tests.Faults;

/// <summary>When the upstream says it.</summary>
public enum FailurePhase
{
    /// <summary>As its answer.</summary>
    Answer,

    /// <summary>In its stream, before it has said anything else.</summary>
    Early,

    /// <summary>After words that the client has been told.</summary>
    Late,
}

/// <summary>Every class of failure, before and after something has gone out, in every way to ask.</summary>
public sealed class FailureKindTests(FailureKindTests.Benches benches) : IClassFixture<FailureKindTests.Benches>
{
    private static readonly IReadOnlyList<ReadOnlyMemory<byte>> Words =
    [
        .. StreamFixture
            .All.First(fixture => fixture.Name == "21-failed-after-partial-text")
            .Events.Take(5)
            .Select(e => (ReadOnlyMemory<byte>)e),
    ];

    private static IEnumerable<ClientFace> Faces => [.. ClientFace.All, ClientFace.Socket];

    public static TheoryData<FailureKind, FailurePhase, string> Cases
    {
        get
        {
            var cases = new TheoryData<FailureKind, FailurePhase, string>();
            foreach (var failure in FailureCase.All)
            {
                foreach (var phase in Enum.GetValues<FailurePhase>().Where(phase => CanBe(failure, phase)))
                {
                    foreach (var face in Faces)
                    {
                        cases.Add(failure.Kind, phase, face.Name);
                    }
                }
            }

            return cases;
        }
    }

    [Fact]
    public void The_table_names_every_class() =>
        FailureCase.All.Select(failure => failure.Kind).Order().ShouldBe(Enum.GetValues<FailureKind>().Order());

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_failure_is_told_as_the_table_says(FailureKind kind, FailurePhase phase, string name)
    {
        var failure = FailureCase.All.Single(failure => failure.Kind == kind);
        var face = Faces.Single(face => face.Name == name);
        // A gateway that ends is of no use to others.
        using var own = kind == FailureKind.Stopping ? new FaultBench() : null;
        var bench = own ?? benches.Of(face);

        var result = await bench.AskAsync(face, $"{kind} {phase}", _ => Answer(bench, failure, phase));

        // Words that have gone out, or signs of life in a silence, are a beginning.
        var begun =
            face.Streams
            && (
                phase == FailurePhase.Late
                || (kind == FailureKind.Silence && phase == FailurePhase.Early && !face.IsSocket)
            );
        result.Repeated.ShouldBeFalse();
        result.LetGo.ShouldBeTrue();
        result.InFlight.ShouldBe(0);
        result.Requests.ShouldBe(phase == FailurePhase.Late && face.Streams ? 1 : failure.Requests);
        result.Record.ShouldNotBeNull();
        if (kind == FailureKind.Policy && phase != FailurePhase.Answer)
        {
            ShouldBeARefusal(face, result);
            return;
        }

        result.Record.Ending.ShouldBe(RequestEnding.Failed);
        result.Record.Failure.ShouldBe(kind.ToString());
        result.View.Broken.ShouldBeNull();
        result.View.End.ShouldBe(begun || face.IsSocket ? AnswerEnd.ErrorTold : AnswerEnd.HttpError);
        var (status, type) = failure.For(face);
        if (begun && face.IsClaudeCode && failure.Passes)
        {
            result.IsCut.ShouldBeTrue();
            return;
        }

        result.IsCut.ShouldBeFalse();
        using var document = Last(result);
        var told = document.RootElement;
        var isOwn = told.TryGetProperty("response", out var response);
        var isFlat = !isOwn && !told.TryGetProperty("error", out _);
        var error =
            isFlat ? told
            : isOwn ? response.GetProperty("error")
            : told.GetProperty("error");
        error.GetProperty("message").GetString().ShouldNotBeNullOrEmpty();
        if (isOwn || isFlat)
        {
            // The events of Responses for an answer that has begun: they have a code and no type.
            begun.ShouldBeTrue();
            face.Path.ShouldBe("/v1/responses");
            error.GetProperty("code").GetString().ShouldNotBeNullOrEmpty();
            return;
        }

        error.GetProperty("type").GetString().ShouldBe(type);
        if (face.IsSocket || !begun)
        {
            (face.IsSocket ? told.GetProperty("status").GetInt32() : result.Status).ShouldBe(status);
        }
    }

    // What the policy stops in a stream is no error in Messages and Chat Completions, whose clients know refusals.
    private static void ShouldBeARefusal(ClientFace face, FaultResult result)
    {
        switch (face.Path)
        {
            case "/v1/messages":
                result.Body.ShouldContain("\"stop_reason\":\"refusal\"");
                result.View.End.ShouldBe(AnswerEnd.Answered);
                break;
            case "/v1/chat/completions":
                result.Body.ShouldContain("\"finish_reason\":\"content_filter\"");
                result.View.End.ShouldBe(AnswerEnd.Answered);
                break;
            default:
                result.Body.ShouldContain("cyber_policy");
                result.View.End.ShouldNotBe(AnswerEnd.Answered);
                break;
        }
    }

    private static JsonDocument Last(FaultResult result)
    {
        if (result.View.End == AnswerEnd.HttpError)
        {
            return JsonDocument.Parse(result.Body);
        }

        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(result.Body));
        return JsonDocument.Parse(SseParser.Create(stream).Enumerate().Last().Data);
    }

    private static bool CanBe(FailureCase failure, FailurePhase phase) =>
        phase == FailurePhase.Answer
            ? failure.Answer is not null
            : failure.Event is not null
                || failure.Kind is FailureKind.Silence or FailureKind.Cut or FailureKind.Stopping;

    private static HttpResponseMessage Answer(FaultBench bench, FailureCase failure, FailurePhase phase)
    {
        if (phase == FailurePhase.Answer)
        {
            var (status, body) = failure.Answer!.Value;
            return status == 0
                ? throw new HttpRequestException(HttpRequestError.ConnectionError)
                : new HttpResponseMessage((HttpStatusCode)status) { Content = new StringContent(body) };
        }

        var pieces = phase == FailurePhase.Early ? Words.Take(1) : Words;
        if (failure.Event is { } e)
        {
            return bench.Stream([.. pieces, Encoding.UTF8.GetBytes($"data: {e}\n\n")], BodyEnd.Close);
        }

        return failure.Kind switch
        {
            FailureKind.Silence => bench.Stream([.. pieces], BodyEnd.Silence),
            FailureKind.Cut => bench.Stream([.. pieces], BodyEnd.Reset),
            _ => bench.Stream([.. pieces], BodyEnd.Silence, () => End(bench)),
        };
    }

    private static void End(FaultBench bench)
    {
        bench.Get<Closing>().Begin();
        bench.Get<Closing>().BreakOff();
    }

    /// <summary>A gateway for each way to ask, since building one takes longer than asking.</summary>
    public sealed class Benches : IDisposable
    {
        private readonly Dictionary<ClientFace, FaultBench> _benches = [];

        internal FaultBench Of(ClientFace face) =>
            _benches.TryGetValue(face, out var bench) ? bench : _benches[face] = new FaultBench();

        public void Dispose()
        {
            foreach (var bench in _benches.Values)
            {
                bench.Dispose();
            }
        }
    }
}
