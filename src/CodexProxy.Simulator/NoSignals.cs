using Microsoft.Extensions.Hosting;

namespace CodexProxy.Simulator;

/// <summary>A server that listens to no signal: the program that it is part of does.</summary>
internal sealed class NoSignals : IHostLifetime
{
    /// <inheritdoc/>
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
