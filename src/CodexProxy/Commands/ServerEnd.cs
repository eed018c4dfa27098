using System.Runtime.InteropServices;
using CodexProxy.Relay;

namespace CodexProxy.Commands;

/// <summary>
/// What signals mean to a server: the first ends it in order, the second breaks off what is under way, and the third is the
/// system's own.
/// </summary>
internal sealed class ServerEnd : IDisposable
{
    private static readonly PosixSignal[] Signals = [PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGQUIT];

    private readonly WebApplication _app;
    private readonly PosixSignalRegistration[] _registrations;
    private int _received;

    /// <summary>Listens to the signals from now on.</summary>
    public ServerEnd(WebApplication app)
    {
        _app = app;
        _registrations = [.. Signals.Select(signal => PosixSignalRegistration.Create(signal, Receive))];
    }

    /// <summary>Leaves the signals to the system again.</summary>
    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }
    }

    private void Receive(PosixSignalContext context)
    {
        switch (Interlocked.Increment(ref _received))
        {
            case 1:
                context.Cancel = true;
                _app.Lifetime.StopApplication();
                break;
            case 2:
                context.Cancel = true;
                _app.Services.GetRequiredService<Closing>().BreakOff();
                break;
            default:
                // Something hangs, and whoever is there has had enough.
                break;
        }
    }
}
