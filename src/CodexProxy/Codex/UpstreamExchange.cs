using System.Net.Http.Headers;
using CodexProxy.Protocol.Failures;

namespace CodexProxy.Codex;

/// <summary>What is the same for every upstream: sending, waiting for the headers, and reading an error.</summary>
internal static class UpstreamExchange
{
    // An error body is read up to here: block pages can be large, and only their kind matters.
    private const int MaxErrorBody = 256 * 1024;

    /// <summary>Sends a request and waits for the response headers, or says how the connection failed.</summary>
    /// <param name="client">Carries it.</param>
    /// <param name="request">The request.</param>
    /// <param name="idleLimit">
    /// How long headers may take. That is as long as the model thinks before it speaks, so the idle limit covers it.
    /// </param>
    /// <param name="timeProvider">Clock of the limit.</param>
    /// <param name="clientGone">Ends the waiting.</param>
    /// <exception cref="OperationCanceledException">The client is gone.</exception>
    public static async Task<(HttpResponseMessage? Response, UpstreamFailure? Failure)> SendAsync(
        HttpClient client,
        HttpRequestMessage request,
        TimeSpan idleLimit,
        TimeProvider timeProvider,
        CancellationToken clientGone
    )
    {
        using var headerLimit = new CancellationTokenSource(idleLimit, timeProvider);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(clientGone, headerLimit.Token);
        try
        {
            return (await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop.Token), null);
        }
        catch (OperationCanceledException) when (!clientGone.IsCancellationRequested)
        {
            return (null, FailureReader.FromTransport(Waited(headerLimit)));
        }
        catch (HttpRequestException exception)
        {
            clientGone.ThrowIfCancellationRequested();
            var neverConnected =
                exception.HttpRequestError
                is HttpRequestError.ConnectionError
                    or HttpRequestError.NameResolutionError
                    or HttpRequestError.SecureConnectionError;
            return (null, FailureReader.FromTransport(neverConnected ? TransportFault.Connect : TransportFault.Reset));
        }
    }

    /// <summary>What was waited for in vain: headers when the limit is over, else a connection, which has a limit of its own.</summary>
    public static TransportFault Waited(CancellationTokenSource headerLimit) =>
        headerLimit.IsCancellationRequested ? TransportFault.Idle : TransportFault.Connect;

    /// <summary>Reads an answer that is no success, and disposes it.</summary>
    /// <exception cref="OperationCanceledException">The client is gone.</exception>
    public static async Task<UpstreamFailure> ReadFailureAsync(
        HttpResponseMessage response,
        TimeProvider timeProvider,
        CancellationToken clientGone
    )
    {
        using (response)
        {
            var error = await ReadErrorAsync(response, timeProvider, clientGone);
            var headers = Flatten(response.Headers);
            headers.AddRange(Flatten(response.Content.Headers));
            return FailureReader.FromHttp((int)response.StatusCode, headers, error);
        }
    }

    /// <summary>Headers as pairs, as they came.</summary>
    public static List<KeyValuePair<string, string>> Flatten(HttpHeaders headers)
    {
        var flat = new List<KeyValuePair<string, string>>();
        foreach (var header in headers.NonValidated)
        {
            foreach (var value in header.Value)
            {
                flat.Add(new KeyValuePair<string, string>(header.Key, value));
            }
        }

        return flat;
    }

    private static async Task<byte[]> ReadErrorAsync(
        HttpResponseMessage response,
        TimeProvider timeProvider,
        CancellationToken clientGone
    )
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10), timeProvider);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(clientGone, limit.Token);
        using var kept = new MemoryStream();
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(stop.Token);
            var buffer = new byte[16 * 1024];
            int count;
            while (kept.Length < MaxErrorBody && (count = await body.ReadAsync(buffer, stop.Token)) > 0)
            {
                kept.Write(buffer, 0, count);
            }
        }
        catch (Exception exception)
            when (exception is IOException or HttpRequestException or OperationCanceledException
                && !clientGone.IsCancellationRequested
            )
        {
            // The status alone is enough to classify the failure; its text is a courtesy.
        }

        return kept.ToArray();
    }
}
