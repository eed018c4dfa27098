using System.Threading.Channels;

namespace CodexProxy.Tests.SignIn;

/// <summary>A keyboard on which a test types a line when it likes.</summary>
internal sealed class TypedLines : TextReader
{
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();

    public void Type(string line) => _lines.Writer.TryWrite(line);

    public override async ValueTask<string?> ReadLineAsync(CancellationToken cancellationToken) =>
        await _lines.Reader.ReadAsync(cancellationToken);
}
