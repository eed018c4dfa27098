using CodexProxy.Endpoints;
using CodexProxy.Launcher;
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

    public static async Task<HonestyStage> StartAsync() => new(await Stage.StartAsync());

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

        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (book.Records.Count == before)
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
