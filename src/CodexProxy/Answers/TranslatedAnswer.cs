using CodexProxy.Protocol.Errors;
using CodexProxy.Protocol.Json;
using CodexProxy.Protocol.OpenAI;
using CodexProxy.Protocol.Translation;
using CodexProxy.Records;

namespace CodexProxy.Answers;

/// <summary>
/// An answer in one protocol: its events are written to the stream as they come, or folded into one body by another
/// consumer of the same events.
/// </summary>
/// <typeparam name="TEvent">An event of the client's protocol.</typeparam>
internal sealed class TranslatedAnswer<TEvent> : Answer, IDisposable
{
    private const long MaxHeld = 64 * 1024;

    private readonly Face<TEvent> _face;
    private readonly IEventWriter<TEvent>? _writer;
    private readonly List<TEvent> _events = [];
    private IEventFold<TEvent>? _fold;
    private IAnswerTranslator<TEvent>? _translator;
    private bool _unflushed;

    public TranslatedAnswer(HttpContext http, Face<TEvent> face, bool streams)
        : base(http)
    {
        _face = face;
        if (streams)
        {
            _writer = face.OpenStream();
        }
        else
        {
            _fold = face.OpenFold();
        }
    }

    /// <inheritdoc/>
    public override bool Streams => _writer is not null;

    /// <inheritdoc/>
    public override bool ReadsJson => _face.ReadsJson;

    /// <inheritdoc/>
    public override RequestFace Face => _face.Kind;

    /// <inheritdoc/>
    public override IAnswerTranslator? Translation => _translator;

    /// <inheritdoc/>
    public override bool HasEvents => _events.Count > 0;

    /// <inheritdoc/>
    public override void BeginAttempt(TranslationContext context, ResponseTranslatorSettings settings)
    {
        if (_translator is not null && (Streams || _translator.State == TranslationState.Continue))
        {
            _translator.BeginAttempt(settings.AccountFingerprint);
            return;
        }

        _fold = Streams ? null : _face.OpenFold();
        _translator = _face.Translate(context, settings);
    }

    /// <inheritdoc/>
    public override void Start() => Translator.Start(_events);

    /// <inheritdoc/>
    public override void Accept(ResponseEvent e) => Translator.Accept(e, _events);

    /// <inheritdoc/>
    public override bool KeepThinkingAlive() => Translator.KeepThinkingAlive(_events);

    /// <inheritdoc/>
    public override void Ping() => _events.Add(_face.Ping);

    /// <inheritdoc/>
    public override void Complete() => Translator.Complete(_events);

    /// <inheritdoc/>
    public override void WriteError(ClientError error) => Translator.WriteError(error, _events);

    /// <summary>Adds events that were made without an upstream.</summary>
    public void Add(IEnumerable<TEvent> events) => _events.AddRange(events);

    /// <inheritdoc/>
    public override void Take()
    {
        if (_writer is null)
        {
            foreach (var e in _events)
            {
                _fold!.Accept(e);
            }
        }
        else
        {
            Begin("text/event-stream; charset=utf-8");
            var output = Http.Response.BodyWriter;
            foreach (var e in _events)
            {
                _writer.Write(output, e);
            }

            _unflushed = true;
        }

        _events.Clear();
    }

    /// <inheritdoc/>
    public override bool HoldsMuch => _unflushed && Http.Response.BodyWriter.UnflushedBytes > MaxHeld;

    /// <inheritdoc/>
    public override async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        if (_unflushed)
        {
            _unflushed = false;
            await Http.Response.BodyWriter.FlushAsync(cancellationToken);
        }
    }

    /// <inheritdoc/>
    public override async Task CompleteAsync(CancellationToken cancellationToken)
    {
        if (_fold is null)
        {
            await FlushAsync(cancellationToken);
        }
        else if (_fold.Problem is { } problem)
        {
            await RejectAsync(problem);
        }
        else
        {
            Begin("application/json");
            _fold.Write(Http.Response.BodyWriter);
            await Http.Response.BodyWriter.FlushAsync(cancellationToken);
        }
    }

    public void Dispose() => _writer?.Dispose();

    private IAnswerTranslator<TEvent> Translator =>
        _translator ?? throw new InvalidOperationException("No attempt has begun.");
}
