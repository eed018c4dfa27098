using System.Collections.Concurrent;
using CodexProxy.Simulator.Accounts;
using CodexProxy.Simulator.Caching;
using CodexProxy.Simulator.Models;
using CodexProxy.Simulator.Requests;
using CodexProxy.Simulator.Scripting;
using CodexProxy.Simulator.Streaming;
using Microsoft.AspNetCore.Http;

namespace CodexProxy.Simulator;

/// <summary>What stands behind the port: one simulator's whole state, and the way from a request to its answer.</summary>
internal sealed class SimulatorServer : IDisposable
{
    private readonly SimulatorOptions _options;
    private readonly SeededIds _ids;
    private readonly ResponsesEndpoint _responses;
    private readonly TokenEndpoint _tokenEndpoint;
    private readonly ConcurrentQueue<Exception> _faults = new();
    private readonly CancellationTokenSource _stopping = new();

    public SimulatorServer(SimulatorOptions options)
    {
        _options = options;
        _ids = new SeededIds(options.Seed);
        Requests = new RequestLog(options.RequestsKept);
        Accounts = new AccountBook(options.TimeProvider, _ids);
        Tokens = new TokenVault(options, new TokenMaker(options, _ids));
        SignIn = new SignInFlows(options.TimeProvider, _ids, Accounts);
        Models = new ModelBook(options);
        _tokenEndpoint = new TokenEndpoint(Tokens, SignIn, _ids);
        _responses = new ResponsesEndpoint(options, Tokens, Models, Cache, Script, _ids);
    }

    public RequestLog Requests { get; }

    public AccountBook Accounts { get; }

    public TokenVault Tokens { get; }

    public SignInFlows SignIn { get; }

    public ModelBook Models { get; }

    public PrefixCache Cache { get; } = new();

    public Script Script { get; } = new();

    public Interventions Interventions { get; } = new();

    public IReadOnlyCollection<Exception> Faults => _faults;

    public SimulatedLogin MakeLogin(Uri issuer) => new(Tokens, Accounts, _options.TimeProvider, _ids, issuer);

    public Task StopAsync() => _stopping.CancelAsync();

    public void Dispose() => _stopping.Dispose();

    public async Task AnswerAsync(HttpContext http)
    {
        var endpoint = EndpointTable.Find(http.Request.Method, http.Request.Path.Value ?? "/");
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, _stopping.Token);
        if (endpoint == SimulatedEndpoint.Responses && _options.Load is { } load)
        {
            Requests.CountOnly(endpoint);
            await PlayLoadAsync(http, load, ended.Token);
            return;
        }

        CapturedRequest request;
        try
        {
            var content = await ReadAsync(http.Request, ended.Token);
            request = new CapturedRequest(Requests.NextNumber(), endpoint, http.Request, content);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            // The caller left in the middle of its own request: there is nothing to capture and nobody to answer.
            http.Abort();
            return;
        }

        Requests.Add(request);
        var ending = await AnswerAsync(http, request, ended.Token);
        request.End(ending);
        if (ending is RequestEnding.CallerGone || (ending is RequestEnding.Reset && !http.Response.HasStarted))
        {
            http.Abort();
        }
        else if (ending is RequestEnding.Reset)
        {
            // Aborting would also throw away what was flushed. A handler that fails makes the server send that and then
            // close the connection without the last chunk.
            throw new IOException("The script breaks the connection here.");
        }
    }

    private async Task<RequestEnding> AnswerAsync(
        HttpContext http,
        CapturedRequest request,
        CancellationToken cancellationToken
    )
    {
        var ending = RequestEnding.Completed;
        try
        {
            await Interventions.WaitAsync(request.Endpoint, cancellationToken);
            if (Interventions.Take(request.Endpoint) is { } reply)
            {
                request.Status = reply.Status;
                await reply.SendAsync(http.Response, cancellationToken);
            }
            else if (request.Endpoint == SimulatedEndpoint.Responses)
            {
                ending = await _responses.AnswerAsync(http, request, cancellationToken);
            }
            else
            {
                var answer = Answer(request, new Uri($"http://{http.Request.Host}"));
                request.Status = answer.Status;
                await answer.SendAsync(http.Response, cancellationToken);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            ending = RequestEnding.CallerGone;
        }
        catch (Exception exception)
        {
            // A script that throws must be seen by the test, and must not look like a failure of the real service.
            _faults.Enqueue(exception);
            if (http.Response.HasStarted)
            {
                ending = RequestEnding.Reset;
            }
            else
            {
                var reply = HttpReply.Detail(500, $"Simulator fault: {exception.Message}");
                await reply.SendAsync(http.Response, CancellationToken.None);
            }
        }

        return http.RequestAborted.IsCancellationRequested ? RequestEnding.CallerGone : ending;
    }

    private HttpReply Answer(CapturedRequest request, Uri issuer) =>
        request.Endpoint switch
        {
            SimulatedEndpoint.Models => Tokens.Admit(request, out _) ?? Models.Answer(request),
            SimulatedEndpoint.Usage => Tokens.Admit(request, out var account) ?? AccountAnswers.Usage(account!),
            SimulatedEndpoint.AccountsCheck => Tokens.Admit(request, out var account) ?? AccountAnswers.Check(account!),
            SimulatedEndpoint.Token => _tokenEndpoint.Token(request),
            SimulatedEndpoint.Revoke => _tokenEndpoint.Revoke(request),
            SimulatedEndpoint.Authorize => SignIn.Authorize(request, issuer),
            SimulatedEndpoint.Decision => SignIn.Decide(request),
            SimulatedEndpoint.DeviceUserCode => SignIn.Devices.Start(),
            SimulatedEndpoint.DeviceToken => SignIn.Devices.Poll(request, issuer),
            _ => HttpReply.Detail(404, "Not Found"),
        };

    private async Task PlayLoadAsync(HttpContext http, LoadReply load, CancellationToken cancellationToken)
    {
        try
        {
            await ResponsesEndpoint.PlayLoadAsync(http, load, _options.TimeProvider, cancellationToken);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            http.Abort();
        }
    }

    private static async Task<byte[]> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        using var buffer = new MemoryStream((int)Math.Min(request.ContentLength ?? 4096, 1 << 26));
        await request.Body.CopyToAsync(buffer, cancellationToken);
        return buffer.ToArray();
    }
}
