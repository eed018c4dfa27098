using System.Net.ServerSentEvents;
using CodexProxy.Protocol.Failures;
using CodexProxy.Protocol.OpenAI;

namespace CodexProxy.Codex;

/// <summary>An open event stream of the Codex backend.</summary>
internal sealed class CodexStream : IUpstreamStream
{
    private readonly HttpResponseMessage _response;
    private readonly IdleGuardedStream _body;
    private readonly CancellationTokenSource _stop;
    private readonly IAsyncEnumerator<SseItem<ResponseEvent>> _events;
    private readonly CancellationToken _clientGone;
    private readonly bool _keepsJson;

    /// <summary>Takes over the response and its body.</summary>
    /// <param name="response">The response.</param>
    /// <param name="body">Its body.</param>
    /// <param name="clientGone">Ends the reading.</param>
    /// <param name="keepsJson">Whether each event comes with its bytes, as a <see cref="RawEvent"/>.</param>
    public CodexStream(
        HttpResponseMessage response,
        IdleGuardedStream body,
        CancellationToken clientGone,
        bool keepsJson = false
    )
    {
        _keepsJson = keepsJson;
        _response = response;
        _body = body;
        _clientGone = clientGone;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(body.IdleToken, clientGone);
        _events = SseParser.Create(body, Read).EnumerateAsync(_stop.Token).GetAsyncEnumerator(_stop.Token);
    }

    /// <inheritdoc/>
    public string? ServingModel { get; init; }

    /// <inheritdoc/>
    public ResponseEvent Current => _events.Current.Data;

    /// <inheritdoc/>
    public string CurrentType => _events.Current.EventType;

    /// <inheritdoc/>
    public int CurrentSize { get; private set; }

    /// <inheritdoc/>
    public UpstreamFailure? Broken { get; private set; }

    /// <inheritdoc/>
    public async ValueTask<bool> NextAsync()
    {
        try
        {
            return await _events.MoveNextAsync();
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

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _response.Dispose();
        await _body.DisposeAsync();
        _stop.Dispose();
    }

    private ResponseEvent Read(string eventType, ReadOnlySpan<byte> data)
    {
        _body.EventCompleted();
        CurrentSize = data.Length;
        var read = ResponseEventReader.Read(data);
        return _keepsJson ? new RawEvent(read, data.ToArray()) : read;
    }
}
