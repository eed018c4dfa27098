using System.Text.Json;
using CodexProxy.Launcher;
using CodexProxy.Protocol.Json;
using CodexProxy.Views;

namespace CodexProxy.Commands;

/// <summary>Where <c>top</c> gets what it shows: the running server.</summary>
internal sealed class TopSource(ServerQuestion question)
{
    private const int Requests = 100;

    private byte[] _overview = [];
    private byte[] _requests = [];

    /// <summary>What was read last, as one line of JSON.</summary>
    public string Json =>
        JsonLine.Of(writer =>
        {
            using var requests = SoundJson.Parse(_requests);
            writer.WriteStartObject();
            writer.WritePropertyName("overview"u8);
            writer.WriteRawValue(_overview);
            writer.WritePropertyName("requests"u8);
            requests.RootElement.GetProperty("requests").WriteTo(writer);
            writer.WriteEndObject();
        });

    /// <summary>Reads everything anew; or tells why it cannot.</summary>
    public async Task<(TopFacts? Facts, string? Problem)> ReadAsync(CancellationToken cancellationToken)
    {
        var (overview, problem) = await question.GetAsync("/api/overview", cancellationToken);
        if (overview is null)
        {
            return (null, problem);
        }

        var (requests, other) = await question.GetAsync($"/api/requests?limit={Requests}", cancellationToken);
        if (requests is null)
        {
            return (null, other);
        }

        (_overview, _requests) = (overview, requests);
        return (
            new TopFacts(
                JsonSerializer.Deserialize(overview, ApiJson.Default.OverviewView)!,
                JsonSerializer.Deserialize(requests, ApiJson.Default.RequestPageView)!.Requests
            ),
            null
        );
    }

    /// <inheritdoc cref="ServerQuestion.FollowAsync"/>
    public Task<string> FollowAsync(Action<string, string> happened, CancellationToken cancellationToken) =>
        question.FollowAsync(happened, cancellationToken);
}
