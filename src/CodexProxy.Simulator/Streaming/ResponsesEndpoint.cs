using CodexProxy.Simulator.Accounts;
using CodexProxy.Simulator.Brain;
using CodexProxy.Simulator.Caching;
using CodexProxy.Simulator.Models;
using CodexProxy.Simulator.Requests;
using CodexProxy.Simulator.Scripting;
using CodexProxy.Simulator.Strictness;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace CodexProxy.Simulator.Streaming;

/// <summary>Answers <c>POST /backend-api/codex/responses</c>: admits, judges, plans and plays.</summary>
internal sealed class ResponsesEndpoint(
    SimulatorOptions options,
    TokenVault vault,
    ModelBook models,
    PrefixCache cache,
    Script script,
    SeededIds ids
)
{
    private const string TurnStateHeader = "x-codex-turn-state";

    private readonly Seal _seal = new(options.Seed);

    public async Task<RequestEnding> AnswerAsync(
        HttpContext http,
        CapturedRequest request,
        CancellationToken cancellationToken
    )
    {
        http.Response.Headers.Append("x-request-id", ids.Next("req_", 24));
        // A spent credential or quota breaks no rule of the request: those are answers, only the judge refuses.
        var turnedAway =
            vault.Admit(request, out var account)
            ?? (account!.Quota.IsExhausted ? account.Quota.UsageLimitReached() : null);
        if (turnedAway is not null)
        {
            return await SendAsync(http, request, turnedAway, cancellationToken);
        }

        request.Refusal = new RequestJudge(options, models, _seal).Judge(request, account!);
        if (request.Refusal is not null)
        {
            return await SendAsync(http, request, request.Refusal, cancellationToken);
        }

        var input = cache.Pass(request.Conversation, account!.Id);
        account.Quota.Charge();
        var plan = Overflow(request, input) ?? script.Take(request) ?? DefaultBrain.Answer(request);
        if (plan.Http is { } reply)
        {
            return await SendAsync(http, request, reply, cancellationToken);
        }

        if (plan.ResetAfterEvents == 0)
        {
            return RequestEnding.Reset;
        }

        WriteHeaders(http.Response, request, account, plan);
        var scene = new TurnScene(request, account, input, options, ids, _seal);
        var pump = new StreamPump(http.Response.BodyWriter, plan.CutAfterEvents, plan.ResetAfterEvents);
        return await pump.PlayAsync(ResponseComposer.Compose(plan, scene), cancellationToken);
    }

    /// <summary>The load path: a credential is asked for, the body is read and dropped, the prebuilt stream is played.</summary>
    public static async Task PlayLoadAsync(
        HttpContext http,
        LoadReply load,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        if (http.Request.Headers.Authorization.Count == 0)
        {
            await HttpReply.Detail(401, "Unauthorized").SendAsync(http.Response, cancellationToken);
            return;
        }

        await http.Request.Body.CopyToAsync(Stream.Null, cancellationToken);
        http.Response.ContentType = "text/event-stream; charset=utf-8";
        await load.PlayAsync(http.Response.BodyWriter, clock, cancellationToken);
    }

    private TurnPlan? Overflow(CapturedRequest request, CacheLookup input)
    {
        request.InputTokens = input.InputTokens;
        request.Overflowed = input.InputTokens > models.Find(request.Model)!.ContextWindow;
        return !request.Overflowed
            ? null
            : Turn.Fails(
                "context_length_exceeded",
                "Your input exceeds the context window of this model. Please adjust your input and try again."
            );
    }

    private static async Task<RequestEnding> SendAsync(
        HttpContext http,
        CapturedRequest request,
        HttpReply reply,
        CancellationToken cancellationToken
    )
    {
        request.Status = reply.Status;
        await reply.SendAsync(http.Response, cancellationToken);
        return RequestEnding.Completed;
    }

    private void WriteHeaders(HttpResponse response, CapturedRequest request, SimulatedAccount account, TurnPlan plan)
    {
        request.Status = StatusCodes.Status200OK;
        response.ContentType = "text/event-stream; charset=utf-8";
        response.Headers.CacheControl = "no-cache";
        response.Headers.Append("openai-model", request.Model);
        response.Headers.Append("x-models-etag", models.ETag);
        response.Headers.Append("x-reasoning-included", "true");
        response.Headers.Append(TurnStateHeader, request.Header(TurnStateHeader) ?? ids.Next("ts_", 32));
        if (options.SendRateLimitHeaders)
        {
            foreach (var (name, value) in account.Quota.Headers())
            {
                response.Headers.Append(name, value);
            }
        }

        foreach (var (name, value) in plan.ExtraHeaders)
        {
            response.Headers[name] = value;
        }

        response.HttpContext.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
    }
}
