using System.Net;
using System.Net.Http.Headers;
using CodexProxy.Endpoints;
using CodexProxy.Feed;
using CodexProxy.Hosting;
using CodexProxy.Options;
using CodexProxy.Records;
using CodexProxy.Tests.Credentials;
using CodexProxy.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace CodexProxy.Tests.Faults;

/// <summary>The gateway without its server, for answers by the thousand: a request in, and what its client would have seen out.</summary>
internal sealed class FaultBench : HttpMessageHandler
{
    private readonly TempFolder _folder = new();

    // The waits between hidden attempts are skipped, and no limit is.
    private readonly ManualTime _time = new() { SkipsWaits = true, SkipsBelow = TimeSpan.FromSeconds(5) };
    private readonly ServiceProvider _services;
    private readonly List<FaultyStream> _bodies = [];
    private readonly List<Task> _silences = [];
    private Func<int, HttpResponseMessage> _answer = _ => new HttpResponseMessage(HttpStatusCode.NotFound);
    private MemoryStream _written = new();
    private CancellationTokenSource _gone = new();
    private bool _streams;
    private string _id = "";
    private int _requests;
    private int _renewals;

    public FaultBench()
    {
        _folder.Write("codex/auth.json", Tokens.File(Tokens.Access(_time.GetUtcNow().AddYears(50))));
        var options = new ProxyOptions
        {
            Home = _folder["home"],
            ConfigPath = _folder["home/config.json"],
            CodexHome = _folder["codex"],
        };
        _services = GatewayHost.BuildServices(
            options,
            new GatewaySurroundings
            {
                Upstream = this,
                Time = _time,
                NewJitter = () => new Random(1),
            }
        );
    }

    /// <summary>Asks once, and lets the upstream answer every attempt with the same stream.</summary>
    public Task<FaultResult> AskAsync(
        ClientFace face,
        string text,
        (IReadOnlyList<ReadOnlyMemory<byte>> Pieces, BodyEnd End) stream
    ) => AskAsync(face, text, _ => Stream(stream.Pieces, stream.End));

    /// <summary>Asks once.</summary>
    /// <param name="face">How.</param>
    /// <param name="text">What; different texts make different requests.</param>
    /// <param name="answer">The upstream's answer to the attempt of a number.</param>
    public async Task<FaultResult> AskAsync(ClientFace face, string text, Func<int, HttpResponseMessage> answer)
    {
        // Whatever was remembered of an account or a request is over.
        _time.Advance(TimeSpan.FromDays(9));
        _answer = answer;
        _streams = face is { Streams: true, IsSocket: false };
        _requests = 0;
        _written = new MemoryStream();
        _bodies.Clear();
        Repeated = false;
        var http = new DefaultHttpContext { RequestServices = _services };
        var connection = new Connection { RequestAborted = _gone.Token };
        http.Features.Set<IHttpRequestLifetimeFeature>(connection);
        var body = face.Request(text);
        var socket = face.IsSocket ? new SocketOfTest(body, _written) : null;
        if (socket is not null)
        {
            http.Features.Set<IHttpWebSocketFeature>(socket);
        }

        http.Request.Method = face.IsSocket ? HttpMethods.Get : HttpMethods.Post;
        http.Request.Path = face.Path;
        http.Request.ContentType = "application/json";
        http.Request.Headers.UserAgent = face.Agent;
        http.Request.ContentLength = body.Length;
        http.Request.Body = new MemoryStream(body);
        http.Response.Body = _written;
        await RequestIdentity.InvokeAsync(
            http,
            context => _services.GetRequiredService<FailureBoundary>().InvokeAsync(context, ServeAsync)
        );
        await http.Response.CompleteAsync();
        // What moves the clock for this request must not do so in the next one.
        await Task.WhenAll(_silences);
        await _time.Skips;
        _silences.Clear();
        return new FaultResult(
            connection.RequestAborted.IsCancellationRequested
                ? new ClientView(AnswerEnd.ErrorTold, [])
                : ClientView.Of(
                    face,
                    http.Response.StatusCode,
                    _written.ToArray(),
                    connection.IsCut || socket is { IsCut: true }
                ),
            _services.GetRequiredService<RequestBook>().Find(_id)?.Record,
            _requests,
            Repeated,
            _bodies.TrueForAll(stream => stream.IsDisposed),
            _services.GetRequiredService<InFlightBook>().Now.Count
        )
        {
            Status = http.Response.StatusCode,
            Body = System.Text.Encoding.UTF8.GetString(_written.ToArray()),
            IsCut = connection.IsCut || socket is { IsCut: true },
        };
    }

