using CodexProxy.Protocol.Errors;
using CodexProxy.Records;
using CodexProxy.Usage;

namespace CodexProxy.Endpoints;

/// <summary>Where the dashboard's questions about requests are answered: the store, else what this run remembers.</summary>
internal sealed class UsageSource(UsageWriter writer, RequestBook requests)
{
    private readonly RecentUsage _recent = new(requests);

    /// <summary>How the store is doing.</summary>
    public UsageState State => writer.State;

    /// <summary>Asks the store; where there is none, what this run remembers.</summary>
    /// <exception cref="RequestRejectedException">The store could not answer.</exception>
    public async Task<T> AskAsync<T>(Func<IUsageReader, Task<T>> ask, CancellationToken cancellationToken)
    {
        try
        {
            return await ask(await FindAsync(cancellationToken));
        }
        catch (UsageStoreException exception)
        {
            throw new RequestRejectedException(ClientError.Passing(503, "api_error", exception.Message));
        }
    }

    /// <summary>The same, but where the store cannot answer, what this run remembers does.</summary>
    public async Task<T> AskAnywayAsync<T>(Func<IUsageReader, Task<T>> ask, CancellationToken cancellationToken)
    {
        try
        {
            return await ask(await FindAsync(cancellationToken));
        }
        catch (UsageStoreException)
        {
            // The state tells of it.
            return await ask(_recent);
        }
    }

    /// <summary>Who answers now.</summary>
    public async Task<IUsageReader> FindAsync(CancellationToken cancellationToken) =>
        await writer.ReadAsync(cancellationToken) is var reader and not NoUsageStore ? reader : _recent;
}
