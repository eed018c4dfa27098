using System.Runtime.InteropServices;

namespace CodexProxy.Commands;

/// <summary>Lets a command that has no host of its own end in order when the person presses Ctrl-C.</summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource _source;
    private readonly PosixSignalRegistration[] _signals;

    /// <summary>Listens to the signals from now on.</summary>
    /// <param name="cancellationToken">Interrupts as well.</param>
    public Interruption(CancellationToken cancellationToken)
    {
        _source = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _signals =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt),
        ];
    }

    /// <summary>Cancelled by a signal.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>Leaves the signals to the system again.</summary>
    public void Dispose()
    {
        foreach (var signal in _signals)
        {
            signal.Dispose();
        }

        _source.Dispose();
    }

    private void Interrupt(PosixSignalContext context)
    {
        // A second one ends the program whatever hangs.
        context.Cancel = !_source.IsCancellationRequested;
        _source.Cancel();
    }
}
