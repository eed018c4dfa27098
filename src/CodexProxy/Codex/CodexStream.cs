using System.Net.ServerSentEvents;
using CodexProxy.Protocol.Failures;
using CodexProxy.Protocol.OpenAI;

namespace CodexProxy.Codex;

/// <summary>An open event stream of the Codex backend.</summary>
internal sealed class CodexStream : IUpstreamStream
{
    private static readonly UpstreamFailure OutOfOrder = new()
    {
        Kind = FailureKind.ServerError,
        Message = "The upstream sent its events out of order.",
    };

    // What was sent before the end is there with it, or nearly so.
    private static readonly TimeSpan LateArrival = TimeSpan.FromSeconds(1);

    private readonly HttpResponseMessage _response;
    private readonly IdleGuardedStream _body;
    private readonly CancellationTokenSource _stop;
    private readonly IAsyncEnumerator<SseItem<ResponseEvent>> _events;
    private readonly CancellationToken _clientGone;
    private readonly bool _keepsJson;
    private readonly EventOrder _order = new();
    private EventPlace _place;
    private SseItem<ResponseEvent> _current;

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
    public ResponseEvent Current => _current.Data;

    /// <inheritdoc/>
    public string CurrentType => _current.EventType;

    /// <inheritdoc/>
    public int CurrentSize { get; private set; }

    /// <inheritdoc/>
    public UpstreamFailure? Broken { get; private set; }

    /// <inheritdoc/>
    public async ValueTask<bool> NextAsync()
    {
        try
        {
            while (await _events.MoveNextAsync())
            {
                switch (_place)
                {
                    case EventPlace.Next when _order.IsAfterGap && IsTerminal(_events.Current.Data):
                        return await IsLastAsync(_events.Current, CurrentSize);
                    case EventPlace.Late when IsFailure(_events.Current.Data):
                    case EventPlace.Next:
                        // Why it failed is worth knowing at any place.
                        _current = _events.Current;
                        return true;
                    case EventPlace.Late:
                        // What it changes has been passed on without it.
                        Broken = OutOfOrder;
                        return false;
                }
            }

            return false;
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

    // Nobody reads on after it, so what should have come before it is looked for now; that nothing comes is no fault.
    private async ValueTask<bool> IsLastAsync(SseItem<ResponseEvent> terminal, int size)
    {
        _body.EndWithin(LateArrival);
        try
        {
            if (await _events.MoveNextAsync() && _place == EventPlace.Late)
            {
                Broken = OutOfOrder;
                return false;
            }
        }
        catch (Exception exception)
            when (exception is OperationCanceledException or IOException or HttpRequestException or InvalidDataException
            )
        {
            _clientGone.ThrowIfCancellationRequested();
        }

        _current = terminal;
        CurrentSize = size;
        return true;
    }

    private static bool IsTerminal(ResponseEvent e) =>
        (e is RawEvent raw ? raw.Event : e) is ResponseCompleted or ResponseIncomplete or ResponseFailed;

    private static bool IsFailure(ResponseEvent e) =>
        (e is RawEvent raw ? raw.Event : e) is ResponseFailed or ErrorEvent;

    private ResponseEvent Read(string eventType, ReadOnlySpan<byte> data)
    {
        _body.EventCompleted();
        CurrentSize = data.Length;
        var read = ResponseEventReader.Read(data, out var number);
        _place = _order.Take(number, data);
        return _keepsJson ? new RawEvent(read, data.ToArray()) : read;
    }
}
