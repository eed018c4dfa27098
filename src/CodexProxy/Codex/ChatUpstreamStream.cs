using System.Net.ServerSentEvents;
using CodexProxy.Protocol.ChatUpstream;
using CodexProxy.Protocol.Failures;
using CodexProxy.Protocol.OpenAI;

namespace CodexProxy.Codex;

/// <summary>
/// An open answer of an alternate upstream, as events of the Codex backend. An upstream that does not stream and answers
/// with a whole completion is read as well.
/// </summary>
internal sealed class ChatUpstreamStream : IUpstreamStream
{
    private readonly HttpResponseMessage _response;
    private readonly IdleGuardedStream _body;
    private readonly ChatUpstreamReader _reader;
    private readonly CancellationToken _clientGone;
    private readonly CancellationTokenSource _stop;
    private readonly IAsyncEnumerator<bool> _pieces;
    private readonly bool _keepsJson;
    private readonly List<ReadOnlyMemory<byte>> _made = [];
    private ReadOnlyMemory<byte> _current;
    private int _next;
    private bool _isOver;

    /// <summary>Takes over the response and its body.</summary>
    /// <param name="response">The response.</param>
    /// <param name="body">Its body.</param>
    /// <param name="reader">Makes events of it.</param>
    /// <param name="keepsJson">Whether each event comes with its bytes, as a <see cref="RawEvent"/>.</param>
    /// <param name="clientGone">Ends the reading.</param>
    public ChatUpstreamStream(
        HttpResponseMessage response,
        IdleGuardedStream body,
        ChatUpstreamReader reader,
        bool keepsJson,
        CancellationToken clientGone
    )
    {
        _response = response;
        _body = body;
        _reader = reader;
        _keepsJson = keepsJson;
        _clientGone = clientGone;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(body.IdleToken, clientGone);
        var whole = response.Content.Headers.ContentType?.MediaType == "application/json";
        _pieces = (whole ? ReadWholeAsync(_stop.Token) : ReadChunksAsync(_stop.Token)).GetAsyncEnumerator(_stop.Token);
    }

    /// <inheritdoc/>
    public string? ServingModel => null;

    /// <inheritdoc/>
    public ResponseEvent Current { get; private set; } = ProgressEvent.Instance;

    /// <inheritdoc/>
    public string CurrentType => TypeOf(_current.Span);

    /// <inheritdoc/>
    public int CurrentSize => _current.Length;

    /// <inheritdoc/>
    public UpstreamFailure? Broken { get; private set; }

    /// <inheritdoc/>
    public async ValueTask<bool> NextAsync()
    {
        while (_next == _made.Count)
        {
            _made.Clear();
            _next = 0;
            if (_isOver)
            {
                return false;
            }

            if (!await MoveAsync())
            {
                _isOver = true;
                // Where the upstream has said how the answer ends, a lost rest is no loss.
                _reader.End(_made);
            }
        }

        var json = _made[_next++];
        var read = ResponseEventReader.Read(json.Span);
        _current = json;
        Current = _keepsJson ? new RawEvent(read, json) : read;
        return true;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _response.Dispose();
        await _body.DisposeAsync();
        _stop.Dispose();
    }

    // Events that are made here begin with their type; what was passed on unread has none.
    private static string TypeOf(ReadOnlySpan<byte> json)
    {
        var start = "{\"type\":\""u8;
        if (!json.StartsWith(start))
        {
            return "message";
        }

        var rest = json[start.Length..];
        return System.Text.Encoding.UTF8.GetString(rest[..Math.Max(0, rest.IndexOf((byte)'"'))]);
    }

    private async ValueTask<bool> MoveAsync()
    {
        try
        {
            return await _pieces.MoveNextAsync();
        }
        catch (OperationCanceledException) when (!_clientGone.IsCancellationRequested)
        {
            Broken = FailureReader.FromTransport(TransportFault.Idle);
            return false;
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException or InvalidDataException)
        {
            _clientGone.ThrowIfCancellationRequested();
            Broken = FailureReader.FromTransport(TransportFault.Reset);
            return false;
        }
    }

    private async IAsyncEnumerable<bool> ReadChunksAsync(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var parser = SseParser.Create(
            _body,
            (_, data) =>
            {
                _body.EventCompleted();
                _reader.Accept(data, _made);
                return true;
            }
        );
        await foreach (var item in parser.EnumerateAsync(cancellationToken))
        {
            yield return item.Data;
        }
    }

    private async IAsyncEnumerable<bool> ReadWholeAsync(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        using var whole = new MemoryStream();
        await _body.CopyToAsync(whole, cancellationToken);
        _reader.Accept(whole.GetBuffer().AsSpan(0, (int)whole.Length), _made);
        yield return true;
    }
}