    /// <summary>One of the gateway's own objects.</summary>
    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    /// <summary>A stream as the upstream's answer.</summary>
    /// <param name="pieces">Its bytes.</param>
    /// <param name="end">How it ends.</param>
    /// <param name="silent">What is done when nothing more comes; null lets the time of all limits pass.</param>
    public HttpResponseMessage Stream(IReadOnlyList<ReadOnlyMemory<byte>> pieces, BodyEnd end, Action? silent = null)
    {
        var body = new FaultyStream(pieces, end, () => _silences.Add(Task.Run(silent ?? PassTime)));
        _bodies.Add(body);
        var content = new StreamContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("text/event-stream");
        return new HttpResponseMessage(HttpStatusCode.OK) { Content = content };
    }

    /// <summary>Asks once, and goes away when the upstream has sent these pieces and the client has heard of them.</summary>
    public Task<FaultResult> LeaveAsync(ClientFace face, string text, IReadOnlyList<ReadOnlyMemory<byte>> pieces)
    {
        _gone = new CancellationTokenSource();
        return AskAsync(
            face,
            text,
            _ =>
            {
                var body = new FaultyStream(pieces, BodyEnd.Silence, () => _silences.Add(Task.Run(_gone.Cancel)));
                _bodies.Add(body);
                return new HttpResponseMessage(HttpStatusCode.OK) { Content = new StreamContent(body) };
            }
        );
    }

    // The answer begins before the limit of silence is over.
    private void PassTime()
    {
        _time.Advance(TimeSpan.FromSeconds(16));
        SpinWait.SpinUntil(() => !_streams || _written.Length > 0, TimeSpan.FromSeconds(30));
        _time.Advance(TimeSpan.FromSeconds(600));
    }

    // Whether the upstream was asked again although the client had got something of an answer.
    private bool Repeated { get; set; }

    protected override Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request,
        CancellationToken cancellationToken
    )
    {
        if (request.RequestUri!.AbsolutePath == "/oauth/token")
        {
            var access = Tokens.Access(_time.GetUtcNow().AddYears(50), $"{++_renewals}");
            return Task.FromResult(
                TokenEndpoint.Answer(HttpStatusCode.OK, $$"""{"access_token":"{{access}}","refresh_token":"rt_n"}""")
            );
        }

        if (!request.RequestUri.AbsolutePath.EndsWith("/codex/responses", StringComparison.Ordinal))
        {
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.NotFound));
        }

        var written = System.Text.Encoding.UTF8.GetString(_written.ToArray());
        Repeated |=
            _requests > 0
            && new[]
            {
                "\"text_delta\"",
                "\"tool_use\"",
                "\"tool_calls\"",
                "response.output_item",
                "\"delta\":{\"content\":",
            }.Any(written.Contains);
        return Task.FromResult(_answer(_requests++));
    }

    private Task ServeAsync(HttpContext http)
    {
        // A socket gets another for its next request.
        _id = http.TraceIdentifier;
        return http.Request.Path.Value switch
        {
            "/v1/messages" => _services.GetRequiredService<MessagesEndpoint>().ServeAsync(http),
            "/v1/responses" when HttpMethods.IsGet(http.Request.Method) => _services
                .GetRequiredService<ResponsesSocket>()
                .ServeAsync(http),
            "/v1/chat/completions" => _services.GetRequiredService<ChatEndpoint>().ServeAsync(http),
            _ => _services.GetRequiredService<ResponsesEndpoint>().ServeAsync(http),
        };
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _gone.Dispose();
            _services.DisposeAsync().AsTask().GetAwaiter().GetResult();
            _folder.Dispose();
        }

        base.Dispose(disposing);
    }

    private sealed class Connection : IHttpRequestLifetimeFeature
    {
        public bool IsCut { get; private set; }

        public CancellationToken RequestAborted { get; set; }

        public void Abort() => IsCut = true;
    }
}

/// <summary>What one request came to.</summary>
/// <param name="View">What the client saw.</param>
/// <param name="Record">What was kept of it.</param>
/// <param name="Requests">Requests to the upstream.</param>
/// <param name="Repeated">Whether one of them came after something of an answer had gone out.</param>
/// <param name="LetGo">Whether every body of the upstream was let go.</param>
/// <param name="InFlight">Requests that still count as under way.</param>
internal sealed record FaultResult(
    ClientView View,
    RequestRecord? Record,
    int Requests,
    bool Repeated,
    bool LetGo,
    int InFlight
)
{
    /// <summary>HTTP status.</summary>
    public int Status { get; init; }

    /// <summary>What was written; frames of a socket as events.</summary>
    public string Body { get; init; } = "";

    /// <summary>Whether the connection was broken.</summary>
    public bool IsCut { get; init; }
}
