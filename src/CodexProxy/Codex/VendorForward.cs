using CodexProxy.Credentials;
using CodexProxy.Options;
using CodexProxy.Protocol.Failures;
using CodexProxy.Protocol.Quota;

namespace CodexProxy.Codex;

/// <summary>A request of the vendor's own client as it came.</summary>
/// <param name="Headers">Its headers.</param>
/// <param name="Body">Its body, in whatever coding.</param>
internal sealed record VendorRequest(IReadOnlyList<KeyValuePair<string, string>> Headers, ReadOnlyMemory<byte> Body);

/// <summary>What came of sending it: an answer, or why there is none.</summary>
internal readonly record struct VendorReply(HttpResponseMessage? Response, UpstreamFailure? Failure);

/// <summary>Sends a request of the vendor's own client with another's credentials and nothing else changed.</summary>
internal sealed class VendorForward(
    UpstreamConnections connections,
    OptionsSource options,
    QuotaBook quotas,
    CatalogueSource catalogue,
    WorkspaceRouting routing,
    TimeProvider timeProvider
)
{
    /// <summary>Sends it and waits for the response headers.</summary>
    /// <exception cref="OperationCanceledException">The client is gone.</exception>
    public async Task<VendorReply> SendAsync(VendorRequest request, Credential credential, CancellationToken clientGone)
    {
        var upstream = options.Current.Upstream;
        var route = await routing.FindAsync(credential, clientGone);
        using var message = new HttpRequestMessage(HttpMethod.Post, route.Apply(upstream.Responses))
        {
            Content = new ReadOnlyMemoryContent(request.Body),
            Version = System.Net.HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        foreach (var (name, value) in request.Headers)
        {
            if (VendorHeaders.Passes(name) && !message.Headers.TryAddWithoutValidation(name, value))
            {
                message.Content.Headers.TryAddWithoutValidation(name, value);
            }
        }

        VendorHeaders.Identify(message.Headers, credential, route);
        using var headerLimit = new CancellationTokenSource(upstream.IdleTimeout, timeProvider);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(clientGone, headerLimit.Token);
        try
        {
            var response = await connections.Pooled.SendAsync(
                message,
                HttpCompletionOption.ResponseHeadersRead,
                stop.Token
            );
            Note(response, credential);
            return new VendorReply(response, null);
        }
        catch (OperationCanceledException) when (!clientGone.IsCancellationRequested)
        {
            return new VendorReply(null, FailureReader.FromTransport(UpstreamExchange.Waited(headerLimit)));
        }
        catch (HttpRequestException)
        {
            clientGone.ThrowIfCancellationRequested();
            return new VendorReply(null, FailureReader.FromTransport(TransportFault.Connect));
        }
    }

    /// <summary>Headers of an answer, as far as they pass.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Passing(HttpResponseMessage response) =>
        response
            .Headers.NonValidated.Concat(response.Content.Headers.NonValidated)
            .Where(header => VendorHeaders.Passes(header.Key))
            .SelectMany(header => header.Value.Select(value => new KeyValuePair<string, string>(header.Key, value)));

    private void Note(HttpResponseMessage response, Credential credential)
    {
        quotas.Update(credential.Key, QuotaReader.FromHeaders([.. Passing(response)], timeProvider.GetUtcNow()));
        if (response.Headers.TryGetValues("x-models-etag", out var tags))
        {
            catalogue.Notice(tags.First());
        }
    }
}
