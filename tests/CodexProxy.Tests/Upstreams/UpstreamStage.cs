using System.Text.Json;
using CodexProxy.Options;
using CodexProxy.Telemetry;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Upstreams;

/// <summary>Gateway, simulator, and an alternate upstream named <c>other</c>.</summary>
public sealed class UpstreamStage : IAsyncDisposable
{
    public const string Key = "sk-of-the-other-upstream";

    private UpstreamStage(ChatServer other, Stage stage)
    {
        Other = other;
        Stage = stage;
    }

    public ChatServer Other { get; }

    public Stage Stage { get; }

    public static async Task<UpstreamStage> StartAsync(
        bool signedIn = false,
        Func<AlternateUpstream, AlternateUpstream>? upstream = null,
        Func<ProxyOptions, ProxyOptions>? configure = null,
        TimeProvider? time = null
    )
    {
        var other = await ChatServer.StartAsync();
        var entry = new AlternateUpstream("other")
        {
            BaseUrl = other.Address,
            Key = new Secret(Key),
            Enabled = true,
            ReturnsReasoning = true,
        };
        var stage = await Stage.StartAsync(
            signedIn: signedIn,
            time: time,
            configure: options =>
            {
                options = options with
                {
                    Alternates = new AlternateOptions
                    {
                        Named = new Dictionary<string, AlternateUpstream>
                        {
                            ["other"] = upstream?.Invoke(entry) ?? entry,
                            ["kilo"] = new("kilo") { BaseUrl = other.Address },
                        },
                    },
                };
                return configure?.Invoke(options) ?? options;
            }
        );
        return new UpstreamStage(other, stage);
    }

    public static string Delta(string delta, string? finish = null) =>
        "{\"id\":\"gen-1\",\"choices\":[{\"index\":0,\"delta\":"
        + delta
        + (finish is null ? "" : $",\"finish_reason\":\"{finish}\"")
        + "}]}";

    public static string Text(string text, string? finish = null) =>
        Delta($$"""{"content":{{JsonSerializer.Serialize(text, PlainJson.Default.String)}}}""", finish);

    public async ValueTask DisposeAsync()
    {
        await Stage.DisposeAsync();
        await Other.DisposeAsync();
    }
}

[System.Text.Json.Serialization.JsonSerializable(typeof(string))]
internal sealed partial class PlainJson : System.Text.Json.Serialization.JsonSerializerContext;
