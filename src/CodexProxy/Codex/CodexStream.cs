using System.Net.ServerSentEvents;
using CodexProxy.Protocol.Failures;
using CodexProxy.Protocol.OpenAI;

namespace CodexProxy.Codex;

/// <summary>
/// An open event stream of the upstream. It ends with <see cref="NextAsync"/> false; whether that was the end of the answer or
/// of the connection is for the translator to say. Disposing it cancels the upstream at once.
/// </summary>
internal sealed class CodexStream : IAsyncDisposable
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

    /// <summary>Model that really serves, where the upstream says so.</summary>
    public string? ServingModel { get; init; }

    /// <summary>The event <see cref="NextAsync"/> arrived at.</summary>
    public ResponseEvent Current => _events.Current.Data;

    /// <summary>The type that the current event has on the wire; <c>message</c> when it has none.</summary>
    public string CurrentType => _events.Current.EventType;

    /// <summary>Size of the current event's data in bytes.</summary>
    public int CurrentSize { get; private set; }

    /// <summary>Why the stream stopped early; null while it runs and after a plain end.</summary>
    public UpstreamFailure? Broken { get; private set; }

    /// <summary>Waits for the next event. False at the end, or when the connection broke: see <see cref="Broken"/>.</summary>
    /// <exception cref="OperationCanceledException">The client is gone.</exception>
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
