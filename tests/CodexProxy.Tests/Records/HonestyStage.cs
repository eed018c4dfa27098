using CodexProxy.Endpoints;
using CodexProxy.Launcher;
using CodexProxy.Options;
using CodexProxy.Records;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Records;

/// <summary>A running gateway, and commands that find it by its record.</summary>
internal sealed class HonestyStage : IAsyncDisposable
{
    private HonestyStage(Stage world)
    {
        World = world;
        new ServerRecordFile(world.Gateway.Home).Write(
            ServerRecord.OfThisProcess(world.Gateway.Address, Token, TimeProvider.System.GetUtcNow())
        );
        Commands.Variables["CODEX_PROXY_HOME"] = world.Gateway.Home;
    }

    public Stage World { get; }

    public CommandRun Commands { get; } = new();

    public CodexProxy.Telemetry.Secret Token => World.Gateway.Get<ManagementToken>().Value;

    public static async Task<HonestyStage> StartAsync(Func<ProxyOptions, ProxyOptions>? configure = null) =>
        new(await Stage.StartAsync(configure: configure));

    /// <summary>Asks for an answer, reads it to its end or its break, and waits for the record.</summary>
    public async Task<RequestRecord> AskAsync(string json)
    {
        var book = World.Gateway.Get<RequestBook>();
        var before = book.Records.Count;
        try
        {
            using var response = await World.PostAsync(json);
            await Stage.ReadStreamAsync(response);
        }
        catch (HttpRequestException)
        {
            // A connection that is cut before the first byte of the answer: the record tells of it.
        }

        return await RecordedAsync(before + 1);
    }

    /// <summary>Waits until that many requests have a record; the last one. The client may be ahead of it.</summary>
    public async Task<RequestRecord> RecordedAsync(int count)
    {
        var book = World.Gateway.Get<RequestBook>();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (book.Records.Count < count)
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        return book.Records[0];
    }

    public async ValueTask DisposeAsync()
    {
        Commands.Dispose();
        await World.DisposeAsync();
    }
}
