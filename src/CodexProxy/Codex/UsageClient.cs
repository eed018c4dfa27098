using System.Net;
using System.Text.Json;
using CodexProxy.Credentials;
using CodexProxy.Options;
using CodexProxy.Protocol.Json;
using CodexProxy.Protocol.Quota;

namespace CodexProxy.Codex;

/// <summary>Asks the backend for an account's quota; that costs none of it.</summary>
internal sealed partial class UsageClient(
    UpstreamConnections connections,
    OptionsSource options,
    QuotaBook quotas,
    TimeProvider timeProvider,
    ILogger<UsageClient> logger
)
{
    private const int MaxBytes = 1024 * 1024;

    /// <summary>Refreshes the account's quota within the limit; afterwards the book holds what could be learned.</summary>
    /// <returns>Null when it was learned, else why not, for people.</returns>
    public async Task<string?> RefreshAsync(Credential credential, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(limit, timeProvider);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, options.Current.Upstream.Usage)
            {
                Version = HttpVersion.Version20,
                VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
            };
            CodexHeaders.Identify(request.Headers, credential, options.Current);
            request.Headers.TryAddWithoutValidation("accept", "*/*");
            using var response = await connections.Pooled.SendAsync(
                request,
                HttpCompletionOption.ResponseHeadersRead,
                stop.Token
            );
            if (!response.IsSuccessStatusCode)
            {
                LogFailed($"status {(int)response.StatusCode}");
                return response.StatusCode switch
                {
                    HttpStatusCode.Unauthorized => "the backend does not accept this login",
                    HttpStatusCode.PaymentRequired => "this workspace was switched off",
                    HttpStatusCode.Forbidden => "the backend refuses this account",
                    _ => $"the backend answered with status {(int)response.StatusCode}",
                };
            }

            await response.Content.LoadIntoBufferAsync(MaxBytes, stop.Token);
            var body = await response.Content.ReadAsByteArrayAsync(stop.Token);
            using var document = SoundJson.Parse(body);
            quotas.Update(
                credential.Key,
                QuotaReader.FromUsage(body, timeProvider.GetUtcNow()),
                document.RootElement.Clone()
            );
            return null;
        }
        catch (Exception exception)
            when (exception is HttpRequestException or IOException or JsonException or OperationCanceledException
                && !cancellationToken.IsCancellationRequested
            )
        {
            LogFailed(exception.GetType().Name);
            return exception is OperationCanceledException
                ? $"the backend did not answer within {limit.TotalSeconds:0} s"
                : "the backend could not be reached";
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The quota could not be asked for ({Reason}).")]
    private partial void LogFailed(string reason);
}
