using System.Net;
using System.Text;
using CodexProxy.Codex;
using CodexProxy.Feed;
using CodexProxy.Records;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Faults;

/// <summary>An upstream whose address answers no attempt to connect. The limit is a real one, and short.</summary>
public sealed class ConnectTimeoutTests : IAsyncLifetime
{
    private readonly ManualTime _time = new() { SkipsWaits = true };
    private DeafAddress _upstream = null!;
    private SocketsHttpHandler? _sockets;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static TheoryData<string> Faces => [.. ClientFace.All.Select(face => face.Name)];

    public static TheoryData<string> StreamedFaces =>
        [.. ClientFace.All.Where(face => face.Streams).Select(face => face.Name)];

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Other systems refuse when a queue is full.");
        _upstream = await DeafAddress.MakeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _sockets?.Dispose();
        if (_upstream is not null)
        {
            await _upstream.DisposeAsync();
        }
    }

    [Theory]
    [MemberData(nameof(Faces))]
    public async Task No_connection_in_time_is_a_status_that_blames_no_account(string name)
    {
        var face = ClientFace.All.First(face => face.Name == name);
        await using var stage = await StartAsync(TimeSpan.FromMilliseconds(100), TimeProvider.System);

        using var response = await AskAsync(stage, face);

        response.StatusCode.ShouldBe(HttpStatusCode.GatewayTimeout);
        response.Headers.GetValues("x-should-retry").ShouldBe(["true"]);
        var text = await response.Content.ReadAsStringAsync(Cancelled);
        text.ShouldContain("The upstream could not be reached.");
        text.ShouldContain(face.Path == "/v1/messages" ? "\"timeout_error\"" : "\"server_error\"");
        stage.Gateway.Get<InFlightBook>().Now.ShouldBeEmpty();
        var record = stage.Gateway.Get<RequestBook>().OnlyRecord();
        record.Failure.ShouldBe("Unreachable");
        // With rotation another account would be no better, and the conversation stays with its own.
        record.Attempts.Select(attempt => attempt.Account).Distinct().ShouldHaveSingleItem();
        record.Attempts.Count.ShouldBe(3);

        _upstream.LeadTo(stage.Simulator.Address.Port);
        using var later = await AskAsync(stage, face);

        later.StatusCode.ShouldBe(HttpStatusCode.OK);
        await later.Content.ReadAsStringAsync(Cancelled);
        var book = stage.Gateway.Get<RequestBook>();
        SpinWait.SpinUntil(() => book.Records.Count == 2, TimeSpan.FromSeconds(30)).ShouldBeTrue();
        book.Records.SelectMany(one => one.Attempts)
            .ShouldAllBe(attempt => attempt.Account == record.Attempts[0].Account);
    }

    [Theory]
    [MemberData(nameof(StreamedFaces))]
    public async Task After_fifteen_seconds_of_waiting_it_is_an_error_in_the_stream(string name)
    {
        var face = ClientFace.All.First(face => face.Name == name);
        await using var stage = await StartAsync(TimeSpan.FromSeconds(1), _time);

        var asked = AskAsync(stage, face);
        while (!SpinWait.SpinUntil(() => asked.IsCompleted, TimeSpan.FromMilliseconds(20)))
        {
            _time.Advance(TimeSpan.FromSeconds(5));
        }

        using var response = await asked;
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        var (body, isCut) = await ReadAsync(response);
        ClientView.Of(face, 200, body, isCut).End.ShouldBe(AnswerEnd.ErrorTold);
        isCut.ShouldBe(face.IsClaudeCode);
        if (!face.IsClaudeCode)
        {
            Encoding.UTF8.GetString(body).ShouldContain("The upstream could not be reached.");
        }

        stage.Gateway.Get<RequestBook>().OnlyRecord().Failure.ShouldBe("Unreachable");
    }

    [Fact]
    public void The_program_itself_waits_fifteen_seconds()
    {
        using var handler = UpstreamHttp.CreateHandler(TimeSpan.FromMinutes(10));

        handler.ConnectTimeout.ShouldBe(TimeSpan.FromSeconds(15));
    }

    private async Task<Stage> StartAsync(TimeSpan limit, TimeProvider time)
    {
        _sockets = UpstreamHttp.CreateHandler(TimeSpan.FromMinutes(10), limit);
        var stage = await Stage.StartAsync(
            time: time,
            upstream: _sockets,
            configure: options =>
                options with
                {
                    Upstream = options.Upstream with
                    {
                        BaseUrl = new Uri($"http://127.0.0.1:{_upstream.Port}/backend-api"),
                    },
                    Accounts = options.Accounts with { Rotation = true },
                }
        );
        await stage.SignInAsync("first@example.com");
        await stage.SignInAsync("second@example.com");
        return stage;
    }

    private static Task<HttpResponseMessage> AskAsync(Stage stage, ClientFace face)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, face.Path)
        {
            Content = new ByteArrayContent(face.Request("Hello.")),
        };
        request.Headers.TryAddWithoutValidation("user-agent", face.Agent);
        return stage.Gateway.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancelled);
    }

    private static async Task<(byte[] Body, bool IsCut)> ReadAsync(HttpResponseMessage response)
    {
        using var body = new MemoryStream();
        try
        {
            await response.Content.CopyToAsync(body, Cancelled);
            return (body.ToArray(), false);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            return (body.ToArray(), true);
        }
    }
}
