using CodexProxy.Keys;
using CodexProxy.Protocol.Errors;
using CodexProxy.Protocol.OpenAI;
using CodexProxy.Protocol.Translation;
using CodexProxy.Records;

namespace CodexProxy.Answers;

/// <summary>
/// The client's side of one request, in the client's own protocol. The relay hands it the upstream's events; it translates
/// them, and streams or folds what comes out. Until it has <see cref="Begun"/>, the answer may still become an error with a
/// status of its own.
/// </summary>
internal abstract class Answer(HttpContext http)
{
    /// <summary>Id of the request, shown by clients beside an error.</summary>
    public string RequestId => Http.TraceIdentifier;

    /// <summary>Protocol of the client.</summary>
    public abstract RequestFace Face { get; }

    /// <summary>Whether status and headers are on their way.</summary>
    public bool Begun { get; protected set; }

    /// <summary>Whether the client should hear of progress: a whole message is only sent when it is whole.</summary>
    public abstract bool Streams { get; }

    /// <summary>
    /// Whether the upstream's events are passed on: their bytes are needed, and items of unknown kinds reach the client.
    /// </summary>
    public abstract bool ReadsJson { get; }

    /// <summary>Name and version of the client, as it calls itself.</summary>
    public string UserAgent => Http.Request.Headers.UserAgent.ToString();

    /// <summary>Tells what could not be carried so far, for clients that ask for it in the answer's headers.</summary>
    public Func<IReadOnlyList<TranslationLoss>>? Losses { get; set; }

    /// <summary>Headers taken at the commit point: the quota of the account that serves.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> CommitHeaders { get; set; } = [];

    /// <summary>Status that goes to the client.</summary>
    public int Status { get; protected set; } = StatusCodes.Status200OK;

    /// <summary>How far the translation has come; null before the first attempt.</summary>
    public abstract IAnswerTranslator? Translation { get; }

    /// <summary>Whether there are events that the client was not given yet.</summary>
    public abstract bool HasEvents { get; }

    /// <summary>The connection of the client.</summary>
    protected HttpContext Http { get; } = http;

    /// <summary>
    /// Readies the translation for the next attempt: the first, a repeat, or the next part of a continued answer. A whole
    /// answer of which nothing has left starts over from nothing.
    /// </summary>
    public abstract void BeginAttempt(TranslationContext context, ResponseTranslatorSettings settings);

    /// <summary>Begins the answer, because the client has waited long enough.</summary>
    public abstract void Start();

    /// <summary>Translates the upstream's next event.</summary>
    public abstract void Accept(ResponseEvent e);

    /// <summary>Adds a sign of life that clients count as progress. False where the protocol has none to give.</summary>
    public abstract bool KeepThinkingAlive();

    /// <summary>Adds a sign of life that only keeps the connection open.</summary>
    public abstract void Ping();

    /// <summary>Ends the translation as it is.</summary>
    public abstract void Complete();

    /// <summary>Ends the stream with an error.</summary>
    public abstract void WriteError(ClientError error);

    /// <summary>Hands the events made so far over: to the connection's buffer, or to the whole answer.</summary>
    public abstract void Take();

    /// <summary>Whether so much was taken that it should not wait for the end of a burst.</summary>
    public abstract bool HoldsMuch { get; }

    /// <summary>Hands what was taken to the network, where the client is to see it at once.</summary>
    public abstract ValueTask FlushAsync(CancellationToken cancellationToken);

    /// <summary>Ends the answer.</summary>
    public abstract Task CompleteAsync(CancellationToken cancellationToken);

    /// <summary>Answers with an error instead. Only before the answer has begun.</summary>
    public virtual Task RejectAsync(ClientError error)
    {
        Status = ErrorForm.StatusOf(Http.Request, error);
        Begun = true;
        WriteCommitHeaders();
        return new ClientErrorResult(error).ExecuteAsync(Http);
    }

    /// <summary>Counts tokens against the key that the request came with.</summary>
    public void CountTokens(long tokens) => Http.Features.Get<KeyGrant>()?.Count(tokens);

    /// <summary>Drops the connection without a last chunk, so that the client sees a cut and not an end.</summary>
    public virtual void Abort() => Http.Abort();

    /// <summary>Sends status and headers, once.</summary>
    protected void Begin(string contentType)
    {
        if (Begun)
        {
            return;
        }

        Begun = true;
        var response = Http.Response;
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = contentType;
        response.Headers.CacheControl = "no-cache";
        WriteCommitHeaders();
    }

    private void WriteCommitHeaders()
    {
        // Those of quota speak of another protocol's limits.
        foreach (var (name, value) in ErrorForm.IsAnthropic(Http.Request) ? CommitHeaders : [])
        {
            Http.Response.Headers[name] = value;
        }

        if (Losses is not null && Http.Request.Headers[LossLine.Header] == "1")
        {
            Http.Response.Headers[LossLine.Header] = LossLine.Of(Losses());
        }
    }
}
