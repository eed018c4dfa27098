using System.Net.WebSockets;
using CodexProxy.Protocol.Errors;
using CodexProxy.Protocol.OpenAI;
using CodexProxy.Protocol.Responses;
using CodexProxy.Protocol.Translation;
using CodexProxy.Records;

namespace CodexProxy.Answers;

/// <summary>An answer of the Responses API as text frames of a WebSocket, one for each event.</summary>
internal sealed class SocketAnswer(HttpContext http, WebSocket socket, ResponsesFace face) : Answer(http)
{
    private const int MaxHeld = 64;

    private readonly List<ResponsesEvent> _events = [];
    private readonly Queue<ReadOnlyMemory<byte>> _frames = [];
    private IAnswerTranslator<ResponsesEvent>? _translator;

    /// <inheritdoc/>
    public override bool Streams => true;

    /// <inheritdoc/>
    public override bool ReadsJson => true;

    /// <inheritdoc/>
    public override RequestFace Face => RequestFace.Responses;

    /// <inheritdoc/>
    public override IAnswerTranslator? Translation => _translator;

    /// <inheritdoc/>
    public override bool HasEvents => _events.Count > 0;

    /// <inheritdoc/>
    public override void BeginAttempt(TranslationContext context, ResponseTranslatorSettings settings)
    {
        if (_translator is null)
        {
            _translator = face.Translate(context, settings);
        }
        else
        {
            _translator.BeginAttempt(settings.AccountFingerprint);
        }
    }

    /// <inheritdoc/>
    public override void Start() => Translator.Start(_events);

    /// <inheritdoc/>
    public override void Accept(ResponseEvent e) => Translator.Accept(e, _events);

    /// <inheritdoc/>
    public override bool KeepThinkingAlive() => false;

    /// <inheritdoc/>
    public override void Ping()
    {
        // The socket pings by itself.
    }

    /// <inheritdoc/>
    public override void Complete() => Translator.Complete(_events);

    /// <inheritdoc/>
    public override void WriteError(ClientError error) => Translator.WriteError(error, _events);

    /// <summary>Adds events that were made without an upstream.</summary>
    public void Add(IEnumerable<ResponsesEvent> events) => _events.AddRange(events);

    /// <inheritdoc/>
    public override void Take()
    {
        Begun = true;
        foreach (var e in _events)
        {
            if (!e.IsKeepAlive)
            {
                _frames.Enqueue(e.Error is { } error ? error.ToFrame() : e.Json);
            }
        }

        _events.Clear();
    }

    /// <inheritdoc/>
    public override bool HoldsMuch => _frames.Count > MaxHeld;

    /// <inheritdoc/>
    public override async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (_frames.TryDequeue(out var frame))
            {
                await socket.SendAsync(frame, WebSocketMessageType.Text, endOfMessage: true, cancellationToken);
            }
        }
        catch (WebSocketException)
        {
            throw new OperationCanceledException("The client has closed the connection.");
        }
    }

    /// <inheritdoc/>
    public override async Task CompleteAsync(CancellationToken cancellationToken) =>
        await FlushAsync(cancellationToken);

    /// <inheritdoc/>
    public override async Task RejectAsync(ClientError error)
    {
        var shown = ResponsesFailures.Translate(error);
        Status = shown.Status;
        Begun = true;
        _frames.Enqueue(shown.ToFrame());
        await FlushAsync(Http.RequestAborted);
    }

    /// <inheritdoc/>
    public override void Abort() => socket.Abort();

    private IAnswerTranslator<ResponsesEvent> Translator =>
        _translator ?? throw new InvalidOperationException("No attempt has begun.");
}
