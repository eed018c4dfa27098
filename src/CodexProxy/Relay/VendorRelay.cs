using System.Buffers;
using CodexProxy.Accounts;
using CodexProxy.Codex;
using CodexProxy.Credentials;
using CodexProxy.Feed;
using CodexProxy.Options;
using CodexProxy.Protocol.Errors;
using CodexProxy.Protocol.Failures;
using CodexProxy.Records;

namespace CodexProxy.Relay;

/// <summary>
/// Serves the vendor's own client: its bytes go up as they are, the answer's come down as they are. What is done here is to
/// choose the account, to renew its token, to turn to another account that has quota left, and to keep the books.
/// </summary>
internal sealed class VendorRelay(
    VendorForward forward,
    AccountRouter router,
    RelayMemory memory,
    OptionsSource options,
    TimeProvider timeProvider,
    TurnRecorder recorder,
    InFlightBook inFlight,
    RecordNames names,
    Closing closing,
    RelayLog log
)
{
    // More than any error of the backend; only its kind matters, and the rest still passes.
    private const int MaxErrorBody = 256 * 1024;

    /// <summary>Serves one request.</summary>
    /// <param name="http">Where the answer goes.</param>
    /// <param name="request">The request.</param>
    /// <param name="conversation">What stays with one account.</param>
    /// <param name="arrival">How it came in, and its upstream model where that is known.</param>
    /// <exception cref="RequestRejectedException">There was no answer to pass on.</exception>
    public async Task ServeAsync(HttpContext http, VendorRequest request, string conversation, Arrival arrival)
    {
        using var live = inFlight.Begin(names.Of(First(http, arrival)));
        var turn = new VendorTurn(arrival, timeProvider) { Live = live };
        try
        {
            await ServeAsync(http, request, conversation, turn);
        }
        catch (OperationCanceledException)
            when (closing.Over.IsCancellationRequested && !http.RequestAborted.IsCancellationRequested)
        {
            turn.EndAttempt(Closing.Failure);
            throw new RequestRejectedException(ClientError.Stopping);
        }
        finally
        {
            live.Dispose();
            // What was refused here is recorded where it is answered.
            if (turn.Status is not null || http.RequestAborted.IsCancellationRequested)
            {
                arrival.IsRecorded = true;
                turn.EndAttempt(turn.Failure);
                recorder.Keep(turn, http);
            }
        }
    }

    private InFlight First(HttpContext http, Arrival arrival)
    {
        var model = TurnRecorder.ModelWord(arrival.Model);
        return new InFlight
        {
            Id = http.TraceIdentifier,
            StartedAt = timeProvider.GetUtcNow() - timeProvider.GetElapsedTime(arrival.Stamp),
            Face = RequestFace.Vendor,
            Client = TurnRecorder.Product(http.Request.Headers.UserAgent.ToString()),
            Session = arrival.Session,
            RequestedModel = model,
            Model = model,
        };
    }

    private async Task ServeAsync(HttpContext http, VendorRequest request, string conversation, VendorTurn turn)
    {
        var model = turn.Arrival.Model;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, closing.Over);
        var clientGone = stop.Token;
        var tried = new HashSet<string>();
        CredentialFailure? signedOut = null;
        while (router.Choose(conversation, model, tried) is { } account)
        {
            tried.Add(account.Key);
            switch (await account.Login.GetAsync(clientGone))
            {
                case Credential credential:
                    account.Touch(timeProvider.GetUtcNow());
                    turn.BeginAttempt(credential.Key);
                    using (var answer = await AskAsync(request, account, credential, clientGone))
                    {
                        if (await TurnsAwayAsync(answer, model, tried, conversation, clientGone))
                        {
                            turn.EndAttempt(answer.Failure);
                            continue;
                        }

                        await PassOnAsync(http, answer, turn);
                        turn.EndAttempt(turn.Failure = answer.Failure);
                        log.Served(Outcome(http, answer, turn));
                        return;
                    }

                case CredentialFailure failure:
                    signedOut ??= failure;
                    break;
            }
        }

        var none = signedOut ?? router.Nobody;
        throw new RequestRejectedException(
            none.Kind == CredentialFailureKind.Unavailable
                ? ClientError.Passing(503, "api_error", none.Message)
                : ClientError.Unauthenticated(none.Message)
        );
    }

    // A token that was revoked is renewed once, as the client would do itself.
    private async Task<VendorAnswer> AskAsync(
        VendorRequest request,
        Account account,
        Credential credential,
        CancellationToken clientGone
    )
    {
        var reply = await forward.SendAsync(request, credential, clientGone);
        if (
            reply.Response is { StatusCode: System.Net.HttpStatusCode.Unauthorized } refused
            && await account.Login.RecoverAsync(credential.AccessToken, clientGone) is Credential renewed
        )
        {
            refused.Dispose();
            credential = renewed;
            reply = await forward.SendAsync(request, credential, clientGone);
        }

        if (reply.Response is not { } response)
        {
            throw Unreachable(reply.Failure!.Kind == FailureKind.Silence);
        }

        return new VendorAnswer(response, credential);
    }

    /// <summary>Whether another account is asked instead; else what was read of the error is kept for passing it on.</summary>
    private async Task<bool> TurnsAwayAsync(
        VendorAnswer answer,
        string model,
        HashSet<string> tried,
        string conversation,
        CancellationToken clientGone
    )
    {
        if (answer.Response.IsSuccessStatusCode)
        {
            memory.Rests.Served(answer.Credential.Key, model);
            return false;
        }

        await ReadErrorAsync(answer, clientGone);
        answer.Failure = FailureReader.FromHttp(
            (int)answer.Response.StatusCode,
            [.. VendorForward.Passing(answer.Response)],
            answer.Begin
        );
        memory.Rests.Consider(answer.Credential.Key, model, answer.Failure);
        return answer.Failure.IsOfAccount && router.Choose(conversation, model, tried) is not null;
    }

    // Half an error would be read as none; what cannot be had whole is an upstream that could not be reached.
    private async Task ReadErrorAsync(VendorAnswer answer, CancellationToken clientGone)
    {
        using var idle = new CancellationTokenSource(options.Current.Upstream.IdleTimeout, timeProvider);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(clientGone, idle.Token);
        try
        {
            await answer.ReadErrorAsync(MaxErrorBody, stop.Token);
        }
        catch (Exception exception)
            when (exception is IOException or HttpRequestException or OperationCanceledException
                && !clientGone.IsCancellationRequested
            )
        {
            answer.Dispose();
            throw Unreachable(silent: idle.IsCancellationRequested);
        }
    }

    private static RequestRejectedException Unreachable(bool silent) =>
        new(ClientError.Passing(silent ? 504 : 502, "api_error", "The upstream could not be reached."));

    private async Task PassOnAsync(HttpContext http, VendorAnswer answer, VendorTurn turn)
    {
        var clientGone = http.RequestAborted;
        turn.Status = http.Response.StatusCode = (int)answer.Response.StatusCode;
        var isReadable = answer.Response.Content.Headers.ContentEncoding.Count == 0;
        foreach (var header in VendorForward.Passing(answer.Response).GroupBy(header => header.Key))
        {
            http.Response.Headers[header.Key] = header.Select(value => value.Value).ToArray();
        }

        var body = http.Response.Body;
        await body.WriteAsync(answer.Begin, clientGone);
        await body.FlushAsync(clientGone);
        using var idle = new CancellationTokenSource(options.Current.Upstream.IdleTimeout, timeProvider);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(clientGone, idle.Token, closing.Over);
        var buffer = ArrayPool<byte>.Shared.Rent(16 * 1024);
        try
        {
            await using var stream = await answer.Response.Content.ReadAsStreamAsync(clientGone);
            int count;
            while ((count = await stream.ReadAsync(buffer, stop.Token)) > 0)
            {
                idle.CancelAfter(options.Current.Upstream.IdleTimeout);
                turn.Live.Output(turn.FirstByte ??= turn.Elapsed);
                turn.Live.Event(turn.Elapsed);
                if (isReadable)
                {
                    turn.Tap.Take(buffer.AsSpan(0, count));
                }

                await body.WriteAsync(buffer.AsMemory(0, count), clientGone);
                await body.FlushAsync(clientGone);
            }
        }
        catch (Exception exception)
            when (exception is IOException or HttpRequestException or OperationCanceledException
                && !clientGone.IsCancellationRequested
            )
        {
            // A cut is passed on as one: nothing may look finished that is not.
            answer.Failure = closing.Over.IsCancellationRequested
                ? Closing.Failure
                : FailureReader.FromTransport(TransportFault.Reset);
            http.Abort();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static RelayOutcome Outcome(HttpContext http, VendorAnswer answer, VendorTurn turn) =>
        new()
        {
            RequestId = http.TraceIdentifier,
            RequestedModel = turn.Arrival.Model,
            UpstreamModel = turn.Arrival.Model,
            Status = (int)answer.Response.StatusCode,
            Failure = answer.Failure,
            Attempts = turn.Attempts.Count,
            FirstOutput = turn.FirstByte,
            Elapsed = turn.Elapsed,
            InputTokens = turn.Tap.Tokens?.Input ?? 0,
            CachedTokens = turn.Tap.Tokens?.Cached ?? 0,
            OutputTokens = turn.Tap.Tokens?.Output ?? 0,
        };

    /// <summary>An answer on its way down.</summary>
    private sealed class VendorAnswer(HttpResponseMessage response, Credential credential) : IDisposable
    {
        public HttpResponseMessage Response { get; } = response;

        public Credential Credential { get; } = credential;

        public UpstreamFailure? Failure { get; set; }

        /// <summary>What was read of the body already.</summary>
        public ReadOnlyMemory<byte> Begin { get; private set; }

        public async Task ReadErrorAsync(int limit, CancellationToken clientGone)
        {
            var stream = await Response.Content.ReadAsStreamAsync(clientGone);
            var kept = new MemoryStream();
            var buffer = new byte[16 * 1024];
            int count;
            while (kept.Length < limit && (count = await stream.ReadAsync(buffer, clientGone)) > 0)
            {
                kept.Write(buffer, 0, count);
            }

            Begin = kept.ToArray();
        }

        public void Dispose() => Response.Dispose();
    }
}
