using CodexProxy.Endpoints;
using CodexProxy.Protocol.Anthropic;

namespace CodexProxy.Relay;

/// <summary>
/// The client's side of one request. The relay hands it the events of the translated answer; it streams or folds them.
/// Until it has <see cref="Begun"/>, the answer may still become an error with a status of its own.
/// </summary>
internal abstract class Answer(HttpContext http)
{
    /// <summary>Id of the request, shown by clients beside an error.</summary>
    public string RequestId => Http.TraceIdentifier;

    /// <summary>Whether status and headers are on their way.</summary>
    public bool Begun { get; private set; }

    /// <summary>Whether the client should hear of progress: a whole message is only sent when it is whole.</summary>
    public abstract bool Streams { get; }

    /// <summary>Headers taken at the commit point: the quota of the account that serves.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> CommitHeaders { get; set; } = [];

    /// <summary>Status that goes to the client.</summary>
    public int Status { get; private set; } = StatusCodes.Status200OK;

    /// <summary>The connection of the client.</summary>
    protected HttpContext Http { get; } = http;

    /// <summary>Takes the events that are ready.</summary>
    public abstract void Take(List<StreamEvent> events);

    /// <summary>Hands what was taken to the network, where the client is to see it at once.</summary>
    public abstract ValueTask FlushAsync(CancellationToken cancellationToken);

    /// <summary>Ends the answer.</summary>
    public abstract Task CompleteAsync(CancellationToken cancellationToken);

    /// <summary>Forgets what was taken. False where part of it may have left already.</summary>
    public abstract bool TryStartOver();

    /// <summary>Answers with an error instead. Only before the answer has begun.</summary>
    public Task RejectAsync(ClientError error)
    {
        Status = error.Status;
        Begun = true;
        foreach (var (name, value) in CommitHeaders)
        {
            Http.Response.Headers[name] = value;
        }

        return new ClientErrorResult(error).ExecuteAsync(Http);
    }

    /// <summary>Drops the connection without a last chunk, so that the client sees a cut and not an end.</summary>
    public void Abort() => Http.Abort();

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
        foreach (var (name, value) in CommitHeaders)
        {
            response.Headers[name] = value;
        }
    }
}
