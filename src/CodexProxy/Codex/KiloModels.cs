using System.Text.Json;
using CodexProxy.Options;
using CodexProxy.Protocol.Json;

namespace CodexProxy.Codex;

/// <summary>A model of the preset <c>kilo</c> that costs nothing.</summary>
/// <param name="Id">Its name there.</param>
/// <param name="Name">Name for people.</param>
/// <param name="ContextLength">Working window in tokens; null when not told.</param>
/// <param name="SupportsTools">Whether it takes tools.</param>
internal sealed record KiloModel(string Id, string Name, int? ContextLength, bool SupportsTools);

/// <summary>The free models of the preset <c>kilo</c>, asked for when somebody wants to see them, at most every ten minutes.</summary>
internal sealed class KiloModels(
    UpstreamConnections connections,
    OptionsSource options,
    UpstreamKeys keys,
    TimeProvider timeProvider
) : IDisposable
{
    private const int MaxBytes = 8 * 1024 * 1024;
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private readonly SemaphoreSlim _oneAtATime = new(1);
    private (IReadOnlyList<KiloModel> Models, Uri From, DateTimeOffset At)? _known;

    /// <summary>The free models; null when they cannot be had now.</summary>
    /// <exception cref="OperationCanceledException">The client is gone.</exception>
    public async Task<IReadOnlyList<KiloModel>?> FindAsync(CancellationToken clientGone)
    {
        var kilo = options.Current.Alternates.Kilo;
        var address = kilo.Under("/models");
        await _oneAtATime.WaitAsync(clientGone);
        try
        {
            if (
                _known is { } known
                && known.From == address
                && (timeProvider.GetUtcNow() - known.At).Duration() < Lifetime
            )
            {
                return known.Models;
            }

            var models = await FetchAsync(kilo, address, clientGone);
            if (models is not null)
            {
                _known = (models, address, timeProvider.GetUtcNow());
            }

            return models;
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    public void Dispose() => _oneAtATime.Dispose();

    private async Task<IReadOnlyList<KiloModel>?> FetchAsync(
        AlternateUpstream kilo,
        Uri address,
        CancellationToken clientGone
    )
    {
        using var deadline = new CancellationTokenSource(Deadline, timeProvider);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(clientGone, deadline.Token);
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        // The list is open to everybody; a key that cannot be had is told when a model is asked.
        ChatUpstreamClient.Identify(request.Headers, kilo, keys.Find(kilo, out _));
        try
        {
            using var response = await connections.Pooled.SendAsync(
                request,
                HttpCompletionOption.ResponseHeadersRead,
                stop.Token
            );
            if (!response.IsSuccessStatusCode)
            {
                return null;
            }

            await response.Content.LoadIntoBufferAsync(MaxBytes, stop.Token);
            using var document = SoundJson.Parse(
                await response.Content.ReadAsByteArrayAsync(stop.Token),
                new JsonDocumentOptions { MaxDepth = Wire.MaxDepth }
            );
            return Read(document.RootElement);
        }
        catch (Exception exception)
            when (exception is HttpRequestException or IOException or JsonException or OperationCanceledException)
        {
            clientGone.ThrowIfCancellationRequested();
            return null;
        }
    }

    private static List<KiloModel>? Read(JsonElement root) =>
        root.Member("data") is { ValueKind: JsonValueKind.Array } data
            ?
            [
                .. data.EnumerateArray()
                    .Where(model => model.Text("id") is { Length: > 0 } id && ModelNameKind.IsModelName(id))
                    .Where(IsFree)
                    .Select(model => new KiloModel(
                        model.Text("id")!,
                        model.Text("name") ?? model.Text("id")!,
                        model.Number("context_length") is > 0 and <= int.MaxValue and var length ? (int)length : null,
                        Takes(model, "tools")
                    )),
            ]
            : null;

    // Where prices are told, they decide; the suffix is the list's own sign for the same thing.
    private static bool IsFree(JsonElement model) =>
        model.Member("pricing") is { ValueKind: JsonValueKind.Object } prices
            ? IsZero(prices, "prompt") && IsZero(prices, "completion")
            : model.Text("id")!.EndsWith(":free", StringComparison.Ordinal);

    private static bool IsZero(JsonElement prices, string name) => prices.Number(name) is 0;

    private static bool Takes(JsonElement model, string parameter) =>
        model.Member("supported_parameters") is { ValueKind: JsonValueKind.Array } parameters
        && parameters
            .EnumerateArray()
            .Any(one => one.ValueKind == JsonValueKind.String && one.GetString() == parameter);
}
